// Package storetest is what the tests of several rooms do with a store, and with recorded exchanges.
package storetest

import (
	"context"
	"encoding/json"
	"os"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// Open is a store in d, with its tables.
func Open(t testing.TB, d *db.DB) *store.Store {
	t.Helper()
	s, err := store.New(db.Config{}, d)
	if err == nil {
		err = s.Start(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Number is the result of a query for one number.
func Number(t testing.TB, s *store.Store, query string, args ...any) (n int64) {
	t.Helper()
	if err := s.Each(t.Context(), query, args, func(scan store.Scan) error { return scan(&n) }); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// Exec runs a statement.
func Exec(t testing.TB, s *store.Store, query string, args ...any) {
	t.Helper()
	if _, err := s.Exec(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// Captures are the exchanges that testdata/<name>.json holds.
func Captures[T any](t testing.TB, name string) (l []T) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name + ".json")
	if err == nil {
		err = json.Unmarshal(text, &l)
	}
	if err != nil {
		t.Fatal(err)
	}
	return l
}
