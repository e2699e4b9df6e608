package logs_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/ops/internal/logs"
)

func TestRow35_Values(t *testing.T) {
	rows := generate(2000)
	each(t, logs.Options{}, func(f *fixture) {
		f.fill(rows)
		for _, q := range queries() {
			if !q.Has("admin") {
				q.Set("admin", "false")
			}
			want := map[string]any{}
			for _, field := range []string{"method", "level", "status", "request_type", "response_type"} {
				counts := map[string]any{}
				for _, r := range expected(rows, q, "") {
					value := text(r[field])
					if field == "level" {
						value = levels[r[field].(int64)]
					}
					if r[field] != nil {
						n, _ := counts[value].(float64)
						counts[value] = n + 1
					}
				}
				want[field] = counts
			}
			if diff := gocmp.Diff(want, f.object("/service/values?"+q.Encode())); diff != "" {
				f.Errorf("%s:\n%s", q.Encode(), diff)
			}
		}
		raw := string(f.get("/service/values").Result)
		if strings.Index(raw, `"INFO"`) > strings.Index(raw, `"ERROR"`) {
			f.Errorf("the most frequent level is not the first: %s", raw)
		}
	})
}

// busy makes rows of the last minutes: each user, address and endpoint with a number of its own.
func busy() (rows []row) {
	for i, r := range generate(600) {
		r["time"] = now.Add(-time.Duration(i%8*37) * time.Second).UnixMicro()
		rows = append(rows, r)
	}
	return rows
}

func TestRow35_Realtime(t *testing.T) {
	rows := busy()
	each(t, logs.Options{}, func(f *fixture) {
		f.fill(rows)
		for query, within := range map[string]int64{"within=60": 60, "within=200&apis=user_get&apis=article_list": 200, "": 3600} {
			got := f.object("/realtime?ips=2&users=9&endpoints=1&" + query)
			users, ips, idents, minutes := map[string]int{}, map[string]int{}, map[string]int{}, map[int64]map[string]bool{}
			var n, errors, took int64
			for _, r := range rows {
				ago := now.UnixMicro() - r["time"].(int64)
				ident := endpointOf(r)[0]
				if r["service"] != "test" || r["access_token_id"] != nil || ago > within*1e6 || strings.Contains(query, "apis") && ident != "user_get" && ident != "article_list" {
					continue
				}
				n, took, errors = n+1, took+r["duration"].(int64), errors+r["level"].(int64)/3
				count := func(m map[string]int, v any) {
					if text(v) != "" {
						m[text(v)]++
					}
				}
				count(users, r["user_id"])
				count(ips, r["ip"])
				count(idents, ident)
				minute := ago / 60_000_000
				if minutes[minute] == nil {
					minutes[minute] = map[string]bool{}
				}
				minutes[minute]["u"+text(r["user_id"])], minutes[minute]["i"+text(r["ip"])] = text(r["user_id"]) != "", true
			}
			dist := map[string]any{"min": []any{}, "uv": []any{}, "ip": []any{}}
			for minute := int64(120); minute >= 0; minute-- {
				if minutes[minute] == nil {
					continue
				}
				uv, ip := 0.0, 0.0
				for who, is := range minutes[minute] {
					if is && who[0] == 'u' {
						uv++
					} else if is {
						ip++
					}
				}
				dist["min"], dist["uv"], dist["ip"] = append(dist["min"].([]any), float64(minute)), append(dist["uv"].([]any), uv), append(dist["ip"].([]any), ip)
			}
			want := map[string]any{
				"time_dist": dist, "avg_time": float64(took) / float64(n) / 1000, "requests": float64(n), "errors": float64(errors), "uv": float64(len(users)), "ip": float64(len(ips)),
				"users": most(users, 9), "ip_dist": most(ips, 2), "endpoints": most(idents, 1),
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				f.Errorf("%q:\n%s", query, diff)
			}
		}
		want := `{"time_dist":{"min":[],"uv":[],"ip":[]},"avg_time":null,"requests":0,"errors":0,"uv":0,"ip":0}`
		if got := string(f.get("/realtime?apis=nothing").Result); got != want {
			f.Errorf("without requests: %s", got)
		}
	})
}

// most are the most frequent ones.
func most(counts map[string]int, n int) any {
	var names []string
	for name := range counts {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	m := map[string]any{}
	for _, name := range names[:min(n, len(names))] {
		m[name] = float64(counts[name])
	}
	return m
}

// TestHidden asks for everything in which an address or a user could be.
func TestHidden(t *testing.T) {
	each(t, logs.Options{HideAddress: true, HideUser: true}, func(f *fixture) {
		f.signup()
		r := signup()
		r["id"], r["user_id"], r["ip"], r["time"] = int64(2), "alice", "10.9.8.7", now.UnixMicro()
		f.insert("ops_log", r)
		for _, path := range []string{"/service", "/service/detail?id=1", "?id=2", "/realtime?ips=5&users=5&endpoints=5"} {
			got := string(f.get(path).Result)
			for _, secret := range []string{`"user_id":"1"`, `alice`, "10.9.8.7", `"127.0.0.1"`, "8.8.8.8"} {
				if strings.Contains(got, secret) && secret+path != "alice/service/detail?id=1" {
					f.Errorf("%s has %s: %s", path, secret, got)
				}
			}
			if !strings.Contains(got, `"*.*.*.*"`) || !strings.Contains(got, `"***"`) {
				f.Errorf("%s: %s", path, got)
			}
		}
		for _, method := range []string{"GET", "DELETE"} {
			f.ask(400, method, "/service?ip=127.0.0.1")
			f.ask(400, method, "/service?user_id=1")
		}
		f.ask(400, "GET", "/service/values?user_id=1")
	})
}

func TestFlushComesFirst(t *testing.T) {
	each(t, logs.Options{}, func(f *fixture) {
		next := int64(0)
		base := f.serve(logs.Options{Flush: func(context.Context) {
			next++
			r := signup()
			r["id"], r["time"], r["endpoint"] = next, now.UnixMicro(), nil
			f.insert("ops_log", r)
		}})
		for i, path := range []string{"/service", "/service/values", "/realtime"} {
			f.get(base + path)
			if got := f.number("SELECT count(*) FROM ops_log"); got != int64(i+1) {
				f.Errorf("%s: flushed %d times, want %d", path, got, i+1)
			}
		}
		f.ask(200, "GET", base+"/service/detail?id=4")
		if a := f.ask(200, "DELETE", base+"/service"); a.Count != 5 {
			f.Errorf("removed %d", a.Count)
		}
	})
}

// TestRow35_CountIsExactOrAnEstimate counts beyond what is always exact.
func TestRow35_CountIsExactOrAnEstimate(t *testing.T) {
	each(t, logs.Options{}, func(f *fixture) {
		f.flood(60_000)
		for query, want := range map[string]int64{"": 60_000, "status=500": 600, "method=post": 30_000} {
			_, got := f.ids("/service?rows=1&" + query)
			if got < want*9/10 || got > want*11/10 {
				f.Errorf("%q: %d, want about %d", query, got, want)
			}
		}
	})
}
