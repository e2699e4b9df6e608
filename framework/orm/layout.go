package orm

import (
	"encoding/json"
	"fmt"
	"reflect"

	"entgo.io/ent/schema/field"
)

// layout says where the cells of one row go: straight into the struct where that is safe, beside it where the cell
// may be NULL or needs decoding.
type layout struct {
	direct []direct
	held   []held
	joined []*joined
}

type direct struct {
	at    int
	index []int
}

type held struct {
	column *column
	value  func() (reflect.Value, error) // a pointer, nil for NULL
}

// joined is a struct that a join reads in the same row.
type joined struct {
	layout
	relation *relation
	key      reflect.Value // **K: nil when there is no such row
	current  reflect.Value // the struct of the row scanned last, invalid when there is none
}

// add makes the cell of a column. In a joined struct every cell may be NULL.
func (l *layout) add(dest *[]any, c *column, inJoin bool) {
	f := c.field
	switch {
	case f.Cell != nil:
		d, value := f.Cell()
		*dest = append(*dest, d)
		l.held = append(l.held, held{c, func() (reflect.Value, error) { return pointerTo(c.elem, value) }})
	case f.Kind == field.TypeJSON:
		raw := new([]byte)
		*dest = append(*dest, raw)
		l.held = append(l.held, held{c, func() (reflect.Value, error) { return decode(c.elem, *raw) }})
	case !inJoin && (c.shape == always && !f.Nullable || c.boxed):
		l.direct = append(l.direct, direct{len(*dest), c.index})
		*dest = append(*dest, nil)
	default: // database/sql makes a pointer nil for NULL and a new value for anything else
		p := reflect.New(reflect.PointerTo(c.elem))
		*dest = append(*dest, p.Interface())
		l.held = append(l.held, held{c, func() (reflect.Value, error) { return p.Elem(), nil }})
	}
}

func decode(t reflect.Type, raw []byte) (reflect.Value, error) {
	if raw == nil {
		return reflect.Zero(reflect.PointerTo(t)), nil
	}
	v := reflect.New(t)
	return v, json.Unmarshal(raw, v.Interface())
}

func pointerTo(t reflect.Type, value func() (any, error)) (reflect.Value, error) {
	x, err := value()
	if err != nil || x == nil {
		return reflect.Zero(reflect.PointerTo(t)), err
	}
	v, ok := fit(reflect.ValueOf(x), t)
	if !ok {
		return reflect.Value{}, fmt.Errorf("holds %T: want %v", x, t)
	}
	p := reflect.New(t)
	p.Elem().Set(v)
	return p, nil
}

// aim points the direct cells at the fields of row.
func (l *layout) aim(dest []any, row reflect.Value) {
	for _, d := range l.direct {
		dest[d.at] = row.FieldByIndex(d.index).Addr().Interface()
	}
}

// settle stores the held cells of the row that was scanned.
func (l *layout) settle(p *plan, row reflect.Value) error {
	for _, h := range l.held {
		v, err := h.value()
		if err != nil {
			return fmt.Errorf("orm: %s.%s: %w", p.model.Name, h.column.field.Name, err)
		}
		h.column.put(row, v)
	}
	for _, j := range l.joined {
		if err := j.settleJoined(p, row); err != nil {
			return err
		}
	}
	return nil
}

func (j *joined) settleJoined(p *plan, row reflect.Value) error {
	r := j.relation
	f := row.FieldByIndex(r.index)
	j.current = reflect.Value{}
	if j.key.Elem().IsNil() {
		if f.Kind() != reflect.Pointer {
			return hiddenError(p, r)
		}
		return nil
	}
	if f.Kind() == reflect.Pointer {
		f.Set(reflect.New(r.elem))
		f = f.Elem()
	}
	j.current = f
	return j.settle(r.plan, f)
}

// hiddenError is for an interceptor of the client, which no plan can know of.
func hiddenError(p *plan, r *relation) error {
	return fmt.Errorf("orm: %v: the %s of a %s is hidden: make its field *%v", p.typ, r.edge.Name, p.model.Name, r.elem)
}
