package schema

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type color string

func (c *color) UnmarshalText(b []byte) error {
	if string(b) != "red" && string(b) != "blue" {
		return errors.New("no color")
	}
	*c = color(b)
	return nil
}

type tree struct {
	Name string  `json:"name"`
	Kids []*tree `json:"kids" api:"optional"`
}

type common struct {
	Note string `json:"note" api:"optional" maxLength:"3"`
}

type everything struct {
	common
	Text   string            `json:"text" minLength:"2" maxLength:"5"`
	Count  int8              `json:"count" minimum:"-3" maximum:"7"`
	Size   uint16            `json:"size" default:"9"`
	Ratio  float64           `json:"ratio" api:"optional" multipleOf:"0.1"`
	Small  float32           `json:"small" api:"optional"`
	On     bool              `json:"on" default:"true"`
	At     time.Time         `json:"at" api:"optional"`
	Bytes  []byte            `json:"bytes" api:"optional"`
	Maybe  *string           `json:"maybe" pattern:"^[a-z]+$"`
	Three  Null[int]         `json:"three" maximum:"5"`
	Tags   []string          `json:"tags" api:"optional" maxItems:"3" items.minLength:"1" uniqueItems:"true"`
	Pair   [2]int            `json:"pair" api:"optional"`
	Map    map[string]int    `json:"map" api:"optional" maxProperties:"2"`
	Any    any               `json:"any" api:"optional"`
	Raw    json.RawMessage   `json:"raw" api:"optional"`
	Color  color             `json:"color" api:"optional"`
	Tree   *tree             `json:"tree"`
	List   []tree            `json:"list" api:"optional"`
	Kind   string            `json:"kind" default:"a" enum:"a,b"`
	ID     int               `json:"id" api:"readonly"`
	Slash  map[string]string `json:"a/b~c" api:"optional"`
	Hidden string            `json:"-"`
}

const least = `"text":"abc","count":1`

