package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"time"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/db"
	_ "github.com/utilmeta/utilmeta-go/framework/db/postgres" // the engines that are measured
	_ "github.com/utilmeta/utilmeta-go/framework/db/sqlite"
	"github.com/utilmeta/utilmeta-go/ops"
)

type greeting struct {
	ID   int64  `json:"id"`
	Text string `json:"text"`
}

type helloAPI struct {
	Hello api.Get[api.Empty, greeting] `route:"/hello"`
	Row   api.Get[api.Empty, greeting] `route:"/row"` // makes one query
}

// operated is a service, with operations or without.
type operated struct {
	service    *framework.Service
	operations *ops.Operations
	store      *db.DB
	handler    http.Handler
}

// newService makes a service of production in a folder, on an application's SQLite file there. Nothing is started. More
// changes what the operations have by default.
func newService(dir string, with bool, store db.Config, more ...func(*ops.Config)) (*operated, error) {
	app, err := db.New(db.Config{Engine: db.SQLite, Name: filepath.Join(dir, "app.db")})
	if err != nil {
		return nil, err
	}
	o := &operated{service: framework.New(framework.Config{
		Name: "bench", Production: true, BaseURL: "http://127.0.0.1", Hosts: []string{"*"}, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})}
	o.service.Use(app)
	if with {
		if o.store, err = db.New(store); err != nil {
			return nil, err
		}
		c := ops.Config{Route: "ops", DB: o.store, Log: ops.Log{SpillDir: filepath.Join(dir, "spill"), SpillBytes: 8 << 30, KeepDefault: true}}
		for _, change := range more {
			change(&c)
		}
		o.operations = ops.New(c)
		o.service.Use(o.store, o.operations)
	}
	o.service.Mount("/api", &helloAPI{
		Hello: func(context.Context, *api.Empty) (*greeting, error) { return &greeting{1, "hello"}, nil },
		Row: func(ctx context.Context, _ *api.Empty) (*greeting, error) {
			rows, err := app.QueryContext(ctx, "SELECT id, text FROM greetings WHERE id = $1", 7)
			if err != nil {
				return nil, err
			}
			defer rows.Close()
			var g greeting
			for rows.Next() {
				if err := rows.Scan(&g.ID, &g.Text); err != nil {
					return nil, err
				}
			}
			return &g, rows.Err()
		},
	})
	if err := o.service.Check(); err != nil {
		return nil, err
	}
	o.handler = o.service.Handler()
	return o, fill(app)
}

func fill(app *db.DB) error {
	for _, query := range []string{
		"CREATE TABLE IF NOT EXISTS greetings (id integer PRIMARY KEY, text text NOT NULL)",
		"INSERT OR IGNORE INTO greetings VALUES (7, 'hello')",
	} {
		if _, err := app.ExecContext(background, query); err != nil {
			return err
		}
	}
	return nil
}

// nobody takes answers.
type nobody struct{ header http.Header }

func (w nobody) Header() http.Header       { return w.header }
func (nobody) Write(b []byte) (int, error) { return len(b), nil }
func (nobody) WriteHeader(int)             {}

// request is what a browser sends.
func request(path string) *http.Request {
	r := httptest.NewRequest("GET", "http://127.0.0.1"+path, http.NoBody)
	for name, value := range map[string]string{
		"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
		"Accept":     "application/json", "Accept-Encoding": "gzip, br", "Cookie": "sessionid=abcdefghijklmnopqrstuvwxyz0123456789",
	} {
		r.Header.Set(name, value)
	}
	return r
}

// times serves a request for that long and returns what one took.
func times(h http.Handler, path string, d time.Duration) time.Duration {
	w, r := nobody{http.Header{}}, request(path)
	n, begun := 0, time.Now()
	for time.Since(begun) < d {
		for range 200 {
			clear(w.header)
			h.ServeHTTP(w, r)
		}
		n += 200
	}
	return time.Since(begun) / time.Duration(n)
}
