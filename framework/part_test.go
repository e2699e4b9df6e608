package framework

import (
	"errors"
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
