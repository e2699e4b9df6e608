package migrateplan

import (
	"iter"
	"maps"
	"slices"

	"ariga.io/atlas/sql/postgres"
	"ariga.io/atlas/sql/schema"
	"ariga.io/atlas/sql/sqlite"
	"entgo.io/ent/dialect"
)

// modifiedTables yields the tables that are there before and after.
func modifiedTables(changes []schema.Change) iter.Seq[*schema.ModifyTable] {
	return func(yield func(*schema.ModifyTable) bool) {
		for _, c := range changes {
			if m, ok := c.(*schema.ModifyTable); ok && !yield(m) {
				return
			}
		}
	}
}

// modifiedColumns yields the columns that are there before and after, with their tables.
func modifiedColumns(changes []schema.Change) iter.Seq2[*schema.Table, *schema.ModifyColumn] {
	return func(yield func(*schema.Table, *schema.ModifyColumn) bool) {
		for t := range modifiedTables(changes) {
			for _, c := range t.Changes {
				if m, ok := c.(*schema.ModifyColumn); ok && !yield(t.T, m) {
					return
				}
			}
		}
	}
}

// typeName writes a type as SQL.
func (s *scratch) typeName(t schema.Type) (string, error) {
	if s.dialect == dialect.Postgres {
		return postgres.FormatType(t)
	}
	return sqlite.FormatType(t)
}

func (s *scratch) sameType(a, b *schema.Column) bool {
	ta, err1 := s.typeName(a.Type.Type)
	tb, err2 := s.typeName(b.Type.Type)
	return err1 == nil && err2 == nil && ta == tb
}

// becomesNotNull tells whether rows with a null in the column stand in the way.
func becomesNotNull(m *schema.ModifyColumn) bool { return m.From.Type.Null && !m.To.Type.Null }

// hasOwnValue tells whether the database itself gives the column a value.
func hasOwnValue(c *schema.Column) bool {
	if c.Default != nil {
		return true
	}
	for _, a := range c.Attrs {
		switch a.(type) {
		case *schema.GeneratedExpr, *sqlite.AutoIncrement, *postgres.Identity:
			return true
		}
	}
	_, serial := c.Type.Type.(*postgres.SerialType)
	return serial
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
