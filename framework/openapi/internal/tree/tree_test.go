package tree

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		`{"b":1,"a":[true,false,null,"x"]}`:                  `{"b":1,"a":[true,false,null,"x"]}`,
		` [1.0, -0, 1e400, 123456789012345678901234567890] `: `[1.0,-0,1e400,123456789012345678901234567890]`,
		"\xef\xbb\xbf{}":                                          `{}`,
		`["\ud83d\ude00 <&> \u2028"]`:                             `["😀 <&> \u2028"]`,
		"{\n\t\"tabs\": [\t]\n}":                                  `{"tabs":[]}`,
		"{\"a\": \"\\/\"}":                                        `{"a":"/"}`,
		"b: 1\na: [yes, true, ~, 'x', \"y\", z]":                  `{"b":1,"a":["yes",true,null,"x","y","z"]}`,
		"200: {}\ntrue: 1\n~: 2\n1.50: 3":                         `{"200":{},"true":1,"~":2,"1.50":3}`,
		"- 1.0\n- 0x1F\n- 0o17\n- 1_000\n- +5\n- .5\n- 1e3\n- -7": `[1.0,31,15,1000,5,0.5,1e3,-7]`,
		"- 2020-01-02\n- 2020-01-02T03:04:05Z\n- !!binary aGk=":   `["2020-01-02","2020-01-02T03:04:05Z","aGk="]`,
		"- !!str 5\n- !!int '5'\n- !!float '5'":                   `["5",5,5]`,
		"a: &x {b: 1}\nc: *x\nd: [*x, *x]":                        `{"a":{"b":1},"c":{"b":1},"d":[{"b":1},{"b":1}]}`,
		"a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}":                   `{"a":{"b":1,"c":2},"d":{"c":3,"b":1}}`,
		"a: &x {b: 1}\nd: {<<: [*x, {b: 2, e: 3}]}":               `{"a":{"b":1},"d":{"b":1,"e":3}}`,
		"a: |\n  two\n  lines\nb: >-\n  one\n  line":              `{"a":"two\nlines\n","b":"one line"}`,
		"&k a: 1\nb: {*k : 2}":                                    `{"a":1,"b":{"a":2}}`,
		"{a: 1}":                                                  `{"a":1}`,
		"'{'":                                                     `"{"`,
	} {
		v, err := Parse([]byte(text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := string(Append(nil, v)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestRow48_ParseRefuses(t *testing.T) {
	many := fmt.Sprintf("more than %d values", maxNodes)
	for text, want := range map[string]string{
		"":                              "is empty",
		" \n\t":                         "is empty",
		"# nothing":                     "is empty",
		"{":                             "line 1: the JSON ends too early",
		"{\"a\":1}\n{}":                 "line 2: something follows the JSON",
		"{\"a\":\n]}":                   "line 2: ",
		"{\"a\":1,\"a\":2}":             `line 1: "a" twice in an object`,
		"{\"a\":{\"b\":1,\n\"b\":2}}":   `line 2: "b" twice in an object`,
		"a: 1\nb: 2\na: 3":              `line 3: "a" twice in an object`,
		"200: 1\n'200': 2":              `line 2: "200" twice in an object`,
		"{\"\\u0000\":1}":               "NUL in a name",
		"[\"a\\u0000b\"]":               "NUL in a string",
		"a: \"\\0\"":                    "line 1: NUL in a string",
		"\"\\0\": 1":                    "line 1: NUL in a name",
		"a\n\x00":                       "line 2: NUL",
		"\xff":                          "is not UTF-8",
		"a: .inf":                       "line 1: .inf is no number that JSON has",
		"a: .nan":                       "is no number that JSON has",
		"? [1]\n: 2":                    "a name that is no text",
		"a: {<<: 1}":                    "<< merges something that is no mapping",
		"a: *x":                         "unknown anchor 'x'",
		"a: &x [*x]":                    "line 1: the anchor x holds itself",
		"a: &x {b: {c: *x}}":            "the anchor x holds itself",
		"a: &x {<<: *x}":                "the anchor x holds itself",
		strings.Repeat("[", 300):        "nested deeper than 200",
		strings.Repeat("a: {b: ", 9999): "",
		strings.Repeat("[", 202) + strings.Repeat("]", 202):                                 "nested deeper than 200",
		"a: " + strings.Repeat("[", 202) + strings.Repeat("]", 202):                         "nested deeper than 200",
		"[" + strings.Repeat("0,", maxNodes) + "0]":                                         many,
		bomb("a: &a0 [x, x, x, x, x, x, x, x, x]"):                                          many,
		bomb("a: &a0 {b: {<<: {x: 1}}}"):                                                    many,
		"a: &a " + strings.Repeat("x", 1<<20) + "\nb: [" + strings.Repeat("*a, ", 99) + "]": "more than 64 MiB of text",
	} {
		begin := time.Now()
		v, err := Parse([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.60q: %.60v, %v, want %q", text, v, err, want)
		}
		if took := time.Since(begin); took > 2*time.Minute {
			t.Errorf("%.60q: took %s", text, took)
		}
	}
}

// bomb is YAML whose aliases multiply what the first line has.
func bomb(first string) string {
	for i := range 9 {
		first += fmt.Sprintf("\na%d: &a%d [%s*a%d]", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 8), i)
	}
	return first
}

// Every sort of change leaves an object in which all members are found, whether it has few or many.
func TestObject(t *testing.T) {
	for _, size := range []int{3, 40} {
		o := &Object{}
		for i := range size {
			o.Set(fmt.Sprint(i), i)
		}
		o.Set("1", "one")
		o.Replace("0", "zero", 0)
		o.Replace("absent", "last", true)
		o.Replace("1", "2", "both")
		if v := o.Delete("zero"); v != 0 {
			t.Error(v)
		}
		if o.Delete("zero") != nil || o.Has("0") || o.Has("1") || o.Get("2") != "both" || o.Get("last") != true || o.Members[0].Key != "2" {
			t.Errorf("%d: %v", size, o.Members)
		}
		o.Set("new", "n")
		for _, m := range o.Members {
			if o.Get(m.Key) != m.Value {
				t.Errorf("%d: %s is %v, want %v", size, m.Key, o.Get(m.Key), m.Value)
			}
		}
		if copied := Clone(o).(*Object); !Equal(copied, o) || Size(o) != 1+len(o.Members) {
			t.Errorf("%d: a copy is not the same: %v", size, copied.Members)
		}
	}
	var none *Object
	if none.Has("a") || none.Get("a") != nil || none.Object("a").List("b") != nil || none.Text("c") != "" || none.All() != nil || none.Delete("a") != nil {
		t.Error("nil has something")
	}
}

func TestEqual(t *testing.T) {
	texts := []string{`{"a":1,"b":[1,{"c":null}]}`, `{"a":1}`, `{"a":2}`, `{"b":1}`, `[1]`, `[1,2]`, `[{}]`, `{}`, `["1"]`, `[null]`, `[true]`}
	for i, a := range texts {
		for j, b := range texts {
			v, _ := Parse([]byte(a))
			w, _ := Parse([]byte(b))
			if Equal(v, w) != (i == j) {
				t.Errorf("%s and %s", a, b)
			}
		}
	}
	v, _ := Parse([]byte(`{"b":[1,{"c":null}],"a":1}`))
	w, _ := Parse([]byte(texts[0]))
	if !Equal(v, w) {
		t.Error("the order of members matters")
	}
}

// Whatever is read is written as JSON that is read as the same.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		`{"a":[1,2.5e3,"x",null,true]}`, "a: &x [1, *x]", "a: &x {b: 1}\nc: {<<: *x}", "{a: b}", "- 0x1F\n- .5\n- 2020-01-01", "200:\n  'x': |\n    y", "!!int 08", "? [a]\n: b", "{\"a\":1,}", "- - [a, {b: *c}]",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := Parse(text)
		if err != nil {
			return
		}
		written := Append(nil, v)
		again, err := Parse(written)
		if err != nil {
			t.Fatalf("%q was written as %q: %v", text, written, err)
		}
		if !bytes.Equal(Append(nil, again), written) {
			t.Fatalf("%q, %q", written, Append(nil, again))
		}
	})
}
