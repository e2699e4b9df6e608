package guestbook

import (
	"context"
	"errors"
	"flag"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/internal/generate"
)

var update = flag.Bool("update", false, "write the generated file")

func TestGeneratedFileIsUpToDate(t *testing.T) {
	run := generate.Check
	if *update {
		run = generate.Run
	}
	report, err := run(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range report.Changes {
		if !*update {
			t.Errorf("%s %s: run go test -update", c.Op, c.Path)
		}
	}
	for _, d := range report.Diagnostics {
		t.Error(d)
	}
}

func TestWired(t *testing.T) {
	ctx := context.Background()
	s := api.Wire(&Server{})
	if _, err := s.Import(ctx, &Entries{[]Entry{{"Ada", "Hello"}}}); err != nil {
		t.Fatal(err)
	}
	got, err := s.List(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&Entries{[]Entry{{"Ada", "Hello"}}}, got); diff != "" {
		t.Error(diff)
	}
	in := &ByID{ID: 0}
	if err := s.ByID(ctx, in); err != nil || in.Entry == nil {
		t.Errorf("ByID: %v, %v", in.Entry, err)
	}
	if err := s.Failed(ctx, errNone); !errors.Is(err, errNone) {
		t.Errorf("Failed: %v", err)
	}

	b := api.Wire(&Box[int]{Value: 7})
	if c, err := b.Get(ctx, nil); err != nil || c.Value != 7 {
		t.Errorf("Box: %v, %v", c, err)
	}
}

func TestWiringKeepsWhatIsSet(t *testing.T) {
	want := errors.New("full")
	s := &Server{}
	s.Import = func(context.Context, *Entries) (*Entries, error) { return nil, want }
	if _, err := api.Wire(s).Import(context.Background(), &Entries{}); !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}
