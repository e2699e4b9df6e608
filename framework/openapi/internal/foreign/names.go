package foreign

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/tree"
)

var unclean = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// CleanName is a name that a component may have: that of "Page«Item»" is Page_Item.
func CleanName(name string) string {
	if !unclean.MatchString(name) {
		return cmp.Or(name, "_")
	}
	return cmp.Or(strings.Trim(unclean.ReplaceAllString(name, "_"), "_"), "_")
}

// Names are taken one by one, and each once.
type Names struct {
	taken map[string]bool
	next  map[string]int // the number that a name is tried with next
}

// Taken tells whether a name is.
func (n *Names) Taken(name string) bool { return n.taken[name] }

// Take takes the name, with a number if it is taken already, and returns it.
func (n *Names) Take(name string) string {
	if n.taken == nil {
		n.taken, n.next = map[string]bool{}, map[string]int{}
	}
	free := name
	for n.taken[free] {
		n.next[name]++
		free = fmt.Sprintf("%s_%d", name, n.next[name])
	}
	n.taken[free] = true
	return free
}

// cleanNames gives the members of an object names that components may have. A name that is clean stays.
func cleanNames(o *tree.Object) map[string]string {
	names := map[string]string{}
	var taken Names
	for _, clean := range []bool{true, false} {
		for _, m := range o.All() {
			if name := CleanName(m.Key); (name == m.Key) == clean {
				names[m.Key] = taken.Take(name)
			}
		}
	}
	return names
}

// RenameMembers gives the members of an object, which may be nil, the names that the map has for them.
func RenameMembers(o *tree.Object, names map[string]string) {
	for i, m := range o.All() {
		o.Members[i].Key = cmp.Or(names[m.Key], m.Key)
	}
	if o != nil {
		*o = tree.Object{Members: slices.Clip(o.Members)}
	}
}
