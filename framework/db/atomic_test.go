package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

var errBoom = errors.New("boom")

// table makes a table of names that must differ.
func table(t testing.TB, d *db.DB) {
	t.Helper()
	run(t, d, "CREATE TABLE names (name varchar(40) NOT NULL UNIQUE)")
}

func run(t testing.TB, d *db.DB, query string, args ...any) {
	t.Helper()
	if _, err := d.ExecContext(context.Background(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func insert(ctx context.Context, d *db.DB, name string) error {
	_, err := d.ExecContext(ctx, "INSERT INTO names (name) VALUES ($1)", name)
	return err
}

// names reads what is in the table.
func names(t testing.TB, ctx context.Context, d *db.DB) string {
	t.Helper()
	rows, err := d.QueryContext(ctx, "SELECT name FROM names ORDER BY name")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, " ")
}

func TestAtomic(t *testing.T) {
	tests := []struct {
		name string
		do   func(ctx context.Context, d *db.DB) error
		err  error
		want string
	}{
		{"commit", func(ctx context.Context, d *db.DB) error {
			return d.Atomic(ctx, func(ctx context.Context) error { return insert(ctx, d, "a") })
		}, nil, "a"},
		{"error", func(ctx context.Context, d *db.DB) error {
			return d.Atomic(ctx, func(ctx context.Context) error { return errors.Join(insert(ctx, d, "a"), errBoom) })
		}, errBoom, ""},
		{"nested commit", func(ctx context.Context, d *db.DB) error {
			return d.Atomic(ctx, func(ctx context.Context) error {
				return errors.Join(insert(ctx, d, "a"),
					d.Atomic(ctx, func(ctx context.Context) error { return insert(ctx, d, "b") }),
					insert(ctx, d, "c"))
			})
		}, nil, "a b c"},
		{"nested error is rolled back alone", func(ctx context.Context, d *db.DB) error {
			return d.Atomic(ctx, func(ctx context.Context) error {
				err := d.Atomic(ctx, func(ctx context.Context) error { return errors.Join(insert(ctx, d, "b"), errBoom) })
				if !errors.Is(err, errBoom) {
					return fmt.Errorf("nested: %w", err)
				}
				return insert(ctx, d, "c")
			})
		}, nil, "c"},
		{"nested violation leaves the transaction usable", func(ctx context.Context, d *db.DB) error {
			return d.Atomic(ctx, func(ctx context.Context) error {
				if err := insert(ctx, d, "a"); err != nil {
					return err
				}
				if err := d.Atomic(ctx, func(ctx context.Context) error { return insert(ctx, d, "a") }); err == nil {
					return errors.New("a second a was accepted")
				}
				return insert(ctx, d, "b")
			})
		}, nil, "a b"},
		{"nested hides its violation", func(ctx context.Context, d *db.DB) error {
			return d.Atomic(ctx, func(ctx context.Context) error {
				if err := insert(ctx, d, "a"); err != nil {
					return err
				}
				// PostgreSQL does not keep such a savepoint, SQLite does.
				_ = d.Atomic(ctx, func(ctx context.Context) error { _ = insert(ctx, d, "a"); return nil })
				return insert(ctx, d, "b")
			})
		}, nil, "a b"},
		{"outer error takes the nested with it", func(ctx context.Context, d *db.DB) error {
			return d.Atomic(ctx, func(ctx context.Context) error {
				return errors.Join(d.Atomic(ctx, func(ctx context.Context) error { return insert(ctx, d, "b") }), errBoom)
			})
		}, errBoom, ""},
		{"three deep, the second fails", func(ctx context.Context, d *db.DB) error {
			return d.Atomic(ctx, func(ctx context.Context) error {
				err := d.Atomic(ctx, func(ctx context.Context) error {
					return errors.Join(d.Atomic(ctx, func(ctx context.Context) error { return insert(ctx, d, "c") }), errBoom)
				})
				if !errors.Is(err, errBoom) {
					return err
				}
				return d.Atomic(ctx, func(ctx context.Context) error { return insert(ctx, d, "d") })
			})
		}, nil, "d"},
		{"cancelled", func(ctx context.Context, d *db.DB) error {
			ctx, cancel := context.WithCancel(ctx)
			return d.Atomic(ctx, func(ctx context.Context) error {
				err := insert(ctx, d, "a")
				cancel()
				return err
			})
		}, context.Canceled, ""},
		{"nested cancelled after its work", func(ctx context.Context, d *db.DB) error {
			return d.Atomic(ctx, func(ctx context.Context) error {
				inner, cancel := context.WithCancel(ctx)
				err := d.Atomic(inner, func(ctx context.Context) error {
					err := insert(ctx, d, "a")
					cancel()
					return err
				})
				if !errors.Is(err, context.Canceled) {
					return fmt.Errorf("nested: %w", err)
				}
				return insert(ctx, d, "b")
			})
		}, nil, "b"},
		{"a transaction begun by hand joins", func(ctx context.Context, d *db.DB) error {
			return d.Atomic(ctx, func(ctx context.Context) error {
				tx, err := d.Tx(ctx)
				if err != nil {
					return err
				}
				if err := tx.Exec(ctx, "INSERT INTO names (name) VALUES ($1)", []any{"a"}, nil); err != nil {
					return err
				}
				if err := tx.Rollback(); err != nil {
					return err
				}
				return insert(ctx, d, "b")
			})
		}, nil, "b"},
		{"context kept too long", func(ctx context.Context, d *db.DB) error {
			var kept context.Context
			if err := d.Atomic(ctx, func(ctx context.Context) error { kept = ctx; return insert(ctx, d, "a") }); err != nil {
				return err
			}
			return insert(kept, d, "b")
		}, db.ErrEnded, "a"},
		{"detached from a context kept too long", func(ctx context.Context, d *db.DB) error {
			var kept context.Context
			if err := d.Atomic(ctx, func(ctx context.Context) error { kept = ctx; return insert(ctx, d, "a") }); err != nil {
				return err
			}
			return insert(db.Detach(kept), d, "b")
		}, nil, "a b"},
		{"the outer context inside a nested transaction", func(ctx context.Context, d *db.DB) error {
			return d.Atomic(ctx, func(outer context.Context) error {
				return d.Atomic(outer, func(context.Context) error { return insert(outer, d, "a") })
			})
		}, db.ErrNested, ""},
		{"rows left open", func(ctx context.Context, d *db.DB) error {
			return d.Atomic(ctx, func(ctx context.Context) error {
				if err := errors.Join(insert(ctx, d, "a"), insert(ctx, d, "b")); err != nil {
					return err
				}
				rows, err := d.QueryContext(ctx, "SELECT name FROM names")
				if err != nil {
					return err
				}
				rows.Next()
				err = insert(ctx, d, "c")
				if !errors.Is(err, db.ErrRowsOpen) {
					return fmt.Errorf("with open rows: %w", err)
				}
				rows.Close()
				return insert(ctx, d, "d")
			})
		}, nil, "a b d"},
		{"nested fails with rows open", func(ctx context.Context, d *db.DB) error {
			return d.Atomic(ctx, func(ctx context.Context) error {
				if err := errors.Join(insert(ctx, d, "a"), insert(ctx, d, "b")); err != nil {
					return err
				}
				err := d.Atomic(ctx, func(ctx context.Context) error {
					rows, err := d.QueryContext(ctx, "SELECT name FROM names")
					if err != nil {
						return err
					}
					rows.Next()
					return errBoom
				})
				if !errors.Is(err, errBoom) {
					return err
				}
				return insert(ctx, d, "c")
			})
		}, nil, "a b c"},
	}
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				run(t, d, "DELETE FROM names")
				if err := test.do(ctx, d); !errors.Is(err, test.err) {
					t.Errorf("got error %v, want %v", err, test.err)
				}
				if got := names(t, ctx, d); got != test.want {
					t.Errorf("got rows %q, want %q", got, test.want)
				}
				// database/sql rolls back what was cancelled in a goroutine of its own.
				for d.Stats().Write.InUse != 0 && ctx.Err() == nil {
					time.Sleep(time.Millisecond)
				}
				if n := d.Stats().Write.InUse; n != 0 {
					t.Errorf("%d connections still in use", n)
				}
			})
		}
	})
}

