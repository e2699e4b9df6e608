package schema

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Components names what the schemas so far refer to, fills in their references, and lists the components by name.
// It is called once, after the last schema.
//
// A component has the name of its type; of types with the same name all get that of their package before it. Where
// what a type takes differs from what it shows, the first has the suffix Input.
func (c *Catalog) Components() []Component {
	if len(c.defs) == 0 {
		return nil
	}
	c.merge()
	var own []*definition
	for _, d := range c.defs[1:] {
		if d.same == nil {
			own = append(own, d)
		}
	}
	c.name(own)
	for _, d := range c.defs {
		for _, r := range d.refs {
			r.at.Ref = c.Prefix + r.to.kept().name
		}
	}
	l := make([]Component, len(own))
	for i, d := range own {
		l[i] = Component{d.name, d.t, d.schema}
	}
	slices.SortFunc(l, func(a, b Component) int { return cmp.Compare(a.Name, b.Name) })
	return l
}

// kept is the definition that stands for d.
func (d *definition) kept() *definition {
	if d.same != nil {
		return d.same
	}
	return d
}

// merge finds definitions of one type that say the same, and refer to what says the same.
func (c *Catalog) merge() {
	texts := map[*definition][]byte{}
	for _, d := range c.defs[1:] {
		texts[d], _ = plainJSON(d.schema) // plain data: it cannot fail
	}
	for _, d := range c.defs[1:] {
		for way := range d.way {
			if first := c.index[d.other(way)]; first != nil && first.same == nil && bytes.Equal(texts[first], texts[d]) {
				d.same = first
				break
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, d := range c.defs[1:] {
			if d.same != nil && !slices.EqualFunc(d.refs, d.same.refs, func(a, b reference) bool { return a.to.kept() == b.to.kept() }) {
				d.same, changed = nil, true
			}
		}
	}
}

// name gives each definition a name of its own. Those whose names clash take longer ones.
func (c *Catalog) name(own []*definition) {
	plain := map[string]bool{}
	for _, d := range own {
		plain[d.title(0)] = true
	}
	length := make([]int, len(own))
	for clash := true; clash; {
		clash = false
		users := map[string][]int{}
		for i, d := range own {
			d.name = candidate(d, length[i], i) + c.suffix(d, plain)
			users[d.name] = append(users[d.name], i)
		}
		for name, l := range users {
			if len(l) < 2 && !slices.Contains(c.Taken, name) {
				continue
			}
			clash = true
			for _, i := range l {
				length[i]++
			}
		}
	}
}

// candidate is the name of d with so much of its package before it.
func candidate(d *definition, length, number int) string {
	pkg := strings.Split(d.pkgPath(), "/")
	from := max(len(pkg)-length, 0)
	name := strings.Join(append(slices.Clone(pkg[from:]), d.title(length)), ".")
	if length > len(pkg) { // types of the same name in two functions of one package
		name += "-" + strconv.Itoa(number)
	}
	return componentText(name)
}

// suffix tells what a type takes from what it shows.
func (c *Catalog) suffix(d *definition, plain map[string]bool) string {
	apart := false
	for way := range d.way {
		other := c.index[d.other(way)]
		apart = apart || other != nil && other.same == nil
	}
	if !apart {
		return ""
	}
	suffix := "Input"
	value := c.index[d.other(reading)]
	switch {
	case d.way == shown:
		suffix = "Output"
	case d.way == members && value != nil && value.same == nil:
		suffix = "Body"
	}
	if plain[d.title(0)+suffix] {
		return "-" + suffix
	}
	return suffix
}

// componentText leaves out what the name of a component cannot have.
func componentText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && isAlnum(byte(r)) || strings.ContainsRune("._-", r) {
			return r
		}
		return '_'
	}, s)
}

// typeName is the name of a type as reflection writes it, with the arguments of a generic type behind it:
// "Page[example.com/shop.Item]" is "Page_Item". The arguments get as many segments of their packages as length says.
func typeName(s string, length int) string {
	name, args, generic := strings.Cut(s, "[")
	if !generic {
		return name
	}
	var b strings.Builder
	b.WriteString(name)
	for _, arg := range splitArgs(strings.TrimSuffix(args, "]")) {
		b.WriteByte('_')
		b.WriteString(argName(arg, length))
	}
	return b.String()
}

// splitArgs cuts at the commas that are in no brackets.
func splitArgs(s string) (args []string) {
	depth, from := 0, 0
	for i := range len(s) {
		switch s[i] {
		case '[':
			depth++
		case ']':
			depth--
		case ',':
			if depth == 0 {
				args, from = append(args, s[from:i]), i+1
			}
		}
	}
	return append(args, s[from:])
}

func argName(s string, length int) string {
	switch {
	case strings.HasPrefix(s, "*"):
		return argName(s[1:], length)
	case strings.HasPrefix(s, "[]"):
		return argName(s[2:], length) + "List"
	case strings.HasPrefix(s, "map[string]"):
		return argName(s[len("map[string]"):], length) + "Map"
	}
	path, args, generic := strings.Cut(s, "[")
	segments := strings.Split(path, "/")
	pkg, name, ok := strings.Cut(segments[len(segments)-1], ".")
	if !ok {
		name = pkg
	} else if segments[len(segments)-1] = pkg; length > 0 {
		name = strings.Join(append(slices.Clone(segments[max(len(segments)-length, 0):]), name), ".")
	}
	if generic {
		name = typeName(name+"["+args, length)
	}
	return name
}
