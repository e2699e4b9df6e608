package golang

import (
	"fmt"
	"strings"

	"github.com/utilmeta/utilmeta-go/internal/client/model"
)

// union writes a struct of which one field is set.
func (p *printer) union(t *model.Type, name string) {
	p.uses["union.go"] = true
	scope := model.Scope{"MarshalJSON": 1, "UnmarshalJSON": 1, "Raw": 1}
	fields := make([]string, len(t.Variants))
	if t.Doc != "" {
		p.f("//\n")
	}
	p.f("// One field is set. Raw is what came, and all that is set where it is none of these.\ntype %s struct {\n", name)
	for i, v := range t.Variants {
		fields[i] = scope.Take(ident(v.Name))
		p.f("%s *%s\n", fields[i], p.expr(variantType(v)))
	}
	p.f("Raw json.RawMessage\n}\n\n")

	p.f("// MarshalJSON writes the field that is set.\nfunc (v %s) MarshalJSON() ([]byte, error) {\nswitch {\n", name)
	for i, f := range fields {
		if t.Discriminator != "" {
			p.f("case v.%s != nil:\nreturn marshalTagged(v.%[1]s, %s, %s)\n", f, quote(t.Discriminator), quote(t.Variants[i].Values[0]))
		} else {
			p.f("case v.%s != nil:\nreturn json.Marshal(v.%[1]s)\n", f)
		}
	}
	p.f("case v.Raw != nil:\nreturn v.Raw, nil\n}\nreturn []byte(\"null\"), nil\n}\n\n")

	p.f("// UnmarshalJSON reads the one that it is.\nfunc (v *%s) UnmarshalJSON(b []byte) error {\n*v = %[1]s{Raw: append(json.RawMessage(nil), b...)}\n", name)
	if t.Discriminator != "" {
		p.f("switch memberText(b, %s) {\n", quote(t.Discriminator))
		for i, v := range t.Variants {
			var values []string
			for _, s := range v.Values {
				values = append(values, quote(s))
			}
			p.f("case %s:\nreturn variant(b, &v.%s)\n", strings.Join(values, ", "), fields[i])
		}
	} else {
		p.f("switch choose(b,\n")
		for _, v := range t.Variants {
			p.f("%s,\n", p.shape(variantType(v)))
		}
		p.f(") {\n")
		for i, f := range fields {
			p.f("case %d:\nreturn variant(b, &v.%s)\n", i, f)
		}
	}
	p.f("}\nreturn nil\n}\n\n")
}

// variantType is that of a variant, of which null is none in Go.
func variantType(v *model.Variant) *model.Type {
	if v.Type.Kind == model.Nullable {
		return v.Type.Elem
	}
	return v.Type
}

// shape tells a variant from others by its JSON.
func (p *printer) shape(t *model.Type) string {
	switch t.Kind {
	case model.String:
		return `shape{kinds: "s"}`
	case model.Integer:
		return `shape{kinds: "i"}`
	case model.Number:
		return `shape{kinds: "n"}`
	case model.Boolean:
		return `shape{kinds: "b"}`
	case model.List:
		return `shape{kinds: "a"}`
	case model.Map:
		return `shape{kinds: "o"}`
	case model.Enum:
		if t.Base == model.Integer {
			return `shape{kinds: "i"}`
		}
		return `shape{kinds: "s"}`
	case model.Object:
		return p.objectShape(t)
	}
	return `shape{kinds: "oasnib"}`
}

func (p *printer) objectShape(t *model.Type) string {
	var required, members, values []string
	for _, m := range t.Members {
		members = append(members, quote(m.Name))
		if m.Required {
			required = append(required, quote(m.Name))
		}
		if m.Type.Kind == model.Enum {
			var l []string
			for _, v := range m.Type.Values {
				l = append(l, quote(jsonLiteral(m.Type, v)))
			}
			values = append(values, fmt.Sprintf("%s: {%s}", quote(m.Name), strings.Join(l, ", ")))
		}
	}
	s := `shape{kinds: "o"`
	for _, part := range []struct {
		name, kind string
		l          []string
	}{{"required", "[]string", required}, {"members", "[]string", members}, {"values", "map[string][]string", values}} {
		if len(part.l) > 0 {
			s += fmt.Sprintf(", %s: %s{%s}", part.name, part.kind, strings.Join(part.l, ", "))
		}
	}
	return s + "}"
}