func TestAtomicPanic(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		for _, depth := range []int{1, 2} {
			func() {
				defer func() {
					if got := recover(); got != "boom" {
						t.Errorf("depth %d: recovered %v, want boom", depth, got)
					}
				}()
				nest(t.Context(), d, depth, func(ctx context.Context) {
					if err := insert(ctx, d, "a"); err != nil {
						t.Error(err)
					}
					panic("boom")
				})
			}()
			if got := names(t, t.Context(), d); got != "" {
				t.Errorf("depth %d: rows %q survived the panic", depth, got)
			}
		}
	})
}

func nest(ctx context.Context, d *db.DB, depth int, fn func(ctx context.Context)) error {
	if depth == 0 {
		fn(ctx)
		return nil
	}
	return d.Atomic(ctx, func(ctx context.Context) error { return nest(ctx, d, depth-1, fn) })
}

func TestAfterCommit(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		table(t, d)
		var got []string
		note := func(ctx context.Context, s string) { db.AfterCommit(ctx, func() { got = append(got, s) }) }
		note(ctx, "none")
		err := d.Atomic(ctx, func(ctx context.Context) error {
			note(ctx, "outer")
			d.Atomic(ctx, func(ctx context.Context) error { note(ctx, "dropped"); return errBoom })
			d.Atomic(ctx, func(ctx context.Context) error {
				note(ctx, "inner")
				db.AfterCommit(ctx, func() { got = append(got, names(t, db.Detach(ctx), d)) })
				return insert(ctx, d, "a")
			})
			got = append(got, "body")
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		d.Atomic(ctx, func(ctx context.Context) error { note(ctx, "rolled back"); return errBoom })
		if diff := cmp.Diff([]string{"none", "body", "outer", "inner", "a"}, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAfterRollback(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		var got []string
		note := func(ctx context.Context, s string) { db.AfterRollback(ctx, func() { got = append(got, s) }) }
		fails := func(ctx context.Context) error { note(ctx, "inner"); return errBoom }
		works := func(ctx context.Context) error { note(ctx, "kept"); return insert(ctx, d, "a") }
		for _, tt := range []struct {
			name string
			fn   func(ctx context.Context) error
			want []string
		}{
			{"commit", func(ctx context.Context) error { note(ctx, "x"); return d.Atomic(ctx, works) }, nil},
			{"inner", func(ctx context.Context) error { note(ctx, "x"); d.Atomic(ctx, fails); return nil }, []string{"inner"}},
			{"outer", func(ctx context.Context) error {
				note(ctx, "first")
				d.Atomic(ctx, works)
				note(ctx, "last")
				return errBoom
			}, []string{"last", "kept", "first"}},
			{"left open", func(ctx context.Context) error {
				note(ctx, "outer")
				d.BeginTx(ctx, nil)
				return nil
			}, []string{"outer"}},
		} {
			got = nil
			d.Atomic(t.Context(), tt.fn)
			run(t, d, "DELETE FROM names")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s: %s", tt.name, diff)
			}
		}
		got = nil
		var over context.Context
		d.Atomic(t.Context(), func(ctx context.Context) error { over = ctx; return errBoom })
		note(t.Context(), "none")
		if note(over, "late"); len(got) != 1 {
			t.Errorf("afterwards: %v", got)
		}
	})
}

// Two databases have transactions of their own under one context.
func TestAtomicTwoDatabases(t *testing.T) {
	ctx := t.Context()
	one, two := testdb.SQLite(t), testdb.SQLite(t)
	table(t, one)
	table(t, two)
	err := one.Atomic(ctx, func(ctx context.Context) error {
		err := two.Atomic(ctx, func(ctx context.Context) error {
			return errors.Join(insert(ctx, one, "a"), insert(ctx, two, "b"))
		})
		return errors.Join(err, insert(ctx, two, "c"), errBoom)
	})
	if !errors.Is(err, errBoom) {
		t.Fatal(err)
	}
	if got := names(t, ctx, one) + "|" + names(t, ctx, two); got != "|b c" {
		t.Errorf("got %q, want the first empty, the second with b and c", got)
	}
}

// Goroutines that share a transaction are served one after the other.
func TestAtomicManyGoroutines(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		err := d.Atomic(t.Context(), func(ctx context.Context) error {
			errs := make([]error, 8)
			var wg sync.WaitGroup
			for i := range errs {
				wg.Go(func() {
					for j := range 10 {
						errs[i] = errors.Join(errs[i], insert(ctx, d, fmt.Sprintf("%d-%d", i, j)))
					}
				})
			}
			wg.Wait()
			return errors.Join(errs...)
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(strings.Fields(names(t, t.Context(), d))); got != 80 {
			t.Errorf("%d rows, want 80", got)
		}
	})
}

func TestBeginTxOptionsInside(t *testing.T) {
	d := testdb.SQLite(t)
	err := d.Atomic(t.Context(), func(ctx context.Context) error {
		_, err := d.BeginTx(ctx, readOnly)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "isolation") {
		t.Errorf("got %v, want a refusal of options inside a transaction", err)
	}
}
