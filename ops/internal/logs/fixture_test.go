package logs_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/internal/logs"
	"github.com/utilmeta/utilmeta-go/ops/internal/storetest"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// now is when the tests are.
var now = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// contract has what package ops has above the logs.
type contract struct {
	Failed api.Catch
	Logs   *logs.API `route:"/logs"`
}

// fixture is a server of logs.
type fixture struct {
	*testing.T
	store *store.Store
	base  string
}

// each runs fn on both databases, with an API of these options.
func each(t *testing.T, o logs.Options, fn func(f *fixture)) {
	testdb.Each(t, func(t *testing.T, d *db.DB) { fn(open(t, d, o)) })
}

func open(t *testing.T, d *db.DB, o logs.Options) *fixture {
	t.Helper()
	f := &fixture{T: t, store: storetest.Open(t, d)}
	f.base = f.serve(o)
	return f
}

// serve starts another server on the same rows.
func (f *fixture) serve(o logs.Options) string {
	f.Helper()
	o.Store, o.Service = f.store, "test"
	if o.Now == nil {
		o.Now = func() time.Time { return now }
	}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	root := &contract{
		Logs: logs.New(o),
		Failed: func(ctx context.Context, err error) error {
			status, body := wire.Fail(ctx, slog.New(slog.NewTextHandler(f.Output(), nil)), err)
			return api.Answer(status, body)
		},
	}
	mux := &api.Mux{Logger: quiet}
	if err := mux.Mount("/", root); err != nil {
		f.Fatal(err)
	}
	server := httptest.NewServer(mux)
	f.Cleanup(server.Close)
	return server.URL + "/logs"
}

// answer is what every endpoint answers.
type answer struct {
	Result json.RawMessage `json:"result"`
	Msg    string          `json:"msg"`
	State  any             `json:"state"`
	Count  int64           `json:"count"`
}

// ask makes a request and expects the status.
func (f *fixture) ask(status int, method, path string) *answer {
	f.Helper()
	if !strings.HasPrefix(path, "http") {
		path = f.base + path
	}
	r, err := http.NewRequestWithContext(f.Context(), method, path, nil)
	if err != nil {
		f.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		f.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		f.Fatal(err)
	}
	if res.StatusCode != status {
		f.Fatalf("%s %s: %d, want %d: %s", method, path, res.StatusCode, status, body)
	}
	a := &answer{}
	if err := json.Unmarshal(body, a); err != nil {
		f.Fatalf("%s %s: %s: %v", method, path, body, err)
	}
	return a
}

func (f *fixture) get(path string) *answer { f.Helper(); return f.ask(200, "GET", path) }

// ids are those of the rows of a list.
func (f *fixture) ids(path string) (l []int64, count int64) {
	f.Helper()
	a := f.get(path)
	var rows []struct {
		ID int64 `json:"id"`
	}
	if err := json.Unmarshal(a.Result, &rows); err != nil {
		f.Fatal(err)
	}
	for _, row := range rows {
		l = append(l, row.ID)
	}
	return l, a.Count
}

// object is a result.
func (f *fixture) object(path string) (m map[string]any) {
	f.Helper()
	if err := json.Unmarshal(f.get(path).Result, &m); err != nil {
		f.Fatal(err)
	}
	return m
}

// number asks the store for a number.
func (f *fixture) number(query string, args ...any) int64 {
	f.Helper()
	return storetest.Number(f, f.store, query, args...)
}

func (f *fixture) exec(query string, args ...any) {
	f.Helper()
	storetest.Exec(f, f.store, query, args...)
}

// insert puts a row into a table.
func (f *fixture) insert(table string, row map[string]any) {
	f.Helper()
	var columns, places []string
	var args []any
	for column, value := range row {
		columns, args = append(columns, column), append(args, value)
		places = append(places, "$"+strconv.Itoa(len(args)))
	}
	f.exec("INSERT INTO "+table+" ("+strings.Join(columns, ", ")+") VALUES ("+strings.Join(places, ", ")+")", args...)
}

// row is a row of ops_log; what is nil is NULL.
type row = map[string]any

func pick[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

// endpoints are those of the generated rows, by their keys.
var endpoints = map[int64][2]string{1: {"user_get", "user.API.Get"}, 2: {"user_signup", "user.API.Signup"}, 3: {"article_list", "article.API.List"}}

// generate makes rows whose times repeat, as those of a busy service do. Some are another service's.
func generate(n int) (rows []row) {
	r := rand.New(rand.NewPCG(1, 2))
	for id := range int64(n) {
		path := pick(r, "/api/user", "/api/User/Signup", "/api/article/50%_off", "/api/überall", "/")
		if r.IntN(4) == 0 {
			path += "/" + strconv.Itoa(r.IntN(9))
		}
		row := row{
			"id": id + 1, "service": pick(r, "test", "test", "test", "test", "other"), "node_id": pick[any](r, nil, nil, nil, "n1"),
			"instance_id": pick[any](r, nil, int64(2), int64(3)), "worker_pid": int64(7),
			"time": now.Add(-time.Duration(n-int(id)/3)*time.Minute).UnixMicro() + int64(r.IntN(2)), "duration": int64(r.IntN(100)) * int64(r.IntN(40_000)),
			"level": pick(r, int64(1), 1, 1, 0, 2, 3), "status": pick[any](r, int64(200), int64(200), int64(201), int64(400), int64(404), int64(500), nil),
			"endpoint": pick[any](r, nil, int64(1), int64(2), int64(3)), "method": pick(r, "get", "post", "delete"), "path": path,
			"query": pick[any](r, nil, "a=1&b=2&b=3"), "host": "localhost:8000", "tls": pick(r, int64(0), 1), "user_id": pick[any](r, nil, "1", "2", "alice"),
			"ip": pick(r, "127.0.0.1", "10.0.0.7", "2001:db8::1"), "public": pick(r, int64(0), 1), "user_agent": pick[any](r, nil, "curl/8.1.2"),
			"request_type": pick[any](r, nil, "application/json"), "response_type": pick[any](r, nil, "application/json", "text/plain"),
			"length": int64(r.IntN(50)), "in_traffic": int64(r.IntN(50)), "out_traffic": int64(r.IntN(50)), "queries": int64(0),
			"access_token_id": pick[any](r, nil, nil, nil, nil, int64(9)), "volatile": pick(r, int64(1), 1, 0),
		}
		rows = append(rows, row)
	}
	return rows
}

// fill stores rows with their endpoints.
func (f *fixture) fill(rows []row) {
	f.Helper()
	for id, e := range endpoints {
		f.exec("INSERT INTO ops_endpoint (id, service, ident, ref) VALUES ($1, 'test', $2, $3)", id, e[0], e[1])
	}
	f.put(rows)
}

// put stores rows.
func (f *fixture) put(rows []row) {
	f.Helper()
	for chunk := range slices.Chunk(rows, 250) {
		var places []string
		var args []any
		for _, row := range chunk {
			one := make([]string, len(columns))
			for i, c := range columns {
				args = append(args, row[c])
				one[i] = "$" + strconv.Itoa(len(args))
			}
			places = append(places, "("+strings.Join(one, ", ")+")")
		}
		f.exec("INSERT INTO ops_log ("+strings.Join(columns, ", ")+") VALUES "+strings.Join(places, ", "), args...)
	}
}

var columns = strings.Fields(`id service node_id instance_id worker_pid time duration level status endpoint method path query host tls user_id ip public
user_agent request_type response_type length in_traffic out_traffic queries access_token_id volatile`)
