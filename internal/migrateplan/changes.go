package migrateplan

import (
	"iter"
	"maps"
	"reflect"
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

// renameIndexes finds indexes that only change their names, as they do with a column.
func renameIndexes(changes []schema.Change) []schema.Change {
	var kept []schema.Change
	used := make(map[schema.Change]bool)
	for _, c := range changes {
		if used[c] {
			continue
		}
		drop, ok := c.(*schema.DropIndex)
		i := slices.IndexFunc(changes, func(c schema.Change) bool {
			add, isAdd := c.(*schema.AddIndex)
			return ok && isAdd && !used[c] && sameIndex(drop.I, add.I)
		})
		if !ok || i < 0 {
			kept = append(kept, c)
			continue
		}
		used[changes[i]] = true
		kept = append(kept, &schema.RenameIndex{From: drop.I, To: changes[i].(*schema.AddIndex).I})
	}
	return slices.DeleteFunc(kept, func(c schema.Change) bool { return used[c] })
}

// sameIndex tells whether two indexes differ in nothing but their names.
func sameIndex(a, b *schema.Index) bool {
	return a.Unique == b.Unique && reflect.DeepEqual(indexAttrs(a), indexAttrs(b)) &&
		slices.EqualFunc(a.Parts, b.Parts, func(a, b *schema.IndexPart) bool {
			return a.C != nil && b.C != nil && a.C.Name == b.C.Name && a.Desc == b.Desc && reflect.DeepEqual(a.Attrs, b.Attrs)
		})
}

// indexAttrs leaves out the statement that SQLite keeps, which has the name in it.
func indexAttrs(idx *schema.Index) (kept []schema.Attr) {
	for _, a := range idx.Attrs {
		if _, ok := a.(*sqlite.CreateStmt); !ok {
			kept = append(kept, a)
		}
	}
	return kept
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
