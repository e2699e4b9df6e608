package ops_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/db"
	_ "github.com/utilmeta/utilmeta-go/framework/db/sqlite"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	"github.com/utilmeta/utilmeta-go/ops"
)

type greeting struct {
	Text string `json:"text"`
}

// helloAPI has a client of ent as a field, whose tables are managed.
type helloAPI struct {
	Hello api.Get[api.Empty, greeting] `route:"/hello"`
	Fail  api.Get[api.Empty, greeting] `route:"/fail"`

	DB *ent.Client
}

// rig is a service that is operated, with clients of it.
type rig struct {
	*testing.T
	service    *framework.Service
	operations *ops.Operations
	server     *httptest.Server
	dir        string
	config     ops.Config
}

// newRig starts a service in a folder of its own.
func newRig(t *testing.T, c ops.Config, production bool) *rig {
	t.Helper()
	f := &rig{T: t, dir: t.TempDir()}
	t.Chdir(f.dir)
	database, err := db.New(db.Config{Engine: db.SQLite, Name: "app.db"})
	if err != nil {
		t.Fatal(err)
	}
	client := ent.NewClient(ent.Driver(database))
	if err := client.Schema.Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c.Route == "" {
		c.Route = "ops"
	}
	if c.Database == (db.Config{}) && c.DB == nil {
		c.Database = db.Config{Engine: db.SQLite, Name: filepath.Join(f.dir, "operations.db")}
	}
	f.config = c
	f.operations = ops.New(c)
	f.service = framework.New(framework.Config{Name: "test", Port: 1, Production: production, BaseURL: map[bool]string{true: "https://example.com"}[production], Hosts: []string{"*"}})
	f.service.Use(database, f.operations)
	hello := func(context.Context, *api.Empty) (*greeting, error) { return &greeting{"hello"}, nil }
	f.service.Mount("/api", &helloAPI{Hello: hello, Fail: func(context.Context, *api.Empty) (*greeting, error) { return nil, io.ErrUnexpectedEOF }, DB: client})
	if err := f.service.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.service.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	f.server = httptest.NewServer(f.service.Handler())
	t.Cleanup(f.server.Close)
	return f
}

// token makes one by the command of the service's binary, as another process does.
func (f *rig) token(scopes ...string) string {
	f.Helper()
	args := []string{"ops", "token", "create", "--name", time.Now().Format(time.RFC3339Nano)}
	for _, s := range scopes {
		args = append(args, "--scope", s)
	}
	other := framework.New(framework.Config{Name: "test"})
	other.Use(ops.New(f.config))
	out := stdout(f.T, func() {
		if err := other.Execute(f.Context(), args...); err != nil {
			f.Fatal(err)
		}
	})
	for word := range strings.FieldsSeq(out) {
		if strings.HasPrefix(word, "ops_") {
			return word
		}
	}
	f.Fatalf("no token in %q", out)
	return ""
}

// stdout is what f prints.
func stdout(t *testing.T, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	before := os.Stdout
	os.Stdout = w
	done := make(chan string)
	go func() {
		b, _ := io.ReadAll(r)
		done <- string(b)
	}()
	func() {
		defer func() { os.Stdout = before; w.Close() }()
		f()
	}()
	return <-done
}

// answer is an answer of the Operations API.
type answer struct {
	Status int
	Header http.Header
	Body   string
	Result json.RawMessage
	Msg    string
	State  any
	Count  int
}

func (f *rig) call(what, token string, body any, headers ...string) answer {
	f.Helper()
	method, path, _ := strings.Cut(what, " ")
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			f.Fatal(err)
		}
	}
	r, err := http.NewRequest(method, f.server.URL+path, bytes.NewReader(text))
	if err != nil {
		f.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		f.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		f.Fatal(err)
	}
	a := answer{Status: res.StatusCode, Header: res.Header, Body: string(got)}
	_ = json.Unmarshal(got, &a)
	return a
}
