package typescript

import (
	"regexp"
	"strings"

	"github.com/utilmeta/utilmeta-go/internal/client/model"
)

// nameTypes gives each type with a name one in TypeScript.
func (p *printer) nameTypes() {
	own := model.Scope{}
	for _, t := range p.api.Types {
		name := model.Camel(t.Name)
		if p.scope[name] > 0 && own[name] == 0 {
			name += "Model" // the client has something of this name itself
		}
		p.names[t] = p.scope.Take(name)
		own[p.names[t]] = 1
	}
}

var identifier = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`)

// property is the name of a member as it is written.
func property(name string) string {
	if identifier.MatchString(name) {
		return name
	}
	return quote(name)
}

// expr is a type as it is written.
func (p *printer) expr(t *model.Type) string {
	if name := p.names[t]; name != "" {
		return name
	}
	return p.bare(t)
}

func (p *printer) bare(t *model.Type) string {
	switch t.Kind {
	case model.String:
		return "string"
	case model.Integer, model.Number:
		return "number"
	case model.Boolean:
		return "boolean"
	case model.List:
		if len(t.Tuple) > 0 {
			var l []string
			for _, item := range t.Tuple {
				l = append(l, p.expr(item))
			}
			return "[" + strings.Join(l, ", ") + ", ..." + p.array(t.Elem) + "]"
		}
		return p.array(t.Elem)
	case model.Map:
		return "{ [key: string]: " + p.expr(t.Elem) + " }"
	case model.Nullable:
		return p.expr(t.Elem) + " | null"
	case model.File:
		return "Blob"
	}
	return "unknown"
}

// array is a list as brackets: what the compiler need not look into at once may refer to itself.
func (p *printer) array(elem *model.Type) string {
	s := p.expr(elem)
	if !identifier.MatchString(s) {
		s = "(" + s + ")"
	}
	return s + "[]"
}

// declare writes the declaration of a type with a name.
func (p *printer) declare(t *model.Type) {
	p.comment("", t.Doc, t.Deprecated)
	name := p.names[t]
	switch t.Kind {
	case model.Enum:
		p.f("export type %s = %s;\n\n", name, literals(t))
	case model.Union:
		p.f("export type %s = %s;\n\n", name, p.union(t))
	case model.Object:
		p.object(t, name)
	default:
		p.f("export type %s = %s;\n\n", name, p.bare(t))
	}
}

func literals(t *model.Type) string {
	var l []string
	for _, v := range t.Values {
		if t.Base == model.String {
			v = quote(v)
		}
		l = append(l, v)
	}
	return strings.Join(l, " | ")
}

// union writes variants; a discriminator tells the compiler which is which.
func (p *printer) union(t *model.Type) string {
	var l []string
	for _, v := range t.Variants {
		s := p.expr(v.Type)
		if t.Discriminator != "" {
			var values []string
			for _, value := range v.Values {
				values = append(values, quote(value))
			}
			s = "(" + s + " & { " + property(t.Discriminator) + ": " + strings.Join(values, " | ") + " })"
		}
		l = append(l, s)
	}
	return strings.Join(l, " | ")
}

func (p *printer) object(t *model.Type, name string) {
	p.f("export interface %s {\n", name)
	for _, m := range t.Members {
		p.comment("  ", m.Doc, m.Deprecated)
		optional := ""
		if !m.Required {
			optional = "?"
		}
		p.f("  %s%s: %s;\n", property(m.Name), optional, p.expr(m.Type))
	}
	if t.Elem != nil {
		p.f("  [key: string]: unknown;\n")
	}
	p.f("}\n\n")
}
