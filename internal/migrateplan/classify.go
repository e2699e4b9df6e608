package migrateplan

import (
	"fmt"
	"slices"
	"strings"

	"ariga.io/atlas/sql/schema"
	"entgo.io/ent/dialect"
	"github.com/utilmeta/utilmeta-go/framework/migrate"
)

// classify names what is dangerous about changes, renames apart. A new table is not.
func classify(s *scratch, changes []schema.Change, fills map[Column]fill) (notes []migrate.Note) {
	for _, c := range changes {
		switch c := c.(type) {
		case *schema.DropTable:
			notes = append(notes, migrate.Note{Kind: migrate.Destructive, Text: "drop table " + c.T.Name})
		case *schema.ModifyTable:
			k := classifier{scratch: s, table: c.T, fills: fills, added: make(map[string]bool)}
			for _, change := range c.Changes {
				if add, ok := change.(*schema.AddColumn); ok {
					k.added[add.C.Name] = true
				}
			}
			for _, change := range c.Changes {
				k.change(change)
			}
			notes = append(notes, k.notes...)
		}
	}
	rank := []migrate.Kind{migrate.Destructive, migrate.DataDependent, migrate.Locking}
	slices.SortStableFunc(notes, func(a, b migrate.Note) int { return slices.Index(rank, a.Kind) - slices.Index(rank, b.Kind) })
	return notes
}

type classifier struct {
	*scratch
	table *schema.Table
	fills map[Column]fill
	added map[string]bool // the columns that are new
	notes []migrate.Note
}

func (k *classifier) note(kind migrate.Kind, format string, args ...any) {
	k.notes = append(k.notes, migrate.Note{Kind: kind, Text: fmt.Sprintf(format, args...)})
}

func (k *classifier) change(change schema.Change) {
	name := k.table.Name
	switch c := change.(type) {
	case *schema.DropColumn:
		k.note(migrate.Destructive, "drop column %s.%s", name, c.C.Name)
	case *schema.AddColumn:
		if f, ok := k.fills[Column{name, c.C.Name}]; ok {
			k.note(migrate.DataDependent, "existing rows get %s in the new column %s.%s", inline(f.value), name, c.C.Name)
		} else if !c.C.Type.Null && !hasOwnValue(c.C) {
			k.note(migrate.DataDependent, "new column %s.%s must not be null, so the table must be empty", name, c.C.Name)
		}
	case *schema.ModifyColumn:
		k.modifyColumn(c)
	case *schema.AddIndex:
		k.index(c.I)
	case *schema.ModifyIndex:
		if c.Change != schema.ChangeComment {
			k.index(c.To)
		}
	case *schema.AddForeignKey:
		if cols := k.existing(c.F.Columns); len(cols) > 0 {
			k.note(migrate.DataDependent, "%s.%s must refer to existing rows of %s", name, strings.Join(cols, ", "), c.F.RefTable.Name)
		}
	case *schema.AddCheck:
		k.note(migrate.DataDependent, "existing rows of %s must satisfy the check %s", name, inline(c.C.Expr))
	case *schema.ModifyCheck:
		k.note(migrate.DataDependent, "existing rows of %s must satisfy the check %s", name, inline(c.To.Expr))
	case *schema.AddPrimaryKey, *schema.ModifyPrimaryKey:
		k.note(migrate.DataDependent, "existing rows of %s must have distinct primary keys", name)
	}
}

func (k *classifier) modifyColumn(m *schema.ModifyColumn) {
	col := Column{k.table.Name, m.To.Name}
	if becomesNotNull(m) {
		if f, ok := k.fills[col]; ok {
			k.note(migrate.DataDependent, "rows without %s get %s", col, inline(f.value))
		} else {
			k.note(migrate.DataDependent, "every row must have a %s", col)
		}
	}
	if !m.Change.Is(schema.ChangeType) {
		return
	}
	from, fromErr := k.typeName(m.From.Type.Type)
	to, toErr := k.typeName(m.To.Type.Type)
	if fromErr != nil || toErr != nil || from == to {
		return
	}
	a, okA := m.From.Type.Type.(*schema.StringType)
	b, okB := m.To.Type.Type.(*schema.StringType)
	switch {
	case okA && okB && b.Size > 0 && (a.Size == 0 || a.Size > b.Size):
		k.note(migrate.DataDependent, "%s becomes shorter, from %s to %s", col, from, to)
		return
	case okA && okB:
		return // only longer
	}
	k.note(migrate.DataDependent, "the type of %s changes from %s to %s", col, from, to)
	if k.dialect == dialect.Postgres {
		k.note(migrate.Locking, "%s is rewritten row by row while all others wait", k.table.Name)
	}
}

// index judges an index on a table with rows. On a new column alone it is harmless, unless it is unique and the rows
// all got the same value.
func (k *classifier) index(idx *schema.Index) {
	var columns []*schema.Column
	for _, p := range idx.Parts {
		if p.C != nil {
			columns = append(columns, p.C)
		}
	}
	cols := k.existing(columns)
	if idx.Unique && (len(cols) > 0 || len(columns) == 0) {
		k.note(migrate.DataDependent, "%s must be unique among existing rows", k.indexed(idx))
	}
	if k.dialect == dialect.Postgres {
		k.note(migrate.Locking, "building the index %s stops writes to %s; for a big table write CREATE INDEX CONCURRENTLY by hand", idx.Name, k.table.Name)
	}
}

// existing returns the columns whose values in existing rows may differ: those that are not new, or are filled.
func (k *classifier) existing(columns []*schema.Column) (names []string) {
	for _, c := range columns {
		_, filled := k.fills[Column{k.table.Name, c.Name}]
		if filled || !k.added[c.Name] {
			names = append(names, c.Name)
		}
	}
	return names
}

func (k *classifier) indexed(idx *schema.Index) string {
	names := make([]string, 0, len(idx.Parts))
	for _, p := range idx.Parts {
		if p.C == nil {
			return "index " + idx.Name
		}
		names = append(names, p.C.Name)
	}
	return k.table.Name + "." + strings.Join(names, ", ")
}

// inline keeps a text that goes into a comment on one line.
func inline(s string) string { return strings.Join(strings.Fields(s), " ") }
