package project

import (
	"fmt"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/codecgen"
	"github.com/utilmeta/utilmeta-go/internal/naming"
)

// names are how a type may be called: the first is the shortest.
func (c *codecPackage) names(typ string) []string {
	return []string{c.Name + "." + typ, c.importPath + "." + typ, c.dir + "." + typ}
}

// A TypesError says that codecs cannot be printed of a type that was asked for.
type TypesError struct{ text string }

func (e *TypesError) Error() string { return e.text }

// choose sets the types that there are to be codecs of: those that types names, or all.
func (l codecPackages) choose(layouts []schema.Layout, types []string) error {
	for _, c := range l {
		c.Chosen = len(types) > 0
	}
	for _, layout := range layouts {
		if c := l.find(layout); c != nil && len(types) == 0 {
			c.Layouts = append(c.Layouts, layout)
		}
	}
	for _, name := range types {
		if err := l.add(layouts, name); err != nil {
			return err
		}
	}
	return nil
}

// add chooses the type that is called name.
func (l codecPackages) add(layouts []schema.Layout, name string) error {
	var known, found []string
	for _, layout := range layouts {
		c := l.find(layout)
		if c == nil {
			continue
		}
		names := c.names(layout.Type)
		if known = append(known, names[0]); !slices.Contains(names, name) {
			continue
		}
		found = append(found, names[1])
		if !slices.ContainsFunc(c.Layouts, func(x schema.Layout) bool { return x.Type == layout.Type }) {
			c.Layouts = append(c.Layouts, layout)
		}
	}
	switch {
	case len(found) > 1:
		return &TypesError{fmt.Sprintf("%s: there are %d: write %s", name, len(found), strings.Join(found, " or "))}
	case len(found) == 0:
		return unknownType(name, known)
	}
	return nil
}

func unknownType(name string, known []string) error {
	text := name + ": there is no such type that a codec could be of: one that APIs take in a body or answer with"
	_, own, _ := strings.Cut(name[strings.LastIndexByte(name, '/')+1:], ".")
	near := naming.Nearest(name, known...)
	for _, k := range known {
		if near == "" && (strings.HasSuffix(k, "."+name) || own != "" && strings.HasSuffix(k, "."+own)) {
			near = k
		}
	}
	if near != "" {
		text += ": did you mean " + near + "?"
	}
	return &TypesError{text}
}

// again chooses the types as they were chosen before: where all were, types and packages that have come since are among
// them.
func (l codecPackages) again(layouts []schema.Layout) {
	all := slices.ContainsFunc(l, func(c *codecPackage) bool { return c.printed() && !c.Chosen })
	for _, layout := range layouts {
		c := l.find(layout)
		if c == nil || c.foreign {
			continue
		}
		if c.printed() && !c.Chosen || !c.printed() && all || slices.Contains(codecgen.Types(c.old), layout.Type) {
			c.Layouts = append(c.Layouts, layout)
		}
	}
}

// command is what a developer types to have the same types printed.
func (l codecPackages) command() string {
	var types []string
	for _, c := range l {
		if c.printed() && !c.Chosen {
			return "meta generate --codecs"
		}
		for _, x := range c.Layouts {
			types = append(types, c.names(x.Type)[0])
		}
	}
	return "meta generate --codecs --types " + strings.Join(types, ",")
}
