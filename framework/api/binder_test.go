package api

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"unsafe"
)

type boundInput struct {
	N int    `query:"n" maximum:"9"`
	S string `query:"s" api:"optional"`
}

type boundAPI struct{ Get Get[boundInput, plainSeen] }

// A binder is used as long as the type is as it was when it was printed.
func TestBinder(t *testing.T) {
	mounted := func() *Mux {
		m := &Mux{}
		if err := m.Mount("", &boundAPI{Get: func(_ context.Context, in *boundInput) (*plainSeen, error) {
			return &plainSeen{fmt.Sprint(*in)}, nil
		}}); err != nil {
			t.Fatal(err)
		}
		return m
	}
	get := func(m *Mux, query string) string {
		w := httptest.NewRecorder()
		m.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/?"+query, nil))
		return fmt.Sprint(w.Code, w.Body)
	}
	plan := mounted()
	layout := plan.Layouts()[0]
	if layout.Type != "boundInput" || layout.Binder == nil {
		t.Fatalf("%+v", layout)
	}
	called := 0
	binder := Binder{Type: layout.Package + ".boundInput", Print: layout.Binder.Print, Bind: func(p *Params, at unsafe.Pointer) bool {
		called++
		v := (*boundInput)(at)
		return p.Query(p.Ahead("n=") && p.Int(0, &v.N) && p.Ahead("s=") && p.String(1, &v.S))
	}}
	Register(binder)
	bound := mounted()
	for _, query := range []string{"n=1&s=x", "s=x&n=1", "n=10", "n=1&n=2", "", "n=1&", "n=1&s=%41&t=2", "s=x&s=y&n=1"} {
		if want, got := get(plan, query), get(bound, query); want != got {
			t.Errorf("%s: the plan answers %s, the binder %s", query, want, got)
		}
	}
	if called != 8 {
		t.Errorf("called %d times", called)
	}
	binder.Print++
	Register(binder)
	if get(mounted(), "n=1"); called != 8 {
		t.Error("a binder of another type is used")
	}
}
