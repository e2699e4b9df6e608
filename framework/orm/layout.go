package orm

import (
	"fmt"
	"reflect"

	"entgo.io/ent/schema/field"
)

// layout says where the columns of one row go: straight into the struct where that is safe, into a cell beside it
// where the column may be NULL or needs decoding.
type layout struct {
	direct []direct
	held   []held
	joined []*joined
}

type direct struct {
	at    int // in the arguments of rows.Scan
	index []int
}

type held struct {
	cell
	column *column
}

// joined is a struct that a join reads in the same row.
type joined struct {
	layout
	relation *relation
	key      cell          // NULL when there is no such row; nil when there always is
	current  reflect.Value // the struct of the row scanned last, invalid when there is none
}

// add makes room for a column. Behind an outer join every column may be NULL.
func (l *layout) add(dest *[]any, c *column, outer bool) {
	f := c.field
	plain := f.Cell == nil && f.Kind != field.TypeJSON
	if plain && !outer && (c.boxed || c.shape != null && !f.Nullable) {
		l.direct = append(l.direct, direct{len(*dest), c.index})
		*dest = append(*dest, nil)
		return
	}
	h := held{newCell(c), c}
	l.held = append(l.held, h)
	*dest = append(*dest, h.dest())
}

// aim points the direct columns at the fields of row.
func (l *layout) aim(dest []any, row reflect.Value) {
	for _, d := range l.direct {
		dest[d.at] = row.FieldByIndex(d.index).Addr().Interface()
	}
	for _, j := range l.joined {
		if j.key == nil {
			j.current = j.relation.make(row)
			j.aim(dest, j.current)
		}
	}
}

// settle stores what the cells hold of the row that was scanned.
func (l *layout) settle(p *plan, row reflect.Value) error {
	for _, h := range l.held {
		v, ok, err := h.value()
		if err != nil {
			return fmt.Errorf("orm: %s.%s: %w", p.model.Name, h.column.field.Name, err)
		}
		h.column.put(row, v, ok)
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
	if j.key != nil {
		j.current = reflect.Value{}
		if _, ok, err := j.key.value(); err != nil {
			return err
		} else if !ok {
			if r.typ.Kind() != reflect.Pointer {
				return hiddenError(p, r)
			}
			return nil
		}
		j.current = r.make(row)
	}
	return j.settle(r.plan, j.current)
}

// make returns the nested struct of row, a new one where the field is a pointer.
func (r *relation) make(row reflect.Value) reflect.Value {
	f := row.FieldByIndex(r.index)
	if f.Kind() != reflect.Pointer {
		return f
	}
	f.Set(reflect.New(r.elem))
	return f.Elem()
}

// hiddenError is for an interceptor of the client, which no plan can know of.
func hiddenError(p *plan, r *relation) error {
	return fmt.Errorf("orm: %v: the %s of a %s is hidden: make its field *%v", p.typ, r.edge.Name, p.model.Name, r.elem)
}
