package schema

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestWriteLikeEncodingJSON(t *testing.T) {
	s := "p"
	for _, v := range []any{
		"", "plain ascii text", "quote\" back\\ \n\r\t\x00\x1f ", "äöü 😀 \u2028", "broken \xff\xc0\xaf end", strings.Repeat("x", 100) + "\"",
		0, -1, math.MaxInt64, uint64(math.MaxUint64), int8(-128), 1.0, 0.1, -0.5, 12345.67, 1e21, 1e-7, math.Copysign(0, -1), 1e15, math.MaxFloat64, float32(0.1), float32(1e21), float32(3.4e38),
		true, []int{}, []string{"a"}, map[string]int{"b": 1, "a": 2}, &s, (*string)(nil), [2]bool{true, false}, []byte("hi"),
		time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), json.RawMessage(`{"a":1}`), any(nil),
	} {
		if v == nil {
			continue
		}
		p := reflect.New(reflect.TypeOf(v))
		p.Elem().Set(reflect.ValueOf(v))
		plan, err := PlanOf(reflect.TypeOf(v))
		if err != nil {
			t.Fatal(err)
		}
		got, err := plan.Append(nil, p.UnsafePointer())
		if err != nil {
			t.Fatal(err)
		}
		var want strings.Builder
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(v); err != nil {
			t.Fatal(err)
		}
		w := strings.TrimSuffix(want.String(), "\n")
		w = strings.ReplaceAll(strings.ReplaceAll(w, `\u2028`, "\u2028"), `\ufffd`, "\ufffd")
		if string(got) != w {
			t.Errorf("%#v: got %s, encoding/json %s", v, got, w)
		}
	}
}

func TestWriteShape(t *testing.T) {
	type out struct {
		A *int           `json:"a"`
		B *int           `json:"b,omitzero"`
		C []int          `json:"c"`
		D map[string]int `json:"d"`
		E Null[int]      `json:"e"`
		F Null[int]      `json:"f"`
		G Null[int]      `json:"g"`
		H string         `json:"h" api:"writeonly"`
		I int            `json:"i" api:"readonly"`
		J time.Time      `json:"j,omitzero"`
		K string         `json:"k,omitempty"`
	}
	b, err := Marshal(&out{F: Null[int]{Set: true, Null: true}, G: Some(3), H: "secret", I: 1})
	if want := `{"a":null,"c":[],"d":{},"f":null,"g":3,"i":1}`; err != nil || string(b) != want {
		t.Errorf("got %s, %v, want %s", b, err, want)
	}
}

func TestWriteWhatJSONCannotSay(t *testing.T) {
	type loop struct {
		Next *loop   `json:"next"`
		F    float64 `json:"f"`
	}
	l := &loop{}
	l.Next = l
	for _, v := range []*loop{{F: math.NaN()}, {F: math.Inf(-1)}, l} {
		b, err := Marshal(v)
		if err == nil || !json.Valid(b) {
			t.Errorf("got %v and valid %v", err, json.Valid(b))
		}
	}
}

func TestStringsOfLargeDocumentsAreCopies(t *testing.T) {
	var v struct {
		A string   `json:"a"`
		B []string `json:"b"`
	}
	doc := []byte(fmt.Sprintf(`{"a":"keep","b":["%s"]}`, strings.Repeat("x", copyAbove)))
	if faults, err := Unmarshal(context.Background(), doc, &v); err != nil || len(faults) > 0 {
		t.Fatal(err, faults)
	}
	clear(doc)
	if v.A != "keep" || v.B[0][0] != 'x' {
		t.Error("a string shares a large document")
	}
}
