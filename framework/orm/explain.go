package orm

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// explain makes the faults of a failed write point to the members of the schema.
func (w *write) explain(ctx context.Context, err error) error {
	switch e := err.(type) {
	case *ValidationError:
		if i := slices.IndexFunc(e.Faults, func(f schema.Fault) bool { return f.Code == "required" }); i >= 0 && !w.has(e.Fields[i]) {
			// Nothing that a client sends could cure it.
			return fmt.Errorf("orm: %s.%s is required, and %v has no member for it: add one, or make it Optional or give it a Default in the ent schema", w.model.Name, e.Fields[i], w.typ)
		}
		e.Model = w.model.Name
		e.Faults = w.repoint(e.Fields, e.Faults)
	case *ConstraintError:
		w.refs.explain(ctx, w.conn, e)
		if e.Model != "" && e.Model != w.model.Name {
			w.byEdge(e)
		}
		e.Model = cmp.Or(e.Model, w.model.Name)
		if e.Model == w.model.Name {
			e.Faults = w.repoint(e.Fields, e.Faults)
		}
	}
	return err
}

func (w *write) repoint(fields []string, faults []schema.Fault) []schema.Fault {
	out := make([]schema.Fault, len(faults))
	for i, f := range faults {
		if i < len(fields) {
			f.Pointer = pointer(w.namesOf(fields[i]).wire)
		}
		out[i] = f
	}
	return out
}

// byEdge makes the fault of another table's row one of the edge that was written there. Without such an edge, as when
// a hook wrote the row, it points nowhere: the row's fields are no members of the schema.
func (w *write) byEdge(e *ConstraintError) {
	for _, r := range w.edges {
		column := r.edge.Stored == There && r.target.Name == e.Model && slices.Equal(r.target.fieldsOf(r.edge.Column), e.Fields)
		if w.given[r.edge.Name] && (column || slices.Contains(r.edge.Symbols, e.Constraint)) {
			e.Model, e.Fields = w.model.Name, []string{r.edge.Name}
			return
		}
	}
	for i := range e.Faults {
		e.Faults[i].Pointer = ""
	}
}

// reference is a key that was written: where it leads is asked only when the database refuses one and does not say which.
type reference struct {
	name   string // of the field or edge
	target *Model
	keys   []any
}

type references []reference

// explain asks which of the written keys leads to nothing: SQLite does not say, nor does ent of rows that it cannot
// attach. It costs a query for each edge, after a failure only.
func (l references) explain(ctx context.Context, conn Conn, e *ConstraintError) {
	if len(e.Fields) > 0 || e.Kind != Reference && e.Kind != Unique {
		return
	}
	for _, ref := range l {
		found, err := ref.count(ctx, conn)
		if err != nil {
			return // the database said what it could
		}
		if found == distinctKeys(ref.keys) {
			continue
		}
		if e.Fields == nil {
			e.Kind, e.Faults = Reference, nil
		}
		e.Fields = append(e.Fields, ref.name)
		e.Faults = append(e.Faults, schema.Fault{Pointer: pointer(ref.name), Code: string(Reference), Detail: details[Reference]})
	}
}

func (r reference) count(ctx context.Context, conn Conn) (n int, err error) {
	b := sql.Dialect(conn.Driver.Dialect())
	t := b.Table(r.target.Table)
	query, args := b.Select(sql.Count("*")).From(t).Where(sql.In(t.C(r.target.Key.Column), r.keys...)).Query()
	rows := &sql.Rows{}
	if err := conn.Driver.Query(ctx, query, args, rows); err != nil {
		return 0, err
	}
	defer rows.Close()
	return sql.ScanInt(rows)
}

func distinctKeys(keys []any) int {
	set := make(map[any]bool, len(keys))
	for _, k := range keys {
		set[k] = true
	}
	return len(set)
}
