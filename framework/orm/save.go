package orm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"

	"entgo.io/ent/dialect/sql"
)

// Save updates the row whose key in holds, and creates one when in holds none or has no field for it.
// It returns the entity as it is then. A model whose key the caller chooses has no key that means "new": use
// [Create] or [Update].
func Save[M any](ctx context.Context, db DB, in ViewOf[M]) (*M, error) {
	w, key, err := newWrite(db, in)
	switch {
	case err != nil:
		return nil, err
	case !key.IsValid():
		return entity[M](w.create(ctx, key))
	case !w.model.Key.HasDefault:
		return nil, fmt.Errorf("orm: Save of %v: whoever makes a %s chooses its key: use Create or Update", w.typ, w.model.Name)
	}
	return entity[M](w.update(ctx, key))
}

// Create makes a new row and returns the entity. A key in in is written if the model lets the caller choose it,
// and is an error if not.
func Create[M any](ctx context.Context, db DB, in ViewOf[M]) (*M, error) {
	w, key, err := newWrite(db, in)
	if err != nil {
		return nil, err
	}
	return entity[M](w.create(ctx, key))
}

// Update changes the row whose key in holds and returns the entity as it is then. A row that is not there, or that
// interceptors hide, is a [*NotFoundError]; no key in in is an error of the program.
func Update[M any](ctx context.Context, db DB, in ViewOf[M]) (*M, error) {
	w, key, err := newWrite(db, in)
	if err != nil {
		return nil, err
	}
	if !key.IsValid() {
		return nil, fmt.Errorf("orm: Update of %v: no key is set: set the field of %s.%s", w.typ, w.model.Name, w.keyName())
	}
	return entity[M](w.update(ctx, key))
}

func entity[M any](v any, err error) (*M, error) {
	if err != nil {
		return nil, err
	}
	e, ok := v.(*M)
	if !ok {
		return nil, fmt.Errorf("orm: a hook returns %T: want %T", v, e)
	}
	return e, nil
}

// write is one create or update on its way through ent's builder.
type write struct {
	*plan
	conn   Conn
	row    reflect.Value
	b      Builder
	given  map[string]bool // names of fields and edges that have a value
	own    bool            // a column of the row itself is written
	refs   references
	faults ValidationError
	isNew  bool
}

// newWrite also returns the key that in holds, invalid when it holds none or the zero one.
func newWrite(db DB, in View) (w *write, key reflect.Value, err error) {
	v := reflect.ValueOf(in)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return nil, key, fmt.Errorf("orm: nothing to save: %T is no pointer to a schema", in)
	}
	p, err := planOf(v.Type())
	if err != nil {
		return nil, key, err
	}
	conn := db.ORM()
	if err := cmp.Or(errors.Join(p.unsaved...), conn.of(p.model)); err != nil {
		return nil, key, err
	}
	w = &write{plan: p, conn: conn, row: v.Elem(), given: map[string]bool{}, faults: ValidationError{Model: p.model.Name}}
	key, err = w.keyOf()
	return w, key, err
}

func (w *write) keyOf() (k reflect.Value, err error) {
	if w.key == nil {
		return k, nil
	}
	v, given, null := w.key.value(w.row)
	if !given || null || v.IsZero() {
		return k, nil
	}
	k, ok := fit(v, w.key.field.GoType)
	if !ok {
		return k, fmt.Errorf("orm: %v: the key %v is no %v", w.typ, v, w.key.field.GoType)
	}
	return k, nil
}

func (w *write) keyName() string {
	if w.model.Key == nil {
		return "key"
	}
	return w.model.Key.Name
}

func (w *write) create(ctx context.Context, key reflect.Value) (any, error) {
	if w.model.Create == nil {
		return nil, fmt.Errorf("orm: %s is a view: it cannot be written", w.model.Name)
	}
	w.isNew = true
	w.b = w.model.Create(w.conn.Client)
	if key.IsValid() {
		if w.b.SetKey == nil {
			return nil, fmt.Errorf("orm: Create of %v: the database makes the key of %s: leave it zero", w.typ, w.model.Name)
		}
		w.given[w.model.Key.Name] = true
		w.setKey(key)
	}
	w.assign()
	w.require()
	return w.save(ctx)
}

func (w *write) update(ctx context.Context, key reflect.Value) (any, error) {
	if w.model.Update == nil {
		return nil, fmt.Errorf("orm: %s has no key of its own: update it through ent", w.model.Name)
	}
	if !storable(key) {
		return nil, &NotFoundError{Model: w.model.Name, Key: key.Interface()}
	}
	w.b = w.model.Update(w.conn.Client, key.Interface())
	if err := onlyVisible(ctx, w.conn, w.model, w.b); err != nil {
		return nil, err
	}
	w.assign()
	if err := w.seen(ctx, key.Interface()); err != nil {
		return nil, err
	}
	v, err := w.save(ctx)
	if nf, ok := err.(*NotFoundError); ok {
		nf.Model, nf.Key = w.model.Name, key.Interface()
	}
	return v, err
}

// seen looks for the row when no column of its own is to be changed: ent then asks by the key alone.
func (w *write) seen(ctx context.Context, key any) error {
	if w.own {
		return nil
	}
	q := w.model.Query(w.conn.Client)
	q.Where(func(s *sql.Selector) { s.Where(sql.EQ(s.C(w.model.Key.Column), key)) })
	rows, err := keyPlan(w.model).load(ctx, q, nil)
	if err != nil {
		return err
	}
	if reflect.ValueOf(rows).Len() == 0 {
		return &NotFoundError{Model: w.model.Name, Key: key}
	}
	return nil
}

func (w *write) save(ctx context.Context) (any, error) {
	if len(w.faults.Faults) > 0 {
		return nil, &w.faults
	}
	v, err := w.b.Save(ctx)
	if err != nil {
		return nil, w.explain(ctx, err)
	}
	return v, nil
}