func TestRead(t *testing.T) {
	for _, tt := range []struct {
		name, doc string
		want      []string // pointer code
	}{
		{"least", `{` + least + `}`, nil},
		{"nothing", `{}`, []string{"/text required", "/count required"}},
		{"not an object", `[]`, []string{" type"}},
		{"null", `null`, []string{" null"}},
		{"exact case only", `{` + least + `,"TEXT":"x","Text":1}`, nil},
		{"duplicate", `{` + least + `,"text":"abd"}`, []string{"/text duplicate"}},
		{"every fault at once", `{"text":"a","count":9,"note":"long","tree":{"kids":[{"name":1},{}]},"tags":["",""]}`,
			[]string{"/text minLength", "/count maximum", "/note maxLength", "/tree/kids/0/name type", "/tree/kids/1/name required",
				"/tags/0 minLength", "/tags/1 minLength", "/tags uniqueItems", "/tree/name required"}},
		{"characters are counted, not bytes", `{"text":"äöüßé","count":1}`, nil},
		{"number for a string", `{"text":1,"count":1}`, []string{"/text type"}},
		{"string for a number", `{"text":"abc","count":"1"}`, []string{"/count type"}},
		{"1.0 is no whole number", `{"text":"abc","count":1.0}`, []string{"/count type"}},
		{"1e0 is no whole number", `{"text":"abc","count":1e0}`, []string{"/count type"}},
		{"true is no number", `{"text":"abc","count":true}`, []string{"/count type"}},
		{"out of range", `{"text":"abc","count":128,"size":-1}`, []string{"/count range", "/size range"}},
		{"far out of range", `{"text":"abc","count":1,"ratio":1e400,"small":1e39,"size":99999999999999999999}`, []string{"/ratio range", "/small range", "/size range"}},
		{"multiple of a fraction", `{` + least + `,"ratio":0.3}`, nil},
		{"no multiple", `{` + least + `,"ratio":0.35}`, []string{"/ratio multipleOf"}},
		{"null for a value", `{"text":null,"count":1}`, []string{"/text null"}},
		{"null for a pointer", `{` + least + `,"maybe":null}`, []string{"/maybe null"}},
		{"null where it is told apart", `{` + least + `,"three":null}`, nil},
		{"rule behind a Null", `{` + least + `,"three":6}`, []string{"/three maximum"}},
		{"rule behind a pointer", `{` + least + `,"maybe":"A"}`, []string{"/maybe pattern"}},
		{"empty against a pattern", `{` + least + `,"maybe":""}`, []string{"/maybe pattern"}},
		{"text of its own", `{` + least + `,"color":"green"}`, []string{"/color type"}},
		{"time", `{` + least + `,"at":"yesterday"}`, []string{"/at type"}},
		{"base64", `{` + least + `,"bytes":"=="}`, []string{"/bytes type"}},
		{"array too short", `{` + least + `,"pair":[1]}`, []string{"/pair minItems"}},
		{"array too long", `{` + least + `,"pair":[1,2,3]}`, []string{"/pair maxItems"}},
		{"list too long", `{` + least + `,"tags":["a","b","c","d"]}`, []string{"/tags maxItems"}},
		{"map too large", `{` + least + `,"map":{"a":1,"b":2,"c":3}}`, []string{"/map maxProperties"}},
		{"map with a name twice", `{` + least + `,"map":{"a":1,"a":2}}`, []string{"/map/a duplicate"}},
		{"any with a name twice", `{` + least + `,"any":{"a":[{"b":1,"b":2}]}}`, []string{"/any/a/0/b duplicate"}},
		{"pointer escapes", `{` + least + `,"a/b~c":{"x/y":1}}`, []string{"/a~1b~0c/x~1y type"}},
		{"enum", `{` + least + `,"kind":"c"}`, []string{"/kind enum"}},
		{"readonly is ignored whatever it is", `{` + least + `,"id":"x"}`, nil},
		{"a wrong member does not hide the next", `{"text":{"a":[1,{"b":2}]},"count":[]}`, []string{"/text type", "/count type"}},
		{"cut off", `{` + least, []string{" syntax"}},
		{"trailing text", `{` + least + `} x`, []string{" syntax"}},
		{"empty", ``, []string{" syntax"}},
		{"no UTF-8", "{\"text\":\"\xff\"}", []string{" encoding"}},
		{"deep", `{"any":` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + `}`, []string{" depth"}},
		{"deep and skipped", `{"x":` + strings.Repeat("[", 300_000), []string{" depth"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var v everything
			faults, err := Unmarshal(context.Background(), []byte(tt.doc), &v)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range faults {
				got = append(got, f.Pointer+" "+f.Code)
				if f.Detail == "" || strings.Contains(f.Detail, "%") {
					t.Errorf("%s has the detail %q", f.Code, f.Detail)
				}
			}
			if diff := cmp.Diff(tt.want, got, cmp.Transformer("sorted", sortedSet)); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

func sortedSet(l []string) map[string]int {
	m := map[string]int{}
	for _, s := range l {
		m[s]++
	}
	return m
}

func TestReadValues(t *testing.T) {
	var v everything
	doc := `{"note":"n","text":"a\u00e4\ud83d\ude00\n","count":-3,"ratio":2.5,"small":1.5,"on":false,"at":"2026-11-21T10:00:00.5Z","bytes":"aGk=",
		"maybe":"x","three":5,"tags":["a","b"],"pair":[1,2],"map":{"k":1},"any":{"a":[1,"x",null,true]},"raw": {"z":1} ,"color":"red",
		"tree":{"name":"r","kids":[{"name":"k"}]},"list":[{"name":"1"},{"name":"2"},{"name":"3"}]}`
	faults, err := Unmarshal(context.Background(), []byte(doc), &v)
	if err != nil || len(faults) > 0 {
		t.Fatal(err, faults)
	}
	x := "x"
	want := everything{
		common: common{"n"}, Text: "aä😀\n", Count: -3, Size: 9, Ratio: 2.5, Small: 1.5, At: time.Date(2026, 11, 21, 10, 0, 0, 5e8, time.UTC),
		Bytes: []byte("hi"), Maybe: &x, Three: Some(5), Tags: []string{"a", "b"}, Pair: [2]int{1, 2}, Map: map[string]int{"k": 1},
		Any: map[string]any{"a": []any{1.0, "x", nil, true}}, Raw: json.RawMessage(`{"z":1}`), Color: "red",
		Tree: &tree{Name: "r", Kids: []*tree{{Name: "k"}}}, List: []tree{{Name: "1"}, {Name: "2"}, {Name: "3"}}, Kind: "a",
	}
	if diff := cmp.Diff(want, v, cmp.AllowUnexported(everything{})); diff != "" {
		t.Errorf("value (-want +got):\n%s", diff)
	}
}

func TestForbidAdditional(t *testing.T) {
	type strict struct {
		_ struct{} `additional:"forbid"`
		A int      `json:"a"`
	}
	faults, err := Unmarshal(context.Background(), []byte(`{"a":1,"b/c":2}`), new(strict))
	if err != nil || len(faults) != 1 || faults[0].Code != "unknown" || faults[0].Pointer != "/b~1c" {
		t.Errorf("got %v, %v", faults, err)
	}
}

// A list in a small document must not make a large value.
func TestRow33_ItemsAreBounded(t *testing.T) {
	type big struct {
		Pad [1024]byte `json:"pad" api:"optional"`
		A   int        `json:"a" api:"optional"`
	}
	var v []big
	doc := "[" + strings.Repeat("{},", 300_000) + "{}]"
	faults, err := Unmarshal(context.Background(), []byte(doc), &v)
	if err != nil || len(faults) != 1 || faults[0].Code != "maxItems" {
		t.Fatalf("got %v, %v", faults, err)
	}
	if cap(v) > defaultMaxItems {
		t.Errorf("room for %d items", cap(v))
	}
}

func TestRow29_NamesAreExact(t *testing.T) {
	type account struct {
		Name  string `json:"name"`
		Admin bool   `json:"admin" api:"readonly"`
	}
	for _, doc := range []string{`{"name":"x","ADMIN":true}`, `{"name":"x","Admin":true}`, `{"name":"x","admin":true}`, `{"name":"x","\u0061dmin":true}`} {
		var v account
		if faults, err := Unmarshal(context.Background(), []byte(doc), &v); err != nil || len(faults) > 0 || v.Admin {
			t.Errorf("%s gave %+v, %v, %v", doc, v, faults, err)
		}
	}
}
