package migrateplan

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/schema"
	"ariga.io/atlas/sql/sqlite"
	"entgo.io/ent/dialect"
	_ "github.com/mattn/go-sqlite3" // the scratch database
)

func openSQLite(ctx context.Context) (*scratch, error) {
	s := &scratch{dialect: dialect.SQLite, schema: "main"}
	s.close = func() error { return s.db.Close() }
	// A database in memory lives as long as its one connection, so a new one is an empty one.
	s.reset = func(context.Context) (err error) {
		if s.db != nil {
			if err := s.db.Close(); err != nil {
				return err
			}
		}
		if s.db, err = sql.Open("sqlite3", "file::memory:?_foreign_keys=0"); err != nil {
			return err
		}
		s.db.SetMaxOpenConns(1)
		s.driver, err = sqlite.Open(s.db)
		return err
	}
	if err := s.reset(ctx); err != nil {
		return nil, fmt.Errorf("scratch database: %w", err)
	}
	return s, nil
}

// sqliteStatements makes the steps of a table rebuild safe.
func sqliteStatements(c *migrate.Change) []statement {
	rebuild, ok := c.Source.(*schema.ModifyTable)
	own := statement{c.Cmd, c.Comment}
	switch {
	case strings.HasPrefix(c.Cmd, "PRAGMA foreign_keys"):
		return nil // without effect in a transaction; the runner does it before
	case ok && strings.HasPrefix(c.Cmd, "DROP TABLE") && autoIncrement(rebuild.T):
		return append(carrySequence(rebuild.T.Name), own)
	case ok && strings.Contains(c.Cmd, " RENAME TO "):
		// Otherwise SQLite refuses it where a view or trigger names the table, which is not there for a moment.
		return []statement{
			{"PRAGMA legacy_alter_table = ON", "leave views and triggers alone that name the table"},
			own,
			{"PRAGMA legacy_alter_table = OFF", "as it was"},
		}
	}
	return []statement{own}
}

// carrySequence keeps the promise of AUTOINCREMENT that no id is used twice, also not one of a deleted row.
func carrySequence(table string) []statement {
	from, to := quoteString(table), quoteString("new_"+table)
	return []statement{
		{fmt.Sprintf("DELETE FROM sqlite_sequence WHERE name = %s AND EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = %s)", to, from),
			fmt.Sprintf("carry on with the ids of %q", table)},
		{fmt.Sprintf("INSERT INTO sqlite_sequence (name, seq) SELECT %s, seq FROM sqlite_sequence WHERE name = %s", to, from),
			"the highest id that was given so far"},
	}
}

func autoIncrement(t *schema.Table) bool {
	for _, c := range t.Columns {
		for _, a := range c.Attrs {
			if _, ok := a.(*sqlite.AutoIncrement); ok {
				return true
			}
		}
	}
	return false
}

func quoteString(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// belonging is something of a table that ent does not describe, with the statement that makes it.
type belonging struct {
	statement
	table string
}

// belongings are the triggers, and the indexes that hand-written migrations look after, by name. A rebuild drops
// them with the table.
func (s *scratch) belongings(ctx context.Context) (map[string]belonging, error) {
	if s.dialect != dialect.SQLite {
		return nil, nil
	}
	rows, err := s.db.QueryContext(ctx, "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL AND tbl_name IN (SELECT name FROM sqlite_master WHERE type = 'table')")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := make(map[string]belonging)
	for rows.Next() {
		var kind, name, table, text string
		if err := rows.Scan(&kind, &name, &table, &text); err != nil {
			return nil, err
		}
		if kind == "trigger" || s.kept(name) {
			list[name] = belonging{statement{text, fmt.Sprintf("restore the %s %q", kind, name)}, table}
		}
	}
	return list, rows.Err()
}
