package log_test

import (
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/log"
)

// A flush that fails half way leaves nothing that the next one relies on: records have their endpoints then.
func TestFlushFailsHalfWay(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, log.Options{})
		f.do("GET /api/hello", "")
		rename := func(from, to string) {
			t.Helper()
			if _, err := d.ExecContext(t.Context(), "ALTER TABLE "+from+" RENAME TO "+to); err != nil {
				t.Fatal(err)
			}
			d.Forget()
		}
		rename("ops_log", "away")
		if err := f.log.Flush(t.Context()); err == nil {
			t.Fatal("rows were stored without a table")
		}
		rename("away", "ops_log")
		if l := f.rows(); len(l) != 1 || text(l[0].Endpoint) != "hello" {
			t.Errorf("%+v", l)
		}
	})
}
