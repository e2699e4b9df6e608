package schema

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"github.com/utilmeta/utilmeta-go/internal/naming"
)

// An Object is the plan of a JSON object: its members and where they stand in memory. The members of a struct
// make one; so do the members of a body that stand among other fields of an input (see Add).
type Object struct {
	t       reflect.Type
	members []Member
	index   map[string]int
	forbid  bool // members that are not declared are faults
	rest    *rest
	model   string // the name of what its members belong to, "" for none
	deps    []dependency
	tag     string // the member that tells this variant of a union
	first   []byte // and how it is written: "kind":"card"
	checks  []check
	plan    *planner // while it is made
	code    *Codec   // nil for none
	words   int      // of the set of members seen
	slots   []slot
	whole   bool   // outputs write every member
	awaited uint64 // the members of the first word that are required or have a default
}

// check is an embedded struct with a Validate of its own.
type check struct {
	t      reflect.Type
	offset uintptr
}

// A Member is one member of an Object.
type Member struct {
	Name    string   // on the wire
	Aliases []string // further names that inputs may use
	Field   string   // in Go
	Facts   Facts    // of tags and model together

	node      *node
	offset    uintptr
	pointer   string // /name
	key       string // "name":
	limits    *limits
	item      *limits // of a list's items
	required  bool
	readOnly  bool
	writeOnly bool
	omitEmpty bool
	omitZero  bool
	needs     []string // members that must stand beside it
	byDefault func(unsafe.Pointer)
	example   *string
}

// object plans the struct t.
func (p *planner) object(t reflect.Type) *Object {
	o := &Object{t: t, plan: p}
	p.made[t].obj = o
	p.addFields(o, t, 0, nil)
	o.finish()
	return o
}

// addFields walks the fields of t; the members of an untagged embedded struct are members here, of the outer
// model if it has none of its own.
func (p *planner) addFields(o *Object, t reflect.Type, offset uintptr, outer Model) {
	m := p.modelFor(t)
	if m == nil {
		m = outer
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Name == "_":
			o.setAdditional(f)
		case IsRest(f):
			o.addRest(f, offset+f.Offset)
		case f.Anonymous && IsModel(f.Type), f.Tag.Get("json") == "-", f.Tag.Get("api") == "-":
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct && !isNull(f.Type):
			if m == nil && HasModel(f.Type) && t.NumField() > 1 {
				p.fail(t, f.Name, "embeds a schema: give %s the marker itself, and leave it out of %s, which then holds what both share", t.Name(), f.Type.Name())
			}
			p.addFields(o, f.Type, offset+f.Offset, m)
			if checksItself(f.Type) {
				o.checks = append(o.checks, check{f.Type, offset + f.Offset})
			}
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Pointer && f.Type.Elem().Kind() == reflect.Struct:
			p.fail(t, f.Name, "an embedded pointer is not read: embed the struct itself")
		case f.IsExported():
			o.add(f, offset+f.Offset, m)
		}
	}
}

// setAdditional reads what a blank field says of the whole object.
func (o *Object) setAdditional(f reflect.StructField) {
	switch v, ok := f.Tag.Lookup("additional"); {
	case v == "forbid":
		o.forbid = true
	case ok && v != "ignore":
		o.plan.fail(o.t, f.Name, "tag additional: %q is neither forbid nor ignore", v)
	}
}

