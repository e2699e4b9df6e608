package testdb

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

const fallback = "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"

// server is a connection pool for making and dropping databases, shared by the tests of a process.
var server = sync.OnceValues(func() (*db.DB, error) {
	c, err := db.Parse(serverURL())
	if err != nil {
		return nil, err
	}
	c.MaxOpen, c.ConnectTimeout = 2, 3*time.Second
	d, err := db.Open(context.Background(), c)
	if err != nil {
		return nil, err
	}
	return d, sweep(d)
})

// prefix is followed by the hour in which a database was made.
const prefix = "meta_test_"

func hour(t time.Time) string { return t.UTC().Format("2006010215") }

// sweep drops databases that tests left behind when they were killed, two hours ago or more.
func sweep(d *db.DB) error {
	ctx := context.Background()
	rows, err := d.QueryContext(ctx, "SELECT datname FROM pg_database WHERE datname LIKE $1 AND datname < $2",
		strings.ReplaceAll(prefix, "_", `\_`)+"20%", prefix+hour(time.Now().Add(-2*time.Hour)))
	if err != nil {
		return err
	}
	defer rows.Close()
	var old []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		old = append(old, name)
	}
	for _, name := range old {
		// Another process may sweep as well, so that it is gone or being dropped.
		_, _ = d.ExecContext(ctx, fmt.Sprintf("DROP DATABASE IF EXISTS %q", name))
	}
	return rows.Err()
}

func serverURL() string {
	if u := os.Getenv("META_TEST_POSTGRES"); u != "" {
		return u
	}
	return fallback
}

// PostgresURL makes a database and returns where it is. It is dropped after the test, whoever is connected still.
func PostgresURL(t testing.TB) string {
	t.Helper()
	on, err := server()
	if err != nil {
		if os.Getenv("META_TEST_REQUIRE") == "all" {
			t.Fatalf("needs PostgreSQL, and META_TEST_REQUIRE=all: %v", err)
		}
		t.Skipf("needs PostgreSQL, which META_TEST_POSTGRES names: %v", err)
	}
	name := prefix + hour(time.Now()) + "_" + strings.ToLower(rand.Text()[:12])
	ctx := context.Background()
	if _, err := on.ExecContext(ctx, fmt.Sprintf(`CREATE DATABASE %q TEMPLATE template0`, name)); err != nil {
		t.Fatalf("making a database: %v", err)
	}
	t.Cleanup(func() {
		if _, err := on.ExecContext(ctx, fmt.Sprintf(`DROP DATABASE %q WITH (FORCE)`, name)); err != nil {
			t.Errorf("dropping a database: %v", err)
		}
	})
	u, err := url.Parse(serverURL())
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}
