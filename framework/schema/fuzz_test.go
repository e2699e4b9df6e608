package schema

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// The reader must take for JSON what encoding/json takes, and read the same out of it; only nesting, names that
// stand twice and the range of floats are ours alone.
func FuzzReaderAgainstEncodingJSON(f *testing.F) {
	for _, s := range []string{`{}`, `[1,2.5e-3,-0,"a\u00e9\ud83d\ude00\ud83d x"]`, `{"a":{"b":[true,false,null]},"a":1}`, ` "x" `, `01`, `1.`, `-`, `"\x"`, "\"\x01\"", `[1,]`, `{"a" 1}`, `nul`, `{"text":"abc","count":1}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		var r Reader
		var v any
		valid := json.Valid(doc) && utf8.Valid(doc)
		p, err := PlanOf(reflect.TypeFor[any]())
		if err != nil {
			t.Fatal(err)
		}
		if ok := p.Read(&r, doc, reflect.ValueOf(&v).UnsafePointer()); ok != valid && !hasCode(r.Faults, "depth") {
			t.Fatalf("%q: read %v, valid %v: %v", doc, ok, valid, r.Faults)
		}
		if valid && len(r.Faults) == 0 {
			var want any
			if err := json.Unmarshal(doc, &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, v); diff != "" {
				t.Fatalf("%q (-want +got):\n%s", doc, diff)
			}
		}
		var s everything
		faults, err := Unmarshal(context.Background(), doc, &s)
		if err != nil {
			t.Fatal(err)
		}
		if len(faults) == 0 {
			if b, err := Marshal(&s); err != nil || !json.Valid(b) {
				t.Fatalf("%q: wrote %q, %v", doc, b, err)
			}
		}
	})
}

func hasCode(faults []Fault, code string) bool {
	for _, f := range faults {
		if f.Code == code {
			return true
		}
	}
	return false
}

func FuzzWriterIsValidJSON(f *testing.F) {
	f.Add("plain", 1.5, []byte("x"))
	f.Add("\xff\xfe\"\\\x00", 1e300, []byte{0})
	f.Fuzz(func(t *testing.T, s string, x float64, raw []byte) {
		v := struct {
			S string         `json:"s"`
			X float64        `json:"x"`
			M map[string]any `json:"m"`
			B []byte         `json:"b"`
		}{s, x, map[string]any{s: x}, raw}
		if x-x != 0 {
			v.M = nil
		}
		b, _ := Marshal(&v)
		if !json.Valid(b) || !utf8.Valid(b) {
			t.Fatalf("not valid: %q", b)
		}
	})
}

// What was read without a fault is written as an input that reads the same.
func FuzzReadWriteRead(f *testing.F) {
	for _, s := range []string{
		`{"pay":{"kind":"transfer","iban":"x","split":[{"kind":"card","number":"1234"}]},"either":["a"]}`, `{"pay":{"kind":"card","kind":1,"number":"1234"},"either":-1e3}`,
		`{"wait":"P1DT0.5S","born":"1990-12-31","home":"//x/%41?b","price":"1e2","rate":2.50,"off":["2026-12-25"]}`,
		`{"version":"v1","level":3,"labels":{"abc":"x"},"roles":["admin"],"title":"ab","card":"1","street":"x","city":"y","zz":1}`,
		`["ab","cd"]`, `{"k":[{"x":[1,1.0,{"b":1e2,"a":null}]},{"x":"\u0061"}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		readAgain[order](t, doc)
		readAgain[wellKnownTypes](t, doc)
		readAgain[constrained](t, doc)
		readAgain[ruled](t, doc)
		readAgain[nestedUnique](t, doc)
	})
}

func readAgain[T any](t *testing.T, doc []byte) {
	p, err := PlanOf(reflect.TypeFor[T]())
	if err != nil {
		t.Fatal(err)
	}
	// Inputs leave out what is zero and has a default: the first reading brings the defaults in, the next ones must agree.
	var before []byte
	for i := range 3 {
		var v T
		faults, err := Unmarshal(context.Background(), doc, &v)
		if err != nil || len(faults) > 0 && i > 0 {
			t.Fatalf("%q: %v %v", doc, faults, err)
		}
		if len(faults) > 0 {
			return
		}
		text, err := p.AppendInput(nil, reflect.ValueOf(&v).UnsafePointer())
		if err != nil {
			return // a number that JSON cannot say, for one
		}
		if i == 2 && string(text) != string(before) {
			t.Fatalf("%s was written as %s", before, text)
		}
		doc, before = text, text
	}
}
