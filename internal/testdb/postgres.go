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

// server is one connection pool for making and dropping databases, shared by the tests of a process.
var server = sync.OnceValues(func() (*db.DB, error) {
	c, err := db.Parse(serverURL())
	if err != nil {
		return nil, err
	}
	c.MaxOpen, c.ConnectTimeout = 2, 3*time.Second
	return db.Open(context.Background(), c)
})

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
	name := "meta_test_" + strings.ToLower(rand.Text())
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
