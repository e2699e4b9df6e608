package migrate_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lib/pq"
	"github.com/mattn/go-sqlite3"
	"github.com/utilmeta/utilmeta-go/framework/migrate"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

// The test binary starts itself as a program that migrates. Its environment says what, and where to stop for good.
const (
	childDialect = "MIGRATE_CHILD_DIALECT"
	childSource  = "MIGRATE_CHILD_SOURCE"
	childFolder  = "MIGRATE_CHILD_FOLDER"
	childStop    = "MIGRATE_CHILD_STOP"
)

func TestMain(m *testing.M) {
	if os.Getenv(childDialect) == "" {
		os.Exit(m.Run())
	}
	if err := child(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func child() error {
	files, err := migrate.Load(os.DirFS(os.Getenv(childFolder)))
	if err != nil {
		return err
	}
	d, err := openChild(os.Getenv(childDialect), os.Getenv(childSource))
	if err != nil {
		return err
	}
	defer d.Close()
	r := &migrate.Runner{DB: d, Dialect: os.Getenv(childDialect), Files: files, Progress: func(e migrate.Event) {
		reach(fmt.Sprintf("%s %d", e.File.Name, e.Stage))
	}}
	_, err = r.Apply(context.Background())
	return err
}

// reach stops for good where the parent wants to kill this process.
func reach(point string) {
	if point == os.Getenv(childStop) {
		fmt.Println("reached")
		select {}
	}
}

// openChild opens a database in which a migration can call reach: on SQLite as the function reach, on PostgreSQL by
// a notice.
func openChild(dialect, source string) (*sql.DB, error) {
	if dialect == "postgres" {
		c, err := pq.NewConnector(source)
		if err != nil {
			return nil, err
		}
		return sql.OpenDB(pq.ConnectorWithNoticeHandler(c, func(e *pq.Error) { reach(e.Message) })), nil
	}
	sql.Register("sqlite3_reach", &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		return c.RegisterFunc("reach", func(point string) string { reach(point); return point }, false)
	}})
	d, err := sql.Open("sqlite3_reach", "file:"+source+"?_journal_mode=WAL&_foreign_keys=1&_busy_timeout=10000")
	if err == nil {
		d.SetMaxOpenConns(1)
	}
	return d, err
}

// place is a database for children, with a connection of the test's own.
type place struct {
	dialect, source string
	db              *sql.DB
}

func eachPlace(t *testing.T, fn func(t *testing.T, p place)) {
	t.Run("sqlite", func(t *testing.T) {
		source := filepath.Join(t.TempDir(), "test.db")
		d, err := sql.Open("sqlite3", "file:"+source+"?_busy_timeout=10000")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		fn(t, place{"sqlite3", source, d})
	})
	t.Run("postgres", func(t *testing.T) {
		source := testdb.PostgresURL(t)
		d, err := sql.Open("postgres", source)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		fn(t, place{"postgres", source, d})
	})
}

func (p place) child(t *testing.T, dir, stop string) *exec.Cmd {
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), childDialect+"="+p.dialect, childSource+"="+p.source, childFolder+"="+dir, childStop+"="+stop)
	c.Stderr = t.Output()
	return c
}

