package schema

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"unsafe"
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
