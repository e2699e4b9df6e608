package migrate_test

import (
	"context"
	"database/sql"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/framework/migrate"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

// folder makes a folder with a right meta.sum of names (without .sql) and texts in turn.
func folder(t testing.TB, namesAndTexts ...string) fstest.MapFS {
	t.Helper()
	f := fstest.MapFS{}
	for i := 0; i < len(namesAndTexts); i += 2 {
		f[namesAndTexts[i]+".sql"] = &fstest.MapFile{Data: []byte(namesAndTexts[i+1])}
	}
	sum, err := migrate.Sum(f)
	if err != nil {
		t.Fatal(err)
	}
	f[migrate.SumFile] = &fstest.MapFile{Data: sum}
	return f
}

func load(t testing.TB, namesAndTexts ...string) []migrate.File {
	t.Helper()
	return loadFS(t, folder(t, namesAndTexts...))
}

func loadFS(t testing.TB, f fs.FS) []migrate.File {
	t.Helper()
	files, err := migrate.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// each runs fn on both dialects with a runner of the files.
func each(t *testing.T, files []migrate.File, fn func(t *testing.T, r *migrate.Runner)) {
	t.Helper()
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		fn(t, &migrate.Runner{DB: d.SQL(), Dialect: d.Dialect(), Files: files})
	})
}

func apply(t testing.TB, r *migrate.Runner) []migrate.File {
	t.Helper()
	done, err := r.Apply(context.Background())
	if err != nil {
		t.Fatalf("apply: %v", err)
	}
	return done
}

func mustExec(t testing.TB, d *sql.DB, text string) {
	t.Helper()
	if _, err := d.Exec(text); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// rows returns the rows of a query whose columns are texts, one string a row.
func rows(t testing.TB, d *sql.DB, query string) []string {
	t.Helper()
	found, err := d.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer found.Close()
	columns, err := found.Columns()
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for found.Next() {
		cells := make([]sql.NullString, len(columns))
		targets := make([]any, len(columns))
		for i := range cells {
			targets[i] = &cells[i]
		}
		if err := found.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		var b []string
		for _, c := range cells {
			if !c.Valid {
				c.String = "NULL"
			}
			b = append(b, c.String)
		}
		list = append(list, strings.Join(b, "|"))
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}
