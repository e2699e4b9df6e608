package migrateplan

import (
	"context"
	"fmt"
	"slices"

	"ariga.io/atlas/sql/schema"
)

// fill is a column that must not be null, and what the rows get that are there.
type fill struct {
	value string // SQL; "" leaves the rows alone
	add   *schema.Column
}

// fills finds the columns that need a value and asks for it.
func (s *scratch) fills(changes []schema.Change, ask choices) (map[Column]fill, error) {
	list := make(map[Column]fill)
	for t := range modifiedTables(changes) {
		for _, c := range t.Changes {
			f, col, err := s.fill(t.T, c, ask)
			if err != nil {
				return nil, err
			}
			if f.value != "" {
				list[col] = f
			}
		}
	}
	return list, nil
}

func (s *scratch) fill(t *schema.Table, change schema.Change, ask choices) (f fill, col Column, err error) {
	switch c := change.(type) {
	case *schema.AddColumn:
		col = Column{t.Name, c.C.Name}
		if c.C.Type.Null || hasOwnValue(c.C) {
			return f, col, nil
		}
		f.add = c.C
		f.value, err = ask.fill(col, c.C.Type.Type)
	case *schema.ModifyColumn:
		col = Column{t.Name, c.To.Name}
		if !becomesNotNull(c) {
			return f, col, nil
		}
		if f.value = constant(c.To.Default); f.value == "" {
			f.value, err = ask.fill(col, c.To.Type.Type)
		}
	}
	return f, col, err
}

// constant returns a default as SQL.
func constant(x schema.Expr) string {
	switch x := x.(type) {
	case *schema.Literal:
		return x.V
	case *schema.RawExpr:
		return x.X
	}
	return ""
}

// fillColumns gives the rows their values. A new column is added as one that may be null; the rest of the plan makes
// it what it must be. So the column never has a default that nobody asked for.
func (s *scratch) fillColumns(ctx context.Context, e *evolution, fills map[Column]fill) error {
	for t := range modifiedTables(e.changes) {
		if err := s.dropUnique(ctx, e, t, fills); err != nil {
			return err
		}
		for _, c := range t.Changes {
			var col Column
			switch c := c.(type) {
			case *schema.AddColumn:
				col = Column{t.T.Name, c.C.Name}
			case *schema.ModifyColumn:
				col = Column{t.T.Name, c.To.Name}
			}
			f, ok := fills[col]
			if !ok {
				continue
			}
			if err := s.fillColumn(ctx, e, col, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// dropUnique drops the unique indexes that go anyway before rows get equal values in their columns.
func (s *scratch) dropUnique(ctx context.Context, e *evolution, t *schema.ModifyTable, fills map[Column]fill) error {
	var drops []schema.Change
	for _, c := range t.Changes {
		var idx *schema.Index
		switch c := c.(type) {
		case *schema.DropIndex:
			idx = c.I
		case *schema.ModifyIndex:
			idx = c.From
		default:
			continue
		}
		filled := slices.ContainsFunc(idx.Parts, func(p *schema.IndexPart) bool {
			if p.C == nil {
				return false
			}
			_, ok := fills[Column{t.T.Name, p.C.Name}]
			return ok
		})
		if idx.Unique && filled {
			drops = append(drops, &schema.DropIndex{I: idx})
		}
	}
	if len(drops) == 0 {
		return nil
	}
	list, err := s.run(ctx, []schema.Change{&schema.ModifyTable{T: t.T, Changes: drops}})
	e.statements = append(e.statements, list...)
	return err
}

func (s *scratch) fillColumn(ctx context.Context, e *evolution, col Column, f fill) error {
	if f.add != nil {
		typ, err := s.typeName(f.add.Type.Type)
		if err != nil {
			return err
		}
		add := statement{
			fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s NULL", s.quote(col.Table), s.quote(col.Name), typ),
			fmt.Sprintf("add column %q to table: %q", col.Name, col.Table),
		}
		if err := s.exec(ctx, add.sql); err != nil {
			return fmt.Errorf("%s: %w", add.comment, err)
		}
		e.statements = append(e.statements, add)
	}
	set := statement{
		fmt.Sprintf("UPDATE %[1]s SET %[2]s = %[3]s WHERE %[2]s IS NULL", s.quote(col.Table), s.quote(col.Name), f.value),
		fmt.Sprintf("give existing rows their %s", col),
	}
	if err := s.exec(ctx, set.sql); err != nil {
		return fmt.Errorf("%s: value %s: %w", col, f.value, err)
	}
	e.statements = append(e.statements, set)
	return nil
}