func writeFolder(t *testing.T, namesAndTexts ...string) string {
	t.Helper()
	dir := t.TempDir()
	for name, f := range folder(t, namesAndTexts...) {
		if err := os.WriteFile(filepath.Join(dir, name), f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTwelveProcesses(t *testing.T) {
	eachPlace(t, func(t *testing.T, p place) {
		texts := []string{"20260101000000_initial", "CREATE TABLE a (x int)"}
		want := []string{}
		for i := range 8 {
			texts = append(texts, fmt.Sprintf("2026010200000%d_step", i), fmt.Sprintf("INSERT INTO a VALUES (%d)", i))
			want = append(want, strconv.Itoa(i))
		}
		dir := writeFolder(t, texts...)
		var children []*exec.Cmd
		for range 12 {
			c := p.child(t, dir, "")
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			children = append(children, c)
		}
		for _, c := range children {
			if err := c.Wait(); err != nil {
				t.Errorf("a process: %v", err)
			}
		}
		if diff := cmp.Diff(want, rows(t, p.db, "SELECT x FROM a ORDER BY x")); diff != "" {
			t.Errorf("each file once: %s", diff)
		}
		if got := rows(t, p.db, "SELECT count(*) FROM meta_migrations"); got[0] != "9" {
			t.Errorf("%s files recorded", got[0])
		}
	})
}

// A process killed at any point leaves its file applied or not, never in between, and the next one completes it.
func TestKill9(t *testing.T) {
	const note = "DO $$ BEGIN RAISE NOTICE 'point %d'; END $$;"
	point := map[string]func(n int) string{
		"sqlite3":  func(n int) string { return fmt.Sprintf("SELECT reach('point %d');", n) },
		"postgres": func(n int) string { return fmt.Sprintf(note, n) },
	}
	eachPlace(t, func(t *testing.T, p place) {
		mark := point[p.dialect]
		dir := writeFolder(t,
			"20260101000000_first", "CREATE TABLE a (x int);",
			"20260102000000_second", mark(1)+"INSERT INTO a VALUES (1);"+mark(2)+"CREATE TABLE b (x int);"+mark(3)+
				"INSERT INTO b SELECT x FROM a;"+mark(4)+"INSERT INTO a VALUES (2);"+mark(5))
		stops := []string{"first 0", "first 1", "second 0", "point 1", "point 2", "point 3", "point 4", "point 5", "second 1"}
		for _, stop := range stops {
			t.Run(stop, func(t *testing.T) {
				for _, table := range []string{"a", "b", "meta_migrations"} {
					if _, err := p.db.Exec("DROP TABLE IF EXISTS " + table); err != nil {
						t.Fatal(err)
					}
				}
				p.killAt(t, dir, stop)
				p.wholeOrNot(t)
				if out, err := p.child(t, dir, "").Output(); err != nil {
					t.Fatalf("the next process: %v %s", err, out)
				}
				got := append(rows(t, p.db, "SELECT x FROM a ORDER BY x"), rows(t, p.db, "SELECT x FROM b")...)
				if diff := cmp.Diff([]string{"1", "2", "1"}, got); diff != "" {
					t.Error(diff)
				}
			})
		}
	})
}

func (p place) killAt(t *testing.T, dir, stop string) {
	t.Helper()
	c := p.child(t, dir, stop)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil && err != io.EOF || strings.TrimSpace(line) != "reached" {
		t.Fatalf("the process never came to %q: %q, %v", stop, line, err)
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	if p.dialect == "postgres" { // the server notices by itself that the client is gone
		for {
			if n := rows(t, p.db, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"); n[0] == "0" {
				break
			}
		}
	}
}

// wholeOrNot checks that what is there is what is recorded.
func (p place) wholeOrNot(t *testing.T) {
	t.Helper()
	recorded := map[string]bool{}
	if p.exists("meta_migrations") {
		for _, name := range rows(t, p.db, "SELECT name FROM meta_migrations") {
			recorded[name] = true
		}
	}
	if got := p.exists("a"); got != recorded["first"] {
		t.Errorf("first recorded: %v, its table there: %v", recorded["first"], got)
	}
	if got := p.exists("b"); got != recorded["second"] {
		t.Errorf("second recorded: %v, its table there: %v", recorded["second"], got)
	}
	if p.exists("a") && !recorded["second"] {
		if got := rows(t, p.db, "SELECT x FROM a"); len(got) > 0 {
			t.Errorf("rows of half a file: %v", got)
		}
	}
}

func (p place) exists(table string) bool {
	_, err := p.db.Exec("SELECT 1 FROM " + table)
	return err == nil
}
