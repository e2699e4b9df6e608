package schema

import (
	"bytes"
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

// What the quick ways read is what encoding/json reads, and they leave nothing out that it takes but null.
func FuzzValuesAgainstEncodingJSON(f *testing.F) {
	for _, s := range []string{
		"0", "-0", "-0.0", "01", "1.", ".5", "1.50", "-12.345", "9007199254740993", "9007199254740991.5", "123456789012345678", "1234567890123456789",
		"9223372036854775807", "9223372036854775808", "-9223372036854775808", "0.1", "3.3000000000000003", "1e2", "1E-2", "1.5e", "1e400", "5e-324", "2.2250738585072011e-308",
		"000", "0.00000000000000000000001", "100000000000000000000.5", " 7 ", "7x", "--1", "+1", "true", "tru", "null", `"a"`, `"long enough for eight bytes at a time"`, `"\u00e9\ud83d\ude00"`,
		`"\ud800"`, `"\x"`, "\"tab\t\"", `"a\\"`, `"a`, `["a","b\n",""]`, `[1.5,-2,3e0]`, `[{"a":1},{"a":2}]`, `[`, `[1,]`, `[[1],[2,3]]`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		readsAs[int64](t, doc)
		readsAs[int](t, doc)
		readsAs[int8](t, doc)
		readsAs[uint32](t, doc)
		readsAs[float64](t, doc)
		readsAs[float32](t, doc)
		readsAs[string](t, doc)
		readsAs[bool](t, doc)
		readsAs[[]string](t, doc)
		readsAs[[]float64](t, doc)
		readsAs[[][]int](t, doc)
		readsAs[[2]int](t, append([]byte("[1,"), append(doc, ']')...))
	})
}

func readsAs[T any](t *testing.T, doc []byte) {
	t.Helper()
	var got, want T
	faults, err := Unmarshal(context.Background(), doc, &got)
	if err != nil {
		t.Fatal(err)
	}
	err = json.Unmarshal(doc, &want)
	switch {
	case len(faults) == 0 && (err != nil || !reflect.DeepEqual(got, want)):
		t.Fatalf("%q: read %#v, encoding/json %#v, %v", doc, got, want, err)
	case len(faults) > 0 && err == nil && utf8.Valid(doc) && !bytes.Contains(doc, []byte("null")) && !isArray[T]() && len(doc) < 10_000:
		t.Fatalf("%q is no %T: %v, encoding/json read %#v", doc, got, faults, want)
	}
	if len(faults) > 0 {
		return
	}
	b, err := Marshal(&got)
	if err != nil {
		t.Fatal(err)
	}
	// It escapes HTML, and two characters that JavaScript once took for the end of a line.
	if text, err := json.Marshal(got); err == nil && !bytes.Contains(text, []byte(`\`)) && string(b) != string(text) {
		t.Fatalf("%#v: wrote %s, encoding/json %s", got, b, text)
	}
}

// isArray tells types of which encoding/json takes more and fewer items than there are.
func isArray[T any]() bool { return reflect.TypeFor[T]().Kind() == reflect.Array }

// A document that is cut is none, wherever it is cut.
func TestCutDocuments(t *testing.T) {
	p, err := PlanOf(reflect.TypeFor[everything]())
	if err != nil {
		t.Fatal(err)
	}
	doc := `{ "text" : "ab\u00e9","count":-1,"size":9,"ratio":0.30,"on":true,"at":"2026-01-02T03:04:05Z","bytes":"AQI=","maybe":"x","three":null,` +
		`"tags":["a","b"],"pair":[1,2],"map":{"a":1},"any":[1.5e-3,{"x":null}],"raw":{"y":[]},"tree":{},"list":[{},{}],"unknown":[true,false,"z"]}`
	for i := range len(doc) {
		var r Reader
		var v everything
		if ok := p.Read(&r, []byte(doc[:i]), reflect.ValueOf(&v).UnsafePointer()); ok {
			t.Errorf("%s passes for a document", doc[:i])
		}
	}
	if faults, err := Unmarshal(context.Background(), []byte(doc), new(everything)); err != nil || hasCode(faults, "syntax") {
		t.Errorf("%v, %v", faults, err)
	}
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
		`["ab","cd"]`, `{"k":[{"other":1},{"another":1}]}`, `{"k":[{"x":[1,1.0,{"b":1e2,"a":null}]},{"x":"\u0061"}]}`,
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
		if i > 0 && hasCode(faults, "uniqueItems") {
			return // items that differed in members which nobody declared, and which are not kept
		}
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
