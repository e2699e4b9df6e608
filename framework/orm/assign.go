package orm

import (
	"fmt"
	"reflect"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// assign hands everything that the struct holds to the builder and gathers what is wrong with it.
func (w *write) assign() {
	for _, c := range w.columns {
		if c == w.key {
			continue
		}
		v, given, null := c.value(w.row)
		if !given || c.readonly && c.field.Immutable && !w.isNew {
			continue
		}
		w.given[c.field.Name], w.own = true, true
		if c.field.Edge != "" {
			w.given[c.field.Edge] = true
		}
		if f := w.assignField(c, v, null); f != nil {
			w.fault(c.field.Name, c.names, *f)
		}
	}
	for _, r := range w.edges {
		v, given, null := r.value(w.row)
		if !given || r.plan != nil && (r.readonly || v.IsZero()) || r.readonly && r.edge.Immutable && !w.isNew {
			continue
		}
		w.given[r.edge.Name] = true
		w.own = w.own || r.edge.Stored == Here
		if r.edge.Field != "" {
			w.given[r.edge.Field] = true
		}
		if f := w.assignEdge(r, v, null); f != nil {
			w.fault(r.edge.Name, r.names, *f)
		}
	}
}

func (w *write) fault(field string, n names, f schema.Fault) {
	f.Pointer = pointer(n.wire)
	w.faults.add(field, f)
}

func (w *write) setKey(key reflect.Value) {
	if f := setKey(w.model, w.b, key); f != nil {
		w.fault(w.model.Key.Name, w.key.names, *f)
	}
}

func (w *write) assignField(c *column, v reflect.Value, null bool) *schema.Fault {
	change := Change{Field: c.field}
	if !null {
		x, fault := c.convert(v)
		if fault != nil {
			return fault
		}
		change.Value = x
	}
	if target := change.target(w.model); target != nil && !null {
		w.refs = append(w.refs, reference{c.field.Name, target, []any{change.Value}})
	}
	return change.apply(w.b, w.isNew)
}

func typeFault(err error) *schema.Fault {
	if err == nil {
		return nil
	}
	return &schema.Fault{Code: "type", Detail: err.Error()}
}

// convert turns a value of the schema into the model's type.
func (c *column) convert(v reflect.Value) (any, *schema.Fault) {
	if fixed, ok := fit(v, c.field.GoType); ok {
		if !storable(fixed) {
			return nil, &badText
		}
		return fixed.Interface(), nil
	}
	if conv, ok := v.Interface().(Converter); ok {
		x, err := conv.FieldValue()
		if err != nil {
			return nil, refusedValue(err)
		}
		v = reflect.ValueOf(x)
	}
	if fixed, ok := fit(v, c.field.GoType); ok {
		return fixed.Interface(), nil
	}
	if fits(v.Type(), c.field.GoType) {
		return nil, &schema.Fault{Code: "range", Detail: fmt.Sprintf("is out of the range of %v", c.field.GoType)}
	}
	return nil, &schema.Fault{Code: "type", Detail: fmt.Sprintf("is %v: want %v", v.Type(), c.field.GoType)}
}

// badText is the fault of a text that is not [storable].
var badText = schema.Fault{Code: "invalid", Detail: "must be UTF-8 without NUL characters"}

// refusedValue is the fault that a refused value tells itself.
func refusedValue(err error) *schema.Fault {
	if r, ok := err.(schema.Refusal); ok {
		if _, faults := r.Refusal(); len(faults) > 0 {
			return &faults[0]
		}
	}
	return &schema.Fault{Code: "invalid", Detail: err.Error()}
}

func (w *write) assignEdge(r *relation, v reflect.Value, null bool) *schema.Fault {
	e := r.edge
	switch {
	case r.plan != nil:
		return &schema.Fault{Code: "readonly", Detail: "is only read, not written: tag it api:\"readonly\" or give the key"}
	case null:
		return Change{Edge: e}.apply(w.b, w.isNew)
	}
	keys, fault := r.convertKeys(v)
	if fault != nil {
		return fault
	}
	w.refs = append(w.refs, reference{e.Name, r.target, keys})
	switch {
	case !r.many:
		return Change{Edge: e, Value: keys[0]}.apply(w.b, w.isNew)
	case e.Immutable && !w.isNew:
		return &schema.Fault{Code: "immutable", Detail: "cannot be changed"}
	case !w.isNew:
		if err := w.b.Edge(e.Name, ClearKeys, nil); err != nil {
			return typeFault(err)
		}
	}
	return typeFault(w.b.Edge(e.Name, AddKeys, keys))
}

func (r *relation) convertKeys(v reflect.Value) ([]any, *schema.Fault) {
	if !r.many {
		x, fault := r.convert(v)
		return []any{x}, fault
	}
	keys := make([]any, v.Len())
	for i := range keys {
		x, fault := r.convert(v.Index(i))
		if fault != nil {
			return nil, fault
		}
		keys[i] = x
	}
	return keys, nil
}

// require finds what a new row must have and was not given. What the schema has no member for is left to ent, since a
// hook may give it.
func (w *write) require() {
	missing := schema.Fault{Code: "required", Detail: "is required"}
	if k := w.model.Key; k != nil && !k.HasDefault && !w.given[k.Name] {
		w.fault(k.Name, w.namesOf(k.Name), missing)
	}
	for _, f := range w.model.Fields {
		if !f.Nullable && !f.HasDefault && !w.given[f.Name] && w.has(f.Name) {
			w.fault(f.Name, w.namesOf(f.Name), missing)
		}
	}
	for _, e := range w.model.Edges {
		if e.Required && e.Field == "" && !w.given[e.Name] && w.has(e.Name) {
			w.fault(e.Name, w.namesOf(e.Name), missing)
		}
	}
}

// has tells whether the schema has a member for a field or edge of the model.
func (p *plan) has(model string) bool { return p.namesOf(model) != names{} }

// namesOf finds the member that stands for a field or edge of the model; its wire name is empty when there is none.
func (p *plan) namesOf(model string) names {
	for _, c := range p.columns {
		if c.field.Name == model {
			return c.names
		}
	}
	for _, r := range p.edges {
		if r.edge.Name == model || r.edge.Field == model && model != "" {
			return r.names
		}
	}
	return names{}
}
