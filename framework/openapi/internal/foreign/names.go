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

// Unused is the name, with a number if it is taken.
func Unused(name string, taken func(string) bool) string {
	free := name
	for n := 1; taken(free); n++ {
		free = fmt.Sprintf("%s_%d", name, n)
	}
	return free
}

// cleanNames gives the members of an object names that components may have. A name that is clean stays.
func cleanNames(o *tree.Object) map[string]string {
	names, taken := map[string]string{}, map[string]bool{}
	for _, clean := range []bool{true, false} {
		for _, m := range o.All() {
			if name := CleanName(m.Key); (name == m.Key) == clean {
				names[m.Key] = Unused(name, func(name string) bool { return taken[name] })
				taken[names[m.Key]] = true
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