// add makes the field f, which stands at offset, a member.
func (o *Object) add(f reflect.StructField, offset uintptr, model Model) {
	p := o.plan
	name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
	for _, err := range Slips(f.Tag) {
		p.fail(o.t, f.Name, "%s", err)
	}
	if name == "" {
		p.fail(o.t, f.Name, "has no name on the wire: tag it `json:\"%s\"`, or `json:\"-\"` to leave it out", naming.Snake(f.Name))
		return
	}
	m := Member{Name: name, Aliases: listOf(f.Tag.Get("alias")), needs: listOf(f.Tag.Get("dependentRequired")), Field: f.Name}
	m.node, m.offset, m.pointer = p.fieldNode(o.t, f), offset, "/"+escapePointer(name)
	m.key = string(AppendString(nil, name)) + ":"
	for opt := range strings.SplitSeq(opts, ",") {
		switch opt {
		case "omitempty":
			m.omitEmpty = true
		case "omitzero":
			m.omitZero = true
		case "":
		default:
			p.fail(o.t, f.Name, "tag json: option %q is not known: use omitempty or omitzero", opt)
		}
	}
	optional := m.setFlags(p, o.t, f)
	m.setRules(p, o.t, f, model)
	if model != nil && o.model == "" {
		o.model = model.SchemaName()
	}
	m.setDefault(p, o.t, f, o)
	m.setExample(p, o.t, f)
	k := m.node.kind
	m.required = k != pointer && k != nullable && !optional && m.byDefault == nil && !m.readOnly
	if i := slices.IndexFunc(o.members, func(x Member) bool { return x.Name == name }); i >= 0 {
		p.fail(o.t, f.Name, "the name %q is taken by %s", name, o.members[i].Field)
		return
	}
	o.members = append(o.members, m)
}

// fieldNode plans the type of a field; what is wrong with it is told with the field.
func (p *planner) fieldNode(owner reflect.Type, f reflect.StructField) *node {
	before := len(p.errs)
	n := p.node(f.Type)
	if f.Tag.Get("format") == "date" || f.Tag.Get("items.format") == "date" {
		n = n.asDay()
	}
	for _, err := range p.errs[before:] {
		if e, ok := err.(*PlanError); ok && e.Field == "" {
			e.Text, e.Type, e.Field = fmt.Sprintf("%s: %s", e.Type, e.Text), owner, f.Name
		}
	}
	return n
}

// setFlags reads the tag api.
func (m *Member) setFlags(p *planner, t reflect.Type, f reflect.StructField) (optional bool) {
	for _, flag := range strings.Split(f.Tag.Get("api"), ",") {
		switch flag {
		case "":
		case "optional":
			optional = true
		case "readonly":
			m.readOnly = true
		case "writeonly":
			m.writeOnly = true
		default:
			p.fail(t, f.Name, "tag api: %q is not known: use optional, readonly, writeonly or -", flag)
		}
	}
	return optional
}

// setRules puts the rules of tags over those of the model.
func (m *Member) setRules(p *planner, t reflect.Type, f reflect.StructField, model Model) {
	rules, errs := fieldRules(f)
	items, itemErrs := tagRules(f, "items.")
	if model != nil {
		if facts, ok := model.SchemaField(f); ok {
			m.Facts = facts
			if m.node.inner().kind != foreign {
				rules = rules.or(facts.Rules.fitting(m.node.inner()))
			}
		}
	}
	m.Facts.Rules = rules
	target := m.node.inner()
	var more []error
	m.limits, more = rules.compile(target)
	errs = append(append(errs, itemErrs...), more...)
	if target.elem != nil {
		m.item, more = items.compile(target.elem)
		errs = append(errs, more...)
	} else if items.isSet() {
		errs = append(errs, fmt.Errorf("tags items.* need a list or a map, not %s", target.t))
	}
	for _, err := range errs {
		p.fail(t, f.Name, "%s", err)
	}
}

// finish builds what is looked up while reading.
func (o *Object) finish() {
	p := o.plan
	o.plan = nil
	if o.forbid && o.rest != nil {
		p.fail(o.t, "", "tag additional: members that are not declared are either forbidden or kept")
	}
	o.words = len(o.members)/64 + 1 // one more bit than members, for a discriminator
	o.index = make(map[string]int, len(o.members))
	for i := range o.members {
		o.index[o.members[i].Name] = i
	}
	o.fillSlots()
	for i := range o.members {
		o.addAliases(p, i)
		o.addDependencies(p, i)
	}
	o.findCodec()
}

// Members lists the members in the order of the declaration.
func (o *Object) Members() []Member { return o.members }

// Required tells whether an input must have the member.
func (m *Member) Required() bool { return m.required }

// ReadOnly tells a member that inputs ignore.
func (m *Member) ReadOnly() bool { return m.readOnly }

// WriteOnly tells a member that outputs leave out.
func (m *Member) WriteOnly() bool { return m.writeOnly }

// Type is the member's Go type.
func (m *Member) Type() reflect.Type { return m.node.t }

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

func escapePointer(name string) string { return pointerEscapes.Replace(name) }
