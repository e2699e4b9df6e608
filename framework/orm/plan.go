package orm

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// plan is what a schema asks of its model. It is made once per type.
type plan struct {
	typ     reflect.Type
	model   *Model
	key     *column // nil when the schema has no key
	columns []*column
	edges   []*relation
	unread  []error // why the schema cannot be read, only written
	unsaved []error // why it cannot be written, only read
}

// relation is a field of a schema that stands for an edge.
type relation struct {
	*column
	edge   *Edge
	target *Model
	many   bool
	plan   *plan // nil: the field holds keys

	keyPlan *plan // reads the target's key alone, where plan is nil
}

// planErrors is everything that is wrong with one schema.
type planErrors []error

func (e planErrors) Error() string {
	text := make([]string, len(e))
	for i, err := range e {
		text[i] = err.Error()
	}
	return strings.Join(text, "; ")
}

func (e planErrors) Unwrap() []error { return e }

type planned struct {
	plan *plan
	err  error
}

var plans sync.Map // reflect.Type -> planned

func planOf(t reflect.Type) (*plan, error) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if p, ok := plans.Load(t); ok {
		return p.(planned).plan, p.(planned).err
	}
	p, err := compile(t, nil)
	plans.Store(t, planned{p, err})
	return p, err
}

var viewType = reflect.TypeFor[View]()

func isView(t reflect.Type) bool { return t.Kind() == reflect.Struct && t.Implements(viewType) }

// compile makes the plan of t, which is nested in the schemas of path.
func compile(t reflect.Type, path []reflect.Type) (*plan, error) {
	if !isView(t) {
		return nil, fmt.Errorf("orm: %v is no schema: embed orm.Schema", t)
	}
	if slices.Contains(path, t) {
		return nil, fmt.Errorf("orm: %v nests itself: give the inner one a schema of its own", t)
	}
	if p := embeddedPointer(t); p != nil {
		return nil, fmt.Errorf("orm: %v embeds %v: embed it without the pointer", t, p)
	}
	m, err := reflect.Zero(t).Interface().(View).ormModel()
	if err != nil {
		return nil, err
	}
	c := compiler{plan: &plan{typ: t, model: m}, path: append(slices.Clone(path), t)}
	c.fields(t, nil)
	if len(c.errs) > 0 {
		return nil, c.errs
	}
	c.contested()
	return c.plan, nil
}

// contested finds fields of the model that two members would write.
func (c *compiler) contested() {
	first := map[string]*column{}
	claim := func(model string, col *column) {
		if other := first[model]; other != nil {
			c.unsaved = append(c.unsaved, fmt.Errorf("orm: %v: %s and %s both write %s.%s: leave one out of a schema that is saved",
				c.typ, c.typ.FieldByIndex(other.index).Name, c.typ.FieldByIndex(col.index).Name, c.model.Name, model))
		}
		first[model] = col
	}
	for _, col := range c.columns {
		if col.field.Edge != "" {
			claim(col.field.Edge, col)
		} else {
			claim(col.field.Name, col)
		}
	}
	for _, r := range c.edges {
		if r.plan == nil {
			claim(r.edge.Name, r.column)
		}
	}
}

type compiler struct {
	*plan
	path []reflect.Type
	errs planErrors
}

func (c *compiler) fail(format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf("orm: %v.%s", c.typ, fmt.Sprintf(format, args...)))
}

func (c *compiler) fields(t reflect.Type, index []int) {
	for i := range t.NumField() {
		f := t.Field(i)
		f.Index = append(slices.Clone(index), i)
		_, tagged := f.Tag.Lookup("json")
		switch {
		case f.Anonymous && isView(f.Type) && f.Type.NumField() == 0: // the marker
		case f.Anonymous && f.Type.Kind() == reflect.Struct && !tagged:
			c.fields(f.Type, f.Index)
		default:
			if n, ok := nameOf(f); ok {
				c.member(f, n)
			}
		}
	}
}

