package logs_test

import (
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/internal/logs"
	"github.com/utilmeta/utilmeta-go/ops/log"
)

// details gives each row one.
func (f *fixture) details() {
	f.exec("INSERT INTO ops_log_detail (id, content) SELECT id, '{}' FROM ops_log")
}

// TestRow35_DeleteRemovesWhatFits compares what is left with a reference.
func TestRow35_DeleteRemovesWhatFits(t *testing.T) {
	rows := generate(3500)
	each(t, logs.Options{}, func(f *fixture) {
		f.fill(rows)
		f.details()
		f.insert("ops_request_log", sent(1))
		for _, q := range []url.Values{
			{"path_contains": {"none at all"}}, {"level": {"error"}}, {"status": {"404"}, "method": {"GET"}}, {"admin": {"true"}}, {"time_lte": {strconv.FormatInt(now.Add(-2500*time.Minute).Unix(), 10)}}, {},
		} {
			fit := expected(rows, q, "")
			a := f.ask(200, "DELETE", "/service?rows=20&"+q.Encode())
			if a.Count != int64(len(fit)) || string(a.Result) != "null" {
				f.Errorf("%s: count %d, want %d; result %s", q.Encode(), a.Count, len(fit), a.Result)
			}
			gone := map[int64]bool{}
			for _, id := range idsOf(fit) {
				gone[id] = true
			}
			var left []row
			for _, r := range rows {
				if !gone[r["id"].(int64)] {
					left = append(left, r)
				}
			}
			are := f.number("SELECT count(*) FROM ops_log")
			details := f.number("SELECT count(*) FROM ops_log_detail JOIN ops_log ON ops_log.id = ops_log_detail.id")
			if all := f.number("SELECT count(*) FROM ops_log_detail"); are != int64(len(left)) || details != are || all != are {
				f.Errorf("%s: %d rows and %d of %d details are left, want %d", q.Encode(), are, details, all, len(left))
			}
			for _, r := range left[:min(50, len(left))] {
				if f.number("SELECT count(*) FROM ops_log WHERE id = $1", r["id"]) != 1 {
					f.Fatalf("%s: row %d is gone", q.Encode(), r["id"])
				}
			}
			f.exec("DELETE FROM ops_log")
			f.exec("DELETE FROM ops_log_detail")
			f.put(rows)
			f.details()
		}
		if n := f.number("SELECT count(*) FROM ops_request_log WHERE context_id = 1"); n != 1 {
			f.Error("a request that a removed row caused is gone, or has forgotten it")
		}
		if a := f.ask(200, "DELETE", "/request?server_error=0"); a.Count != 0 {
			f.Errorf("removed %d", a.Count)
		}
		if a := f.ask(200, "DELETE", "/request"); a.Count != 1 || f.number("SELECT count(*) FROM ops_request_log") != 0 {
			f.Errorf("removed %d", a.Count)
		}
		f.ask(400, "DELETE", "/service?level=loud")
	})
}

func TestPagesAfterADeleteAreNotThoseBefore(t *testing.T) {
	each(t, logs.Options{}, func(f *fixture) {
		f.fill(generate(100))
		f.ids("/service?rows=10")
		all, _ := f.ids("/service?rows=100")
		f.ask(200, "DELETE", "/service?time_gte="+strconv.FormatInt(now.Add(-80*time.Minute).Unix(), 10))
		left, _ := f.ids("/service?rows=100")
		if got, _ := f.ids("/service?rows=10&page=2"); len(left) >= len(all) || len(left) < 20 || got[0] != left[10] {
			f.Errorf("the second page begins with %v; of %d rows %d are left", got, len(all), len(left))
		}
	})
}

// retained are the rows that a reference keeps.
func retained(rows []row, levels map[int64]time.Duration) (l []row) {
	for _, r := range rows {
		age, own := levels[r["level"].(int64)]
		if !own {
			age = 2000 * time.Minute
			if r["volatile"].(int64) == 1 {
				age = 900 * time.Minute
			}
		}
		if r["service"] != "test" || r["time"].(int64) >= now.Add(-age).UnixMicro() {
			l = append(l, r)
		}
	}
	return l
}

