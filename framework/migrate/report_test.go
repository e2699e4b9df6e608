package migrate_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/utilmeta/utilmeta-go/framework/migrate"
)

func TestPrint(t *testing.T) {
	var b strings.Builder
	say := migrate.Print(&b)
	one, two := migrate.File{Version: "1", Name: "one"}, migrate.File{Version: "2", Name: "two"}
	say(migrate.Event{File: one, Stage: migrate.Applying, Backup: "/x.bak"})
	say(migrate.Event{File: one, Stage: migrate.Applied})
	say(migrate.Event{File: two, Stage: migrate.Applying})
	say(migrate.Event{File: two, Stage: migrate.Failed})
	want := "  Backup at /x.bak\n  Applying 1_one... OK\n  Applying 2_two... failed\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestStatusString(t *testing.T) {
	at := time.Date(2026, 11, 21, 11, 15, 2, 0, time.FixedZone("", 3600))
	for want, s := range map[string]migrate.Status{
		"[ ] 1_a":                      {Version: "1", Name: "a"},
		"[X] 1_a  2026-11-21 10:15:02": {Version: "1", Name: "a", AppliedAt: at},
		"[?] 1_a  2026-11-21 10:15:02, unknown to this program": {Version: "1", Name: "a", AppliedAt: at, Unknown: true},
	} {
		if got := s.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Two histories in one database do not see each other.
func TestTable(t *testing.T) {
	each(t, load(t, "20260101000000_app", "CREATE TABLE a (x int)"), func(t *testing.T, r *migrate.Runner) {
		apply(t, r)
		ops := &migrate.Runner{DB: r.DB, Dialect: r.Dialect, Files: load(t, "20250101000000_ops", "CREATE TABLE ops (x int)"), Table: "ops_migrations"}
		apply(t, ops)
		if err := errors.Join(r.Check(t.Context()), ops.Check(t.Context())); err != nil {
			t.Error(err)
		}
		ops.Table = "x; DROP TABLE a"
		if err := ops.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "migrate.Runner: table") {
			t.Errorf("error %v", err)
		}
	})
}