func (c *compiler) member(f reflect.StructField, n names) {
	if mf := c.model.Field(n.model); mf != nil {
		c.column(f, newColumn(n, mf, f.Index, f.Type))
		return
	}
	if e := c.model.Edge(n.model); e != nil {
		c.relation(f, n, e)
		return
	}
	if n.sure {
		c.fail("%s: %s has no field or edge %q", f.Name, c.model.Name, n.model)
	}
}

func (c *compiler) column(f reflect.StructField, col *column) {
	if !col.usable() {
		c.fail("%s: is %v: %s.%s is %v", f.Name, f.Type, c.model.Name, col.field.Name, col.field.GoType)
		return
	}
	if !col.readable() {
		c.unread = append(c.unread, fmt.Errorf("orm: %v.%s: %v takes a value in and gives none out: leave it out of a schema that is read", c.typ, f.Name, f.Type))
	}
	if col.field == c.model.Key {
		c.key = col
	}
	c.columns = append(c.columns, col)
}

func (c *compiler) relation(f reflect.StructField, n names, e *Edge) {
	elem := f.Type
	many := elem.Kind() == reflect.Slice
	if many {
		elem = elem.Elem()
	}
	r := &relation{edge: e, target: e.Target(), many: many}
	view := elem
	if view.Kind() == reflect.Pointer {
		view = view.Elem()
	}
	switch {
	case many == e.Unique:
		c.fail("%s: is %v: %s.%s leads to %s", f.Name, f.Type, c.model.Name, e.Name, oneOrMany(e))
	case c.model.Key == nil && e.Stored != Here:
		c.fail("%s: %s has no key to find it by", f.Name, c.model.Name)
	case !compares(c.model.Key) || !compares(r.target.Key):
		c.fail("%s: a key that Go cannot compare leads nowhere", f.Name)
	case isView(view) && (many || r.target.Key != nil):
		c.nested(f, n, r, view)
	case r.target.Key == nil && !many:
		c.fail("%s: %s has no key of its own", f.Name, r.target.Name)
	case r.target.Key == nil:
		c.fail("%s: %s has no key of its own: use a schema of it", f.Name, r.target.Name)
	default:
		c.keys(f, n, r, elem)
	}
}

func compares(key *Field) bool { return key == nil || key.GoType.Comparable() }

func oneOrMany(e *Edge) string {
	if e.Unique {
		return "one"
	}
	return "many"
}

// nested is an edge whose field is a schema, or a list of them.
func (c *compiler) nested(f reflect.StructField, n names, r *relation, view reflect.Type) {
	sub, err := compile(view, c.path)
	if err != nil {
		c.errs = append(c.errs, err)
		return
	}
	if sub.model != r.target {
		c.fail("%s: %v is a schema of %s: %s.%s leads to %s", f.Name, view, sub.model.Name, c.model.Name, r.edge.Name, r.target.Name)
		return
	}
	if !r.many && f.Type.Kind() != reflect.Pointer && (!r.edge.Required || r.target.Filtered) {
		c.fail("%s: there may be none to see: make it *%v", f.Name, view)
		return
	}
	r.plan = sub
	r.column = &column{names: n, index: f.Index, typ: f.Type, elem: view}
	c.unread = append(c.unread, sub.unread...)
	c.edges = append(c.edges, r)
}

func keyPlan(m *Model) *plan {
	t := reflect.StructOf([]reflect.StructField{{Name: "Key", Type: m.Key.GoType}})
	return &plan{typ: t, model: m, columns: []*column{{field: m.Key, index: []int{0}, typ: m.Key.GoType, elem: m.Key.GoType}}}
}

// keys is an edge whose field is a key, or a list of keys.
func (c *compiler) keys(f reflect.StructField, n names, r *relation, elem reflect.Type) {
	if r.many {
		r.column = &column{names: n, field: r.target.Key, index: f.Index, typ: f.Type, elem: elem, shape: nilable}
	} else {
		r.column = newColumn(n, r.target.Key, f.Index, f.Type)
	}
	if !fits(r.elem, r.target.Key.GoType) {
		c.fail("%s: is %v: the key of %s is %v", f.Name, f.Type, r.target.Name, r.target.Key.GoType)
		return
	}
	r.keyPlan = keyPlan(r.target)
	c.edges = append(c.edges, r)
}
