package foreign

import (
	"slices"

	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/tree"
)

// NameAlternatives writes down what discriminators leave to the names of schemas: which value stands for which schema.
// So schemas can be renamed, and what a schema needs can be found.
func NameAlternatives(doc *tree.Object) error {
	room := maxCopied
	schemas := doc.Object("components").Object("schemas")
	below := map[string][]string{} // schemas by what they extend
	for _, m := range schemas.All() {
		s, _ := m.Value.(*tree.Object)
		for _, base := range s.List("allOf") {
			if name := schemaOf(base); name != "" && schemaIs(schemas, name) {
				below[name] = append(below[name], m.Key)
			}
		}
	}
	for _, m := range schemas.All() {
		s, _ := m.Value.(*tree.Object)
		if s.Object("discriminator") != nil {
			names := descendants(below, m.Key)
			if room -= len(names); room < 0 {
				return errCopied
			}
			alternatives(s, names)
		}
	}
	Walk(Document, doc, func(kind Kind, o *tree.Object) {
		if kind != Schema {
			return
		}
		mapping := o.Object("discriminator").Object("mapping")
		for i, m := range mapping.All() { // a mapping may have names, which are taken for files elsewhere
			if name, ok := m.Value.(string); ok && schemaIs(schemas, name) {
				mapping.Members[i].Value = Ref("components", "schemas", name)
			}
		}
		var names []string
		for _, choice := range slices.Concat(o.List("oneOf"), o.List("anyOf")) {
			if name := schemaOf(choice); name != "" {
				names = append(names, name)
			}
		}
		alternatives(o, names)
	})
	return nil
}

func schemaIs(schemas *tree.Object, name string) bool { return schemas.Object(name) != nil }

// schemaOf is the name of the component that a schema refers to.
func schemaOf(v any) string {
	o, _ := v.(*tree.Object)
	section, name, _ := Component(o.Text("$ref"))
	if section != "schemas" {
		return ""
	}
	return name
}

// descendants are the schemas that extend one, and those that extend them.
func descendants(below map[string][]string, name string) (l []string) {
	seen := map[string]bool{name: true}
	for queue := below[name]; len(queue) > 0; queue = queue[1:] {
		if next := queue[0]; !seen[next] {
			seen[next] = true
			l, queue = append(l, next), append(slices.Clip(queue), below[next]...)
		}
	}
	return l
}

// alternatives adds schemas to the mapping of a discriminator, but for those that are there.
func alternatives(s *tree.Object, names []string) {
	d := s.Object("discriminator")
	if d == nil || len(names) == 0 {
		return
	}
	mapping := d.Object("mapping")
	if mapping == nil {
		mapping = &tree.Object{}
		d.Set("mapping", mapping)
	}
	there := map[any]bool{}
	for _, m := range mapping.Members {
		if to, ok := m.Value.(string); ok {
			there[to] = true
		}
	}
	for _, name := range names {
		if ref := Ref("components", "schemas", name); !there[ref] && !there[name] && !mapping.Has(name) {
			mapping.Set(name, ref)
		}
	}
}
