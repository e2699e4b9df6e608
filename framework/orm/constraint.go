package orm

import (
	"errors"
	"reflect"
	"regexp"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

var details = map[ConstraintKind]string{
	Unique:    "is taken",
	Reference: "leads to nothing",
	NotNull:   "must not be null",
	Condition: "breaks a rule of the database",
	TooLong:   "is too long",
}

// Constraint turns the database's refusal of a write into a [*ConstraintError] that names fields of the models, those
// of one package. Any other error comes back as it is. No driver is imported for it: PostgreSQL's errors are known by
// SQLSTATE, SQLite's by their text.
func Constraint(err error, models ...*Model) error {
	var pg interface {
		error
		SQLState() string
	}
	if errors.As(err, &pg) {
		return postgres(err, pg.SQLState(), reflect.Indirect(reflect.ValueOf(pg)), models)
	}
	return sqlite(err, models)
}

// ConstraintOf is [Constraint] for an error that ent knows to be one. What the database does not explain is a
// Condition, and a row that an edge cannot take from another is Unique: ent finds that out itself.
func ConstraintOf(err error, models ...*Model) *ConstraintError {
	if e, ok := Constraint(err, models...).(*ConstraintError); ok {
		return e
	}
	if strings.Contains(err.Error(), "is already connected to a different") {
		return constraintError(err, Unique, nil, "", nil)
	}
	return constraintError(err, Condition, nil, "", nil)
}

func constraintError(err error, kind ConstraintKind, m *Model, constraint string, fields []string) *ConstraintError {
	e := &ConstraintError{Kind: kind, Constraint: constraint, Fields: fields, Err: err}
	if m != nil {
		e.Model = m.Name
	}
	for _, name := range fields {
		e.Faults = append(e.Faults, schema.Fault{Pointer: pointer(name), Code: string(kind), Detail: details[kind]})
	}
	if fields == nil {
		e.Faults = []schema.Fault{{Code: string(kind), Detail: "a value " + details[kind]}}
	}
	return e
}

// fieldsOf names the fields, or edges without one, that the columns belong to.
func (m *Model) fieldsOf(columns ...string) []string {
	if m == nil {
		return nil
	}
	var fields []string
	for _, c := range columns {
		name := c
		if f := m.byColumn(c); f != nil {
			name = f.Name
		}
		for _, e := range m.Edges {
			if e.Stored == Here && e.Field == "" && e.Column == c {
				name = e.Name
			}
		}
		fields = append(fields, name)
	}
	return fields
}

func byTable(models []*Model, table string) *Model {
	for _, m := range models {
		if m.Table == table {
			return m
		}
	}
	return nil
}

// postgres reads what the server tells beside its text; lib/pq and pgx name it differently.
func postgres(err error, state string, details reflect.Value, models []*Model) error {
	get := func(names ...string) string {
		for _, n := range names {
			if details.Kind() != reflect.Struct {
				break
			}
			if f := details.FieldByName(n); f.IsValid() && f.Kind() == reflect.String {
				return f.String()
			}
		}
		return ""
	}
	name, m := get("Constraint", "ConstraintName"), byTable(models, get("Table", "TableName"))
	switch state {
	case "23505":
		return constraintError(err, Unique, m, name, m.uniqueFields(name))
	case "23503":
		m, fields := referenceFields(models, m, name)
		return constraintError(err, Reference, m, name, fields)
	case "23502":
		return constraintError(err, NotNull, m, name, m.fieldsOf(get("Column", "ColumnName")))
	case "23514", "22003", "22008", "22021", "22P05": // a check; out of range; a date likewise; NUL or no UTF-8; NUL in JSON
		return constraintError(err, Condition, m, name, nil)
	case "22001":
		return constraintError(err, TooLong, m, name, nil)
	}
	return err
}

// uniqueFields finds what a unique index of PostgreSQL is over, by the names that ent gives.
func (m *Model) uniqueFields(constraint string) []string {
	if m == nil {
		return nil
	}
	for _, u := range m.Uniques {
		if u.Name == constraint {
			return m.fieldsOf(u.Columns...)
		}
	}
	if m.Key != nil && constraint == m.Table+"_pkey" {
		return []string{m.Key.Name}
	}
	if column, ok := strings.CutPrefix(constraint, m.Table+"_"); ok {
		if column, ok = strings.CutSuffix(column, "_key"); ok {
			return m.fieldsOf(column)
		}
	}
	return nil
}

// referenceFields finds the foreign key of that name, the table's own or one of a join table.
func referenceFields(models []*Model, m *Model, symbol string) (*Model, []string) {
	if m != nil {
		for _, fk := range m.ForeignKeys {
			if fk.Symbol == symbol {
				return m, m.fieldsOf(fk.Column)
			}
		}
	}
	for _, m := range models {
		for _, e := range m.Edges {
			for _, s := range e.Symbols {
				if s == symbol {
					return m, []string{e.Name}
				}
			}
		}
	}
	return m, nil
}

var sqliteText = regexp.MustCompile(`^(UNIQUE|NOT NULL|CHECK|FOREIGN KEY) constraint failed(?:: (.*))?$`)

var sqliteKinds = map[string]ConstraintKind{"UNIQUE": Unique, "NOT NULL": NotNull, "CHECK": Condition, "FOREIGN KEY": Reference}

// sqlite reads the text: "UNIQUE constraint failed: posts.author_id, posts.title". A foreign key has no name there.
func sqlite(err error, models []*Model) error {
	root := err
	for next := errors.Unwrap(root); next != nil; next = errors.Unwrap(root) {
		root = next
	}
	found := sqliteText.FindStringSubmatch(root.Error())
	if found == nil {
		return err
	}
	kind := sqliteKinds[found[1]]
	if kind == Condition || kind == Reference {
		return constraintError(err, kind, nil, found[2], nil)
	}
	var m *Model
	var columns []string
	for _, qualified := range strings.Split(found[2], ", ") {
		table, column, _ := strings.Cut(qualified, ".")
		m = byTable(models, table)
		columns = append(columns, column)
	}
	return constraintError(err, kind, m, "", m.fieldsOf(columns...))
}
