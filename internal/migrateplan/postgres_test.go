package migrateplan

import (
	"database/sql"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect"
	entschema "entgo.io/ent/dialect/sql/schema"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

// A role that may not create databases plans in a schema of its own.
func TestScratchSchema(t *testing.T) {
	admin := testdb.PostgresURL(t)
	d, err := sql.Open("postgres", admin)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	u, err := url.Parse(admin)
	if err != nil {
		t.Fatal(err)
	}
	role := strings.TrimPrefix(u.Path, "/") + "_role"
	mustExec := func(text string) {
		t.Helper()
		if _, err := d.Exec(text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	mustExec(fmt.Sprintf("CREATE ROLE %s LOGIN", role))
	t.Cleanup(func() {
		d, err := sql.Open("postgres", admin)
		if err == nil {
			defer d.Close()
			_, err = d.Exec(fmt.Sprintf("DROP OWNED BY %[1]s CASCADE; DROP ROLE %[1]s", role))
		}
		if err != nil {
			t.Error(err)
		}
	})
	u.User = url.User(role)
	o := Options{Dir: t.TempDir(), Dialect: dialect.Postgres, DevURL: u.String(), Schema: schemaOfTables([]*entschema.Table{table("users", str("name"))})}

	_, err = Plan(t.Context(), o)
	mustFail(t, err, "permission denied", "right to create a database or a schema")

	mustExec(fmt.Sprintf("GRANT CREATE ON DATABASE %s TO %s", strings.TrimPrefix(u.Path, "/"), role))
	mustExec("CREATE TABLE users (theirs int)") // in public, and none of the planner's business
	r, err := Plan(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(r.Up, scratchPrefix) || !strings.Contains(r.Up, `CREATE TABLE "users"`) {
		t.Errorf("planned:\n%s", r.Up)
	}
	left, err := column(t.Context(), d, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'meta_dev_%'")
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestUnreachable(t *testing.T) {
	o := Options{Dir: t.TempDir(), Dialect: dialect.Postgres, Schema: schemaOfTables(nil)}
	for u, part := range map[string]string{
		"postgres://postgres@127.0.0.1:1/x?sslmode=disable": "127.0.0.1:1 cannot be reached",
		"host=localhost": "want a URL",
		"":               "want a URL",
	} {
		o.DevURL = u
		_, err := Plan(t.Context(), o)
		mustFail(t, err, part)
	}
}

func TestAbandoned(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	for name, want := range map[string]bool{
		"meta_dev_1799990000_abc": true,
		"meta_dev_1799999990_abc": false,
		"meta_dev_1800000010_abc": false,
		"meta_dev_mine":           false,
		"meta_dev__":              false,
	} {
		if got := abandoned(name, now); got != want {
			t.Errorf("abandoned(%q) = %v", name, got)
		}
	}
}

func TestSweep(t *testing.T) {
	d, err := sql.Open("postgres", testdb.PostgresURL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.Exec("CREATE SCHEMA meta_dev_1000000000_dead; CREATE SCHEMA meta_dev_mine"); err != nil {
		t.Fatal(err)
	}
	sweep(t.Context(), d)
	left, err := column(t.Context(), d, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'meta_dev_%'")
	if err != nil || len(left) != 1 || left[0] != "meta_dev_mine" {
		t.Errorf("left %v, %v", left, err)
	}
}
