package db_test

import (
	"context"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

// Every statement is told once to each observer, in transactions and savepoints too, with its error.
func TestObserve(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		var first, second []string
		tell := func(l *[]string) db.Observer {
			return func(ctx context.Context, s db.Statement) {
				text := strings.Fields(s.Query)[0]
				if s.Err != nil {
					text += "!"
				}
				if s.Took <= 0 || ctx == nil {
					t.Errorf("%s took %v", s.Query, s.Took)
				}
				*l = append(*l, text)
			}
		}
		d.Observe(tell(&first))
		table(t, d)
		d.Observe(tell(&second))
		run(t, d, "DELETE FROM names")
		err := d.Atomic(t.Context(), func(ctx context.Context) error {
			if err := insert(ctx, d, "a"); err != nil {
				return err
			}
			return d.Atomic(ctx, func(ctx context.Context) error { names(t, ctx, d); return insert(ctx, d, "b") })
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := insert(t.Context(), d, "a"); err == nil {
			t.Error("a second a was accepted")
		}
		if got := strings.Join(second, " "); got != "DELETE INSERT SELECT INSERT INSERT!" {
			t.Errorf("told of %s", got)
		}
		if got := strings.Join(first, " "); got != "CREATE DELETE INSERT SELECT INSERT INSERT!" {
			t.Errorf("told of %s", got)
		}
	})
}