func TestRow51_RetentionByAge(t *testing.T) {
	rows := generate(3500)
	each(t, logs.Options{}, func(f *fixture) {
		f.fill(rows)
		f.details()
		f.insert("ops_request_log", sent(1))
		old := sent(2)
		old["time"] = now.Add(-2001 * time.Minute).UnixMicro()
		f.insert("ops_request_log", old)
		audit := f.number("SELECT count(*) FROM ops_audit")
		keep := logs.Retention{
			Store: f.store, Service: "test", VolatileMaintain: 900 * time.Minute, MaxRetention: 2000 * time.Minute,
			Levels: map[log.Level]time.Duration{log.Error: 3000 * time.Minute, log.Debug: 600 * time.Minute}, Now: func() time.Time { return now },
		}
		removed, err := keep.Run(f.Context())
		if err != nil {
			f.Fatal(err)
		}
		want := retained(rows, map[int64]time.Duration{log.Error.Stored(): 3000 * time.Minute, log.Debug.Stored(): 600 * time.Minute})
		left, details := f.number("SELECT count(*) FROM ops_log"), f.number("SELECT count(*) FROM ops_log_detail")
		if left != int64(len(want)) || details != left || removed != int64(len(rows)-len(want))+1 || f.number("SELECT count(*) FROM ops_request_log") != 1 {
			f.Errorf("%d rows and %d details are left, want %d; removed %d", left, details, len(want), removed)
		}
		for _, r := range want {
			if f.number("SELECT count(*) FROM ops_log WHERE id = $1", r["id"]) != 1 {
				f.Fatalf("row %d is gone", r["id"])
			}
		}
		if removed, err := keep.Run(f.Context()); removed != 0 || err != nil || f.number("SELECT count(*) FROM ops_audit") != audit {
			f.Errorf("a second run removed %d: %v", removed, err)
		}
	})
}

func TestRow51_RetentionBySize(t *testing.T) {
	rows := generate(3500)
	each(t, logs.Options{}, func(f *fixture) {
		f.fill(rows)
		f.exec("INSERT INTO ops_log_detail (id, content) SELECT id, '" + string(make0(2000)) + "' FROM ops_log")
		for id := range int64(50) {
			f.insert("ops_request_log", sent(id+1))
		}
		keep := logs.Retention{Store: f.store, VolatileMaintain: 1 << 60, MaxRetention: 1 << 60, MaxBytes: 6_000_000, Now: func() time.Time { return now }}
		if removed, err := keep.Run(f.Context()); err != nil || removed < 500 || removed > 1500 {
			f.Fatalf("removed %d: %v", removed, err)
		}
		left, lasting := f.number("SELECT count(*) FROM ops_log"), f.number("SELECT count(*) FROM ops_log WHERE volatile = 0")
		bytes := f.number("SELECT coalesce(sum(length(content)), 0) FROM ops_log_detail")
		if bytes > 6_000_000 || left*2000 < 4_500_000 || f.number("SELECT count(*) FROM ops_log_detail") != left {
			f.Errorf("%d rows with %d bytes are left", left, bytes)
		}
		var before int64
		for _, r := range rows {
			if r["volatile"].(int64) == 0 {
				before++
			}
		}
		if oldest := f.number("SELECT min(id) FROM ops_log WHERE volatile = 1"); lasting != before || oldest < 200 {
			f.Errorf("%d of %d lasting rows are left, volatile ones from %d", lasting, before, oldest)
		}
		keep.MaxBytes = 1
		if _, err := keep.Run(f.Context()); err != nil {
			f.Fatal(err)
		}
		if n := f.number("SELECT (SELECT count(*) FROM ops_log) + (SELECT count(*) FROM ops_log_detail) + (SELECT count(*) FROM ops_request_log)"); n != 0 {
			f.Errorf("%d rows are left", n)
		}
	})
}

// make0 are that many zeros.
func make0(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = '0'
	}
	return b
}
