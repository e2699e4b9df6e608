package ops_test

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/ops"
	"github.com/utilmeta/utilmeta-go/ops/internal/mask/masktest"
)

// echoAPI says back what it gets, with an error, and logs it.
type echoAPI struct {
	Echo  api.Raw                       `route:"/echo" method:"POST"`
	Reset api.Get[resetInput, greeting] `route:"/reset/{token}"`
}

type resetInput struct {
	Token string `path:"token"`
}

// locked is a buffer that many may write to.
type locked struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *locked) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

// A secret, in whatever shape it comes, is in no file, in no line that is printed, and in no answer of the Operations
// API.
func TestRow42_CanariesAreNowhere(t *testing.T) {
	const canary = "cnr-7f3a9Zq2"
	dir := t.TempDir()
	t.Chdir(dir)
	var printed locked
	config := ops.Config{Route: "ops", Database: db.Config{Engine: db.SQLite, Name: filepath.Join(dir, "o.db")}, WorkerCycle: time.Hour, MaxBacklog: 1 << 30, Log: ops.Log{KeepDefault: true}}
	s := framework.New(framework.Config{Name: "test", Hosts: []string{"*"}, Logger: slog.New(slog.NewTextHandler(&printed, nil))})
	o := ops.New(config)
	s.Use(o)
	s.Mount("/api", &echoAPI{
		Echo: func(w http.ResponseWriter, r *http.Request) error {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			s.Logger().ErrorContext(r.Context(), "cannot use "+string(body), "body", string(body), "password", "x")
			w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
			w.WriteHeader(http.StatusBadRequest)
			_, err = w.Write(body)
			return err
		},
		Reset: func(context.Context, *resetInput) (*greeting, error) { return nil, io.ErrNoProgress },
	})
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	f := &rig{T: t, service: s, operations: o, config: config, dir: dir}
	send := func(method, path, typ, body string, headers ...string) {
		r, err := http.NewRequest(method, "http://127.0.0.1:8000"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", typ)
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		res, err := s.Transport().RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	}
	shapes := masktest.Bodies(canary)
	for body, typ := range shapes {
		send("POST", "/api/echo", typ, body)
	}
	send("GET", "/api/reset/"+canary, "", "", "Cookie", "sessionid="+canary, "X-Note", "it was "+canary)
	send("GET", "/api/nowhere?access_token="+canary, "", "", "Authorization", "Bearer "+canary, "Referer", "https://h/?token="+canary)
	send("GET", "/api/ops/logs/service", "", "", "Authorization", "Bearer "+canary)
	send("GET", "/api/ops/logs/service?token=ops_"+canary, "", "", "X-Api-Key", canary)
	noCanary(t, dir, canary)
	if err := o.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	noCanary(t, dir, canary)
	if strings.Contains(printed.String(), canary) {
		for line := range strings.Lines(printed.String()) {
			if strings.Contains(line, canary) {
				t.Errorf("printed: %.300s", line)
			}
		}
	}
	token := f.token("log.view")
	answers := 0
	for page := range 3 {
		for id := range 100 {
			r, err := http.NewRequest("GET", "http://127.0.0.1:8000/api/ops/logs/service/detail?id="+itoa(page*100+id), nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+token)
			res, err := s.Transport().RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(res.Body)
			if err != nil || bytes.Contains(text, []byte(canary)) {
				t.Errorf("answered: %s, %v", text, err)
			}
			if res.StatusCode == 200 {
				answers++
			}
		}
	}
	if want := len(shapes) + 4; answers < want || len(shapes) < 40 {
		t.Errorf("%d answers about %d requests", answers, want)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

// noCanary looks into every file.
func noCanary(t *testing.T, dir, canary string) {
	t.Helper()
	seen := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if i := bytes.Index(text, []byte(canary)); i >= 0 {
			t.Errorf("%s: ...%q...", path, text[max(0, i-150):min(len(text), i+50)])
		}
		seen += len(text)
		return err
	})
	if err != nil || seen < 1000 {
		t.Errorf("%d bytes, %v", seen, err)
	}
}
