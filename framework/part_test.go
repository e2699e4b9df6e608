package framework

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// inspector is a part that looks at the whole service.
type inspector struct {
	line  string
	wrong bool
}

func (i *inspector) Check(s *Service) error {
	if i.wrong || len(s.Endpoints()) == 0 {
		return errors.New("inspector: something is wrong")
	}
	return nil
}

func (i *inspector) Banner(s *Service) string { return i.line }

func TestCheckersSeeTheWholeService(t *testing.T) {
	empty := New(Config{Name: "x"})
	empty.Use(&inspector{})
	if err := empty.Check(); err == nil {
		t.Error("a service without an API passed")
	}
	s := newHello(Config{})
	i := &inspector{}
	s.Use(i)
	if err := s.Check(); err != nil {
		t.Errorf("got %v", err)
	}
	i.wrong = true
	for range 2 {
		if err := s.Check(); err == nil || strings.Count(err.Error(), "inspector") != 1 {
			t.Errorf("got %v, want it told once", err)
		}
	}
}

func TestBannerHasTheLinesOfParts(t *testing.T) {
	s := New(Config{Name: "x", Port: 9})
	s.Use(&inspector{line: "Page at /page"}, &inspector{})
	var b strings.Builder
	s.banner(&b)
	want := "x 0.1.0 (utilmeta-go 0.1.0, development)\nPage at /page\nStarting development server at http://127.0.0.1:9/\nQuit the server with CONTROL-C.\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

// passer notes where a request passes.
type passer struct {
	name string
	log  *[]string
}

func (p passer) Setup(*Service) error { return nil }

func (p passer) pass(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*p.log = append(*p.log, p.name)
		next.ServeHTTP(w, r)
	})
}

type wrapper struct{ passer }

func (p wrapper) Handler(next http.Handler) http.Handler { return p.pass(next) }

type front struct{ passer }

func (p front) Front(next http.Handler) http.Handler { return p.pass(next) }

// What stands in front does so whatever the order in which parts are used.
func TestFrontersStandBeforeWrappers(t *testing.T) {
	var log []string
	s := newHello(Config{})
	s.Use(wrapper{passer{"w1", &log}}, front{passer{"f1", &log}}, wrapper{passer{"w2", &log}}, front{passer{"f2", &log}})
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	h := s.Handler()
	r := httptest.NewRequest("GET", "http://127.0.0.1/api/hello", nil)
	h.ServeHTTP(httptest.NewRecorder(), r)
	if got := strings.Join(log, " "); got != "f1 f2 w1 w2" {
		t.Errorf("a request passed %s", got)
	}
}

func TestWrapLogger(t *testing.T) {
	var b strings.Builder
	s := New(Config{Name: "x", Logger: slog.New(slog.NewTextHandler(&b, nil))})
	s.WrapLogger(func(h slog.Handler) slog.Handler { return h.WithAttrs([]slog.Attr{slog.Int("a", 1)}) })
	s.Logger().Info("hello")
	if !strings.Contains(b.String(), "a=1") {
		t.Error(b.String())
	}
	plain := New(Config{Name: "x"})
	plain.WrapLogger(func(slog.Handler) slog.Handler { panic("there is none of its own") })
}
