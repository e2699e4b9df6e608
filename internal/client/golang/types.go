package golang

import (
	"slices"

	"github.com/utilmeta/utilmeta-go/internal/client/model"
)

// nameTypes gives each named type its name in Go.
func (p *printer) nameTypes() {
	for _, t := range p.api.Types {
		name := ident(t.Name)
		if p.scope[name] > 0 && !p.given(name) {
			name += "Model" // the client has something of this name itself
		}
		p.names[t] = p.scope.Take(name)
	}
}

func (p *printer) given(name string) bool {
	for _, n := range p.names {
		if n == name {
			return true
		}
	}
	return false
}

// findLoops marks members that would make a struct hold itself.
func (p *printer) findLoops() {
	for _, t := range p.api.Types {
		for _, m := range t.Members {
			if m.Required && m.Type.Kind == model.Object && p.holds(m.Type, t, map[*model.Type]bool{}) {
				p.pointed[m] = true
			}
		}
	}
}

// holds tells whether t has a value of the type what in it.
func (p *printer) holds(t, what *model.Type, seen map[*model.Type]bool) bool {
	if t == what {
		return true
	}
	if seen[t] {
		return false
	}
	seen[t] = true
	return slices.ContainsFunc(t.Members, func(m *model.Member) bool {
		return m.Required && !p.pointed[m] && m.Type.Kind == model.Object && p.holds(m.Type, what, seen)
	})
}

// nilable tells a type in Go whose zero value stands for nothing.
func nilable(t *model.Type) bool {
	return t.Kind == model.Any || t.Kind == model.List || t.Kind == model.Map || t.Kind == model.File || t.Kind == model.String && t.Format == "byte"
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
		switch t.Format {
		case "date-time":
			return "time.Time"
		case "date":
			p.uses["date.go"] = true
			return "Date"
		case "byte":
			return "[]byte"
		}
		return "string"
	case model.Integer:
		if slices.Contains([]string{"int8", "int16", "int32", "uint8", "uint16", "uint32", "uint64"}, t.Format) {
			return t.Format
		}
		return "int64"
	case model.Number:
		switch t.Format {
		case "float":
			return "float32"
		case "decimal":
			return "json.Number"
		}
		return "float64"
	case model.Boolean:
		return "bool"
	case model.List:
		if len(t.Tuple) > 0 {
			return "[]any"
		}
		return "[]" + p.expr(t.Elem)
	case model.Map:
		return "map[string]" + p.expr(t.Elem)
	case model.Nullable:
		if nilable(t.Elem) {
			return p.expr(t.Elem)
		}
		return "*" + p.expr(t.Elem)
	case model.File:
		p.uses["file.go"] = true
		return "*File"
	}
	return "any"
}

// declare writes the declaration of a type with a name.
func (p *printer) declare(t *model.Type) {
	name := p.names[t]
	p.comment(name, t.Doc, t.Deprecated)
	switch t.Kind {
	case model.Enum:
		p.enum(t, name)
	case model.Object:
		if t.Form {
			p.form(t, name)
			return
		}
		p.object(t, name)
	case model.Union:
		p.union(t, name)
	case model.List, model.Map:
		p.f("type %s %s\n\n", name, p.bare(t))
	default:
		p.f("type %s = %s\n\n", name, p.bare(t))
	}
}
