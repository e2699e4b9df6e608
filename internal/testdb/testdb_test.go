package testdb_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

func TestEach(t *testing.T) {
	engines := map[string]bool{}
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		engines[d.Engine()] = true
		if _, err := d.ExecContext(t.Context(), "CREATE TABLE fresh (n integer)"); err != nil {
			t.Error(err)
		}
	})
	if !engines[db.SQLite] {
		t.Error("did not run on SQLite")
	}
}

func TestDatabasesAreDropped(t *testing.T) {
	var name string
	t.Run("make", func(t *testing.T) {
		c, err := db.Parse(testdb.PostgresURL(t))
		if err != nil {
			t.Fatal(err)
		}
		name = c.Name
	})
	d := testdb.Postgres(t)
	var n int
	if err := d.SQL().QueryRow("SELECT count(*) FROM pg_database WHERE datname = $1", name).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d databases %s (%v), want none", n, name, err)
	}
}

func TestLeftoversAreSwept(t *testing.T) {
	d := testdb.Postgres(t)
	const left = "meta_test_2001010100_left"
	if _, err := d.ExecContext(t.Context(), fmt.Sprintf("CREATE DATABASE %q TEMPLATE template0", left)); err != nil {
		t.Fatal(err)
	}
	if out, err := child(os.Getenv("META_TEST_POSTGRES"), "all"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var n int
	if err := d.SQL().QueryRowContext(context.Background(), "SELECT count(*) FROM pg_database WHERE datname = $1", left).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d databases %s (%v), want none", n, left, err)
	}
}

func TestUnreachable(t *testing.T) {
	const nobody = "postgres://postgres@127.0.0.1:1/postgres"
	out, err := child(nobody, "")
	if err != nil || !strings.Contains(out, "--- SKIP") || !strings.Contains(out, "connection refused") {
		t.Errorf("got %v, want it to be skipped with a reason:\n%s", err, out)
	}
	if out, err = child(nobody, "all"); err == nil || !strings.Contains(out, "META_TEST_REQUIRE=all") {
		t.Errorf("got %v, want it to fail:\n%s", err, out)
	}
}

// child runs TestChild in a process of its own.
func child(postgres, require string) (string, error) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestChild$", "-test.v")
	cmd.Env = append(os.Environ(), "META_TEST_CHILD=1", "META_TEST_POSTGRES="+postgres, "META_TEST_REQUIRE="+require)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestChild(t *testing.T) {
	if os.Getenv("META_TEST_CHILD") == "" {
		t.Skip("is run by other tests")
	}
	testdb.Postgres(t)
}
