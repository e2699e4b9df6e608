package migrateplan

import (
	entschema "entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"
)

// table makes a table with an id of its own and the columns.
func table(name string, columns ...*entschema.Column) *entschema.Table {
	t := entschema.NewTable(name).AddPrimary(&entschema.Column{Name: "id", Type: field.TypeInt, Increment: true})
	for _, c := range columns {
		t.AddColumn(c)
	}
	return t
}

func str(name string) *entschema.Column  { return &entschema.Column{Name: name, Type: field.TypeString} }
func num(name string) *entschema.Column  { return &entschema.Column{Name: name, Type: field.TypeInt} }
func when(name string) *entschema.Column { return &entschema.Column{Name: name, Type: field.TypeTime} }

func null(c *entschema.Column) *entschema.Column   { c.Nullable = true; return c }
func unique(c *entschema.Column) *entschema.Column { c.Unique = true; return c }

func withDefault(c *entschema.Column, v any) *entschema.Column { c.Default = v; return c }

// refer adds a column to t that refers to the table to.
func refer(t, to *entschema.Table, column *entschema.Column, onDelete entschema.ReferenceOption) *entschema.Table {
	t.AddColumn(column)
	return t.AddForeignKey(&entschema.ForeignKey{Symbol: t.Name + "_" + to.Name + "_" + column.Name, Columns: []*entschema.Column{column},
		RefTable: to, RefColumns: to.PrimaryKey, OnDelete: onDelete})
}
