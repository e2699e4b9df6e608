package openapi

import (
	"iter"
	"slices"

	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/foreign"
	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/tree"
)

// Split yields a document for each operation, by its id, with the components that it needs and no others.
func (d *Doc) Split() iter.Seq2[string, *Doc] {
	return func(yield func(string, *Doc) bool) {
		needs := d.Components.needs()
		for _, path := range d.Paths {
			for _, op := range path.Value {
				if !yield(op.Value.OperationID, d.only(path.Key, op, needs)) {
					return
				}
			}
		}
	}
}

// only is the document with one operation.
func (d *Doc) only(path string, op Entry[*Operation], needs map[component][]component) *Doc {
	one := *d
	one.Paths = Map[PathItem]{{Key: path, Value: PathItem{op}}}
	one.Webhooks, one.Clashes = nil, nil
	one.Tags = slices.DeleteFunc(slices.Clone(d.Tags), func(t Tag) bool { return !slices.Contains(op.Value.Tags, t.Name) })
	one.Components = d.Components.only(needed(needs, op))
	return &one
}

// prune takes away components that no operation needs.
func (d *Doc) prune() {
	var ops []Entry[*Operation]
	for _, path := range d.Paths {
		ops = append(ops, path.Value...)
	}
	d.Components = d.Components.only(needed(d.Components.needs(), ops...))
}

// A component is named by its section and its name.
type component struct{ section, name string }

// part is a component with its JSON.
type part struct {
	component
	text []byte
}

// parts lists all components.
func (c *Components) parts() (l []part) {
	l = slices.Concat(partsOf("schemas", c.Schemas), partsOf("responses", c.Responses), partsOf("securitySchemes", c.SecuritySchemes))
	others := c.others()
	for _, s := range foreign.Sections {
		if m := others[s.Name]; m != nil {
			l = append(l, partsOf(s.Name, *m)...)
		}
	}
	return l
}

func partsOf[V any](section string, m Map[V]) (l []part) {
	for _, e := range m {
		text, _ := e.JSON() // plain data: it cannot fail
		l = append(l, part{component{section, e.Key}, text})
	}
	return l
}

// needs tells of every component to which others it refers.
func (c *Components) needs() map[component][]component {
	m := map[component][]component{}
	for _, p := range c.parts() {
		for _, s := range foreign.Sections {
			if s.Name == p.section {
				m[p.component] = mentions(s.Kind, parsed(p.text))
			}
		}
	}
	return m
}

// mentions lists the components that a part of a document refers to, and the security schemes that it names.
func mentions(kind foreign.Kind, v any) (l []component) {
	for _, ref := range foreign.References(kind, v) {
		if section, name, ok := foreign.Component(ref); ok {
			l = append(l, component{section, name})
		}
	}
	foreign.Walk(kind, v, func(kind foreign.Kind, o *tree.Object) {
		if kind != foreign.Operation {
			return
		}
		for _, r := range o.List("security") {
			r, _ := r.(*tree.Object)
			for _, m := range r.All() {
				l = append(l, component{"securitySchemes", m.Key})
			}
		}
	})
	return l
}

// parsed is the tree of our own JSON.
func parsed(text []byte) any {
	v, _ := tree.Parse(text)
	return v
}

// needed finds what operations refer to, and what that refers to.
func needed(needs map[component][]component, ops ...Entry[*Operation]) map[component]bool {
	var l []component
	for _, op := range ops {
		text, _ := op.JSON() // plain data: it cannot fail
		l = append(l, mentions(foreign.Operation, parsed(text))...)
	}
	return closure(needs, l)
}

// closure has the components, and all that they need.
func closure(needs map[component][]component, queue []component) map[component]bool {
	found := map[component]bool{}
	for ; len(queue) > 0; queue = queue[1:] {
		if next := queue[0]; !found[next] {
			found[next] = true
			queue = append(queue, needs[next]...)
		}
	}
	return found
}

// only has the components that are needed.
func (c Components) only(needed map[component]bool) Components {
	c.Schemas = keep(c.Schemas, "schemas", needed)
	c.Responses = keep(c.Responses, "responses", needed)
	c.SecuritySchemes = keep(c.SecuritySchemes, "securitySchemes", needed)
	for section, m := range c.others() {
		*m = keep(*m, section, needed)
	}
	return c
}

func keep[V any](m Map[V], section string, needed map[component]bool) Map[V] {
	return slices.DeleteFunc(slices.Clone(m), func(e Entry[V]) bool { return !needed[component{section, e.Key}] })
}
