package logs_test

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/ops/internal/logs"
)

// text is a value as a text; "" for nil.
func text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	if n, ok := v.(int64); ok {
		return strconv.FormatInt(n, 10)
	}
	return ""
}

// micros reads a number of seconds or a time.
func micros(s string) int64 {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n * 1e6
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t.UnixMicro()
}

func whole(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

var levels = []string{"DEBUG", "INFO", "WARN", "ERROR"}

func truth(s string) bool { return s == "1" || s == "true" }

// fits are the meanings of filters.
var fits = map[string]func(r row, value string) bool{
	"method":          func(r row, v string) bool { return strings.EqualFold(text(r["method"]), v) },
	"path":            func(r row, v string) bool { return r["path"] == v },
	"path_contains":   func(r row, v string) bool { return strings.Contains(text(r["path"]), v) },
	"path_startswith": func(r row, v string) bool { return strings.HasPrefix(text(r["path"]), v) },
	"path_endswith":   func(r row, v string) bool { return strings.HasSuffix(text(r["path"]), v) },
	"status":          func(r row, v string) bool { return text(r["status"]) == v },
	"status_gte":      func(r row, v string) bool { return r["status"] != nil && r["status"].(int64) >= whole(v) },
	"status_lte":      func(r row, v string) bool { return r["status"] != nil && r["status"].(int64) <= whole(v) },
	"time_gte":        func(r row, v string) bool { return r["time"].(int64) >= micros(v) },
	"time>=":          func(r row, v string) bool { return r["time"].(int64) >= micros(v) },
	"time_lte":        func(r row, v string) bool { return r["time"].(int64) <= micros(v) },
	"time<=":          func(r row, v string) bool { return r["time"].(int64) <= micros(v) },
	"start":           func(r row, v string) bool { return r["time"].(int64) >= micros(v) },
	"end":             func(r row, v string) bool { return r["time"].(int64) <= micros(v) },
	"duration_gte":    func(r row, v string) bool { return r["duration"].(int64) >= whole(v)*1000 },
	"instance":        func(r row, v string) bool { return text(r["instance_id"]) == v },
	"request_type":    func(r row, v string) bool { return text(r["request_type"]) == v },
	"response_type":   func(r row, v string) bool { return text(r["response_type"]) == v },
	"endpoint_ident":  func(r row, v string) bool { return endpointOf(r)[0] == v },
	"endpoint_like": func(r row, v string) bool {
		e := endpointOf(r)
		return slices.ContainsFunc([]string{e[0], e[1], text(r["path"])}, func(s string) bool { return strings.Contains(strings.ToLower(s), strings.ToLower(v)) })
	},
	"level":   func(r row, v string) bool { return strings.EqualFold(levels[r["level"].(int64)], v) },
	"ip":      func(r row, v string) bool { return r["ip"] == v },
	"user_id": func(r row, v string) bool { return r["user_id"] == v },
	"public":  func(r row, v string) bool { return r["public"].(int64) == 1 == truth(v) },
	"admin":   func(r row, v string) bool { return r["access_token_id"] != nil == truth(v) },
}

func endpointOf(r row) [2]string {
	key, _ := r["endpoint"].(int64)
	return endpoints[key]
}

// paging are parameters that filter nothing.
var paging = []string{"rows", "limit", "page", "offset", "order", "unknown"}

// expected are the rows that fit a query, in order.
func expected(rows []row, query url.Values, node string) (l []row) {
	for _, r := range rows {
		ok := r["service"] == "test" || node != "" && r["node_id"] == node
		for name, values := range query {
			ok = ok && (slices.Contains(paging, name) || fits[name](r, values[0]))
		}
		if ok {
			l = append(l, r)
		}
	}
	column, descending := strings.CutPrefix(cmp.Or(query.Get("order"), "-time"), "-")
	if !slices.Contains([]string{"time", "duration", "in_traffic", "out_traffic", "length"}, column) {
		column, descending = "time", true
	}
	slices.SortFunc(l, func(a, b row) int {
		c := cmp.Or(cmp.Compare(a[column].(int64), b[column].(int64)), cmp.Compare(a["id"].(int64), b["id"].(int64)))
		if descending {
			return -c
		}
		return c
	})
	return l
}

// queries are filters that the tests try, one of each and together.
func queries() []url.Values {
	middle := now.Add(-1700 * time.Minute)
	seconds := strconv.FormatInt(middle.Unix(), 10)
	table := map[string][]string{
		"method": {"get", "POST"}, "path": {"/api/user", "/api/USER"}, "path_contains": {"ser", "0%_", "ü", "%"}, "path_startswith": {"/api/u", "/api/U", "/api/ü"},
		"path_endswith": {"er", "/5", "all", "/a/path/longer/than/any/other"}, "status": {"200", "404", "999"}, "status_gte": {"400", "201", "100"}, "status_lte": {"199", "399"},
		"time_gte": {middle.Format(time.RFC3339)}, "time>=": {seconds}, "time_lte": {middle.Format(time.RFC3339)}, "time<=": {seconds}, "start": {seconds, "0"},
		"end": {seconds, "0"}, "duration_gte": {"0", "20", "1500", "3000"}, "instance": {"2", "remote"}, "request_type": {"application/json"},
		"response_type": {"text/plain", "none"}, "endpoint_ident": {"user_get", "nothing"}, "endpoint_like": {"API.L", "SIGN", "user", "50%_"},
		"level": {"warn", "INFO", "Error", "debug"}, "ip": {"10.0.0.7"}, "user_id": {"alice", "1"}, "public": {"1", "false"}, "admin": {"true", "0"},
		"order": {"time", "-time", "duration", "-duration", "in_traffic", "-out_traffic", "length", "nofield"}, "unknown": {"x"},
	}
	l := []url.Values{{}}
	for name, values := range table {
		for _, v := range values {
			l = append(l, url.Values{name: {v}})
		}
	}
	for _, pair := range [][]string{
		{"level", "error", "status", "500"}, {"endpoint_ident", "user_get", "status_gte", "400"}, {"method", "get", "order", "-duration", "time_gte", seconds},
		{"duration_gte", "1000", "order", "-duration"}, {"path_contains", "user", "user_id", "alice", "public", "1"}, {"level", "warn", "order", "length"},
		{"start", seconds, "time_gte", "0", "end", seconds + "0"}, {"status_gte", "200", "status_lte", "299", "response_type", "text/plain"},
	} {
		q := url.Values{}
		for i := 0; i < len(pair); i += 2 {
			q.Set(pair[i], pair[i+1])
		}
		l = append(l, q)
	}
	return l
}

func idsOf(rows []row) (l []int64) {
	for _, r := range rows {
		l = append(l, r["id"].(int64))
	}
	return l
}

// TestRow35_ListsAreAsAReference compares every filter and order with a reference, page by page.
func TestRow35_ListsAreAsAReference(t *testing.T) {
	rows := generate(2000)
	each(t, logs.Options{Node: func() string { return "n1" }}, func(f *fixture) {
		f.fill(rows)
		for _, q := range queries() {
			if !q.Has("admin") {
				q.Set("admin", "false")
			}
			want := idsOf(expected(rows, q, "n1"))
			if q.Get("admin") == "false" {
				q.Del("admin") // it is the default
			}
			q.Set("rows", "97")
			f.wholeIs(q, want)
			pick := want[:min(len(want), 7)]
			if len(want) > 40 { // by OFFSET, where no page has led
				pick = want[33:40]
			}
			q.Set("rows", "7")
			if len(want) > 40 {
				q.Set("offset", "33")
			}
			got, count := f.ids("/service?" + q.Encode())
			if diff := gocmp.Diff(pick, got); diff != "" || count != int64(len(want)) {
				f.Errorf("%s: count %d, want %d\n%s", q.Encode(), count, len(want), diff)
			}
		}
	})
}

// wholeIs asks for all pages.
func (f *fixture) wholeIs(q url.Values, want []int64) {
	f.Helper()
	var all []int64
	for page := 1; ; page++ {
		q.Set("page", strconv.Itoa(page))
		got, count := f.ids("/service?" + q.Encode())
		if count != int64(len(want)) {
			f.Errorf("%s: count %d, want %d", q.Encode(), count, len(want))
		}
		all = append(all, got...)
		if len(got) == 0 || len(all) > len(want) {
			break
		}
	}
	q.Del("page")
	if diff := gocmp.Diff(want, all); diff != "" {
		f.Errorf("%s:\n%s", q.Encode(), diff)
	}
}
