package golang

import (
	"slices"
	"strings"
	"unicode"

	"github.com/utilmeta/utilmeta-go/internal/client/model"
)

// field is a member as a field of a struct.
type field struct {
	*model.Member
	name, expr string
	tag        bool // a struct tag can name it
	nilable    bool
	optional   bool
}

// fieldsOf gives the members of an object their fields.
func (p *printer) fieldsOf(t *model.Type) []field {
	if l, ok := p.members[t]; ok {
		return l
	}
	scope := model.Scope{"MarshalJSON": 1, "UnmarshalJSON": 1, "Further": 1}
	var l []field
	for _, m := range t.Members {
		f := field{Member: m, name: scope.Take(ident(m.Name)), tag: tagged(m.Name), optional: !m.Required}
		elem, null := m.Type, false
		if elem.Kind == model.Nullable {
			elem, null = elem.Elem, true
		}
		f.nilable = nilable(elem) && !null
		f.expr = p.expr(elem)
		switch {
		case null && f.optional:
			p.uses["null.go"] = true
			f.expr = "Null[" + f.expr + "]"
		case nilable(elem):
		case null || f.optional || p.pointed[m]:
			f.expr = "*" + f.expr
		}
		l = append(l, f)
	}
	p.members[t] = l
	return l
}

// tagged tells whether encoding/json takes a name from a tag.
func tagged(name string) bool {
	for _, r := range name {
		if !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
	}
	return name != "" && name != "-"
}

func (p *printer) object(t *model.Type, name string) {
	l := p.fieldsOf(t)
	p.f("type %s struct {\n", name)
	for _, f := range l {
		p.comment("", f.Doc, f.Deprecated)
		tag := f.Name
		switch {
		case !f.tag:
			tag = "-"
		case f.optional:
			tag += ",omitzero"
		}
		p.f("%s %s `json:%s`\n", f.name, f.expr, quote(tag))
	}
	if t.Elem != nil {
		p.f("Further map[string]%s `json:\"-\"` // members of other names\n", p.expr(t.Elem))
	}
	p.f("}\n\n")
	p.marshal(t, name, l)
	p.unmarshal(t, name, l)
}

// needsMembers tells a struct that tags do not say all about.
func needsMembers(t *model.Type, l []field) bool {
	return t.Elem != nil || slices.ContainsFunc(l, func(f field) bool { return !f.tag })
}

// marshal writes lists that are nil as empty ones where the service asks for a list, values that can be no other, and
// what tags cannot name.
func (p *printer) marshal(t *model.Type, name string, l []field) {
	more := needsMembers(t, l)
	empty := slices.DeleteFunc(slices.Clone(l), func(f field) bool { return f.optional || !f.nilable || f.Type.Kind == model.Any })
	var constant []field
	for _, f := range l {
		if !f.optional && f.Type.Kind == model.Enum && len(f.Type.Values) == 1 {
			constant = append(constant, f)
		}
	}
	if !more && len(empty) == 0 && len(constant) == 0 {
		return
	}
	p.f("// MarshalJSON writes it as the service takes it.\nfunc (v %s) MarshalJSON() ([]byte, error) {\ntype plain %[1]s\n", name)
	for _, f := range empty {
		p.f("if v.%s == nil { v.%[1]s = %s{} }\n", f.name, f.expr)
	}
	for _, f := range constant {
		zero := `""`
		if f.Type.Base == model.Integer {
			zero = "0"
		}
		p.f("if v.%s == %s { v.%[1]s = %[3]s }\n", f.name, zero, literal(f.Type, f.Type.Values[0]))
	}
	if !more {
		p.f("return json.Marshal(plain(v))\n}\n\n")
		return
	}
	p.uses["members.go"] = true
	p.f("var own []member\n")
	for _, f := range l {
		switch {
		case f.tag:
		case !f.optional:
			p.f("own = append(own, member{%s, v.%s})\n", quote(f.Name), f.name)
		case strings.HasPrefix(f.expr, "Null["):
			p.f("if !v.%s.IsZero() { own = append(own, member{%s, v.%[1]s}) }\n", f.name, quote(f.Name))
		default:
			p.f("if v.%s != nil { own = append(own, member{%s, v.%[1]s}) }\n", f.name, quote(f.Name))
		}
	}
	further := "map[string]any(nil)"
	if t.Elem != nil {
		further = "v.Further"
	}
	p.f("return withMembers(plain(v), own, %s%s)\n}\n\n", further, known(l))
}

func known(l []field) string {
	var b strings.Builder
	for _, f := range l {
		b.WriteString(", " + quote(f.Name))
	}
	return b.String()
}

func (p *printer) unmarshal(t *model.Type, name string, l []field) {
	if !needsMembers(t, l) {
		return
	}
	p.f("// UnmarshalJSON reads it as the service writes it.\nfunc (v *%s) UnmarshalJSON(b []byte) error {\ntype plain %[1]s\n", name)
	p.f("if err := json.Unmarshal(b, (*plain)(v)); err != nil { return err }\nall, err := membersOf(b)\nif err != nil { return err }\n")
	for _, f := range l {
		if !f.tag {
			p.f("if err := take(all, %s, &v.%s); err != nil { return err }\n", quote(f.Name), f.name)
		}
	}
	if t.Elem != nil {
		p.f("v.Further, err = furtherOf[%s](all%s)\nreturn err\n}\n\n", p.expr(t.Elem), known(l))
	} else {
		p.f("return nil\n}\n\n")
	}
}

// form writes the struct of a form.
func (p *printer) form(t *model.Type, name string) {
	p.f("type %s struct {\n", name)
	for _, f := range p.fieldsOf(t) {
		p.comment("", f.Doc, f.Deprecated)
		p.f("%s %s\n", f.name, f.expr)
	}
	if t.Elem != nil {
		p.f("Further map[string]any // fields of other names\n")
	}
	p.f("}\n\n")
}
