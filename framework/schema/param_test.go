package schema

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"github.com/shopspring/decimal"
)

type even int

func (e even) Validate(context.Context) error {
	if e%2 != 0 {
		return errors.New("is odd")
	}
	return nil
}

// param plans the first field of T as a parameter of the query.
func param[T any](t *testing.T) *Param {
	t.Helper()
	typ := reflect.TypeFor[T]()
	p, err := NewParam(typ.Field(0), typ, "query", "p")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// ask reads the texts and asks the Validators; it returns the places and codes of the faults.
func ask[T any](t *testing.T, texts ...string) (got string) {
	t.Helper()
	var v T
	var r Reader
	p := param[T](t)
	if p.Read(&r, unsafe.Pointer(&v), texts...) {
		if err := p.Validate(context.Background(), &r, unsafe.Pointer(&v)); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range r.Faults {
		got += f.In + " " + f.Name + f.Pointer + " " + f.Code + ";"
	}
	return got
}

type (
	scalarParam   struct{ P even }
	pointerParam  struct{ P *even }
	listParam     struct{ P []even }
	optionalSpans struct {
		P upright `api:"optional"`
	}
	upright struct {
		Size int `json:"size" default:"0"`
	}
	pickedParam struct {
		P struct {
			Kind string `json:"kind"`
		}
	}
	pagedParam struct{ P upright }
	mapParam   struct{ P map[string]even }
	fullMap    struct {
		P map[string]even `minProperties:"1"`
	}
)

func (u *upright) Validate(context.Context) error {
	if u.Size == 0 {
		return errors.New("is flat")
	}
	return nil
}

func TestParametersAreValidated(t *testing.T) {
	for name, c := range map[string]struct{ got, want string }{
		"scalar":          {ask[scalarParam](t, "3"), "query p invalid;"},
		"scalar is good":  {ask[scalarParam](t, "2"), ""},
		"pointer":         {ask[pointerParam](t, "3"), "query p invalid;"},
		"absent pointer":  {ask[pointerParam](t), ""},
		"list":            {ask[listParam](t, "2", "3"), "query p/1 invalid;"},
		"map":             {ask[mapParam](t, "a", "3"), "query p/a invalid;"},
		"object":          {ask[pagedParam](t, "size", "0"), "query p invalid;"},
		"optional object": {ask[optionalSpans](t), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", name, c.got, c.want)
		}
	}
}

// An object is required exactly when it is refused without members.
func TestRequiredObjects(t *testing.T) {
	for name, c := range map[string]struct {
		p    *Param
		got  string
		want bool
	}{
		"members": {param[pickedParam](t), ask[pickedParam](t), true},
		"none":    {param[pagedParam](t), "", false},
		"map":     {param[mapParam](t), ask[mapParam](t), false},
		"full":    {param[fullMap](t), ask[fullMap](t), true},
	} {
		if c.p.Required() != c.want || (c.got != "") != c.want {
			t.Errorf("%s: required %v, refused with %q", name, c.p.Required(), c.got)
		}
	}
}

// sent are the texts of v, which is a struct with one parameter.
func sent[T any](t *testing.T, v T) ([]string, error) {
	t.Helper()
	return param[T](t).Texts(unsafe.Pointer(&v))
}

// What could not be read again is not sent.
func TestTextsThatCannotArrive(t *testing.T) {
	type filter struct {
		Size Null[int] `json:"size"`
	}
	type deep struct{ P filter }
	type nulls struct{ P map[string]Null[int] }
	type items struct{ P []*int }
	type split struct {
		P []string `explode:"false"`
	}
	type exactly struct{ P decimal.Decimal }
	for name, c := range map[string]struct {
		run  func() ([]string, error)
		want string // text of the error, or what is sent
	}{
		"null in an object": {func() ([]string, error) { return sent(t, deep{filter{Null[int]{Set: true, Null: true}}}) }, "size: null has no form as text"},
		"value in one":      {func() ([]string, error) { return sent(t, deep{filter{Some(3)}}) }, "size 3"},
		"null in a map":     {func() ([]string, error) { return sent(t, nulls{map[string]Null[int]{"a": {Set: true, Null: true}}}) }, "a: null has no form as text"},
		"nil in a list":     {func() ([]string, error) { return sent(t, items{[]*int{nil}}) }, "null has no form as text"},
		"comma":             {func() ([]string, error) { return sent(t, split{[]string{"a,b"}}) }, "comma"},
		"space":             {func() ([]string, error) { return sent(t, split{[]string{"a", " b"}}) }, "space around it"},
		"inner space":       {func() ([]string, error) { return sent(t, split{[]string{"a b", "c"}}) }, "a b,c"},
		"long decimal":      {func() ([]string, error) { return sent(t, exactly{decimal.New(1, 150)}) }, "more than the 100 bytes"},
	} {
		texts, err := c.run()
		got := strings.Join(texts, " ")
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
