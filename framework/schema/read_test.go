package schema

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
	"unsafe"

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

func TestPlanErrors(t *testing.T) {
	type bad struct {
		NoName  int
		Len     int            `json:"len" minLength:"1"`
		Num     string         `json:"num" minimum:"1"`
		Pattern string         `json:"pattern" pattern:"("`
		Cross   string         `json:"cross" minLength:"3" maxLength:"2"`
		Count   string         `json:"count" minLength:"x"`
		Default int            `json:"default" default:"x"`
		Rule    int            `json:"rule" default:"5" maximum:"4"`
		Flag    int            `json:"flag" api:"readonyl"`
		Opt     int            `json:"opt,string"`
		Chan    chan int       `json:"chan"`
		Map     map[int]string `json:"map"`
		Items   int            `json:"items" items.minLength:"1"`
	}
	_, err := PlanOf(reflect.TypeFor[bad]())
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"schema.bad.NoName: has no name on the wire: tag it `json:\"no_name\"`",
		"schema.bad.Len: tag minLength needs a string, not int",
		"schema.bad.Num: tag minimum needs a number, not string",
		"schema.bad.Pattern: tag pattern: error parsing regexp",
		"schema.bad.Cross: tags minLength and maxLength: 3 is above 2",
		`schema.bad.Count: tag minLength: "x" is not a count`,
		`schema.bad.Default: tag default: "x" must be a whole number`,
		`schema.bad.Rule: tag default: "5" must be 4 or less`,
		`schema.bad.Flag: tag api: "readonyl" is not known`,
		`schema.bad.Opt: tag json: option "string" is not known`,
		"schema.bad.Chan: chan int: a chan cannot be JSON",
		"schema.bad.Map: map[int]string: the key of a map must be a string",
		"schema.bad.Items: tags items.* need a list or a map, not int",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in\n%v", want, err)
		}
	}
}

// go vet keeps a struct with a name twice out of the source.
func TestPlanNamesTwice(t *testing.T) {
	field := func(name string) reflect.StructField {
		return reflect.StructField{Name: name, Type: reflect.TypeFor[int](), Tag: `json:"x"`}
	}
	_, err := PlanOf(reflect.StructOf([]reflect.StructField{field("Once"), field("Again")}))
	if err == nil || !strings.Contains(err.Error(), `Again: the name "x" is taken by Once`) {
		t.Errorf("got %v", err)
	}
}

type span struct {
	From int `json:"from"`
	To   int `json:"to"`
}

func (s *span) Validate(context.Context) error {
	if s.From > s.To {
		return errors.New("from is after to")
	}
	return nil
}

type trip struct {
	span
	Legs []span `json:"legs"`
}

// A promoted Validate must not run for the embedding struct as well.
func TestValidate(t *testing.T) {
	var v trip
	faults, err := Unmarshal(context.Background(), []byte(`{"from":1,"to":2,"legs":[{"from":1,"to":2},{"from":3,"to":2}]}`), &v)
	if err != nil || len(faults) != 1 || faults[0].Pointer != "/legs/1" || faults[0].Detail != "from is after to" {
		t.Errorf("got %v, %v", faults, err)
	}
}

type loud struct {
	span
	Name string `json:"name"`
}

type loudOf[T any] struct {
	span
	Of T `json:"of"`
}

func (l *loudOf[T]) Validate(context.Context) error { return nil }

var loudCalls int

func (l *loud) Validate(context.Context) error { loudCalls++; return nil }

func TestValidateOfItsOwn(t *testing.T) {
	loudCalls = 0
	if _, err := Unmarshal(context.Background(), []byte(`{"from":1,"to":2,"name":"x"}`), new(loud)); err != nil || loudCalls != 1 {
		t.Errorf("called %d times, %v", loudCalls, err)
	}
	if !HasOwnMethod(reflect.TypeFor[loudOf[map[string]int]](), validatorType, "Validate") {
		t.Error("the method of a generic type is its own")
	}
	if HasOwnMethod(reflect.TypeFor[trip](), validatorType, "Validate") || !HasOwnMethod(reflect.TypeFor[loud](), validatorType, "Validate") {
		t.Error("own and promoted methods are not told apart")
	}
}

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

type wrapsNull struct {
	Name string `json:"name" api:"optional"`
	Null[int]
}

// A struct that embeds a Null has its methods, as encoding/json has it, and is none.
func TestEmbeddedNull(t *testing.T) {
	var v struct {
		X wrapsNull `json:"x"`
	}
	faults, err := Unmarshal(context.Background(), []byte(`{"x":7}`), &v)
	if err != nil || len(faults) > 0 || v.X.Name != "" || v.X.Value != 7 || !v.X.Set {
		t.Errorf("got %+v, %v, %v", v, faults, err)
	}
}

type cents struct{ Amount, Digits int }

func (c cents) MarshalJSON() ([]byte, error) { return json.Marshal(fmt.Sprint(c.Amount)) }

type labels map[string]string

func (l labels) MarshalText() ([]byte, error) { return []byte("labels"), nil }

// As an input a value is written as it is read, whatever marshaler outputs have.
func TestInputForm(t *testing.T) {
	type in struct {
		L labels `json:"l"`
	}
	p, err := PlanOf(reflect.TypeFor[in]())
	if err != nil {
		t.Fatal(err)
	}
	v := in{labels{"a": "b"}}
	b, err := p.AppendInput(nil, unsafe.Pointer(&v))
	if err != nil || string(b) != `{"l":{"a":"b"}}` {
		t.Errorf("got %s, %v", b, err)
	}
	if b, err := Marshal(&v); err != nil || string(b) != `{"l":"labels"}` {
		t.Errorf("as output %s, %v", b, err)
	}
	if _, err := PlanOf(reflect.TypeFor[cents]()); err == nil {
		t.Error("fields without names can be read")
	}
}

func TestRow33_MemoryIsBounded(t *testing.T) {
	type wide struct {
		Pad [1024]byte `json:"pad" api:"optional"`
	}
	pad := strings.Repeat(" ", 80_000)
	for name, run := range map[string]func() []Fault{
		"lists in any":   func() []Fault { return faultsOf[any](t, `[`+strings.Repeat(`[1,1],`, 2000)+`[]]`+pad) },
		"lists in lists": func() []Fault { return faultsOf[[][]int](t, `[`+strings.Repeat(`[1,1],`, 2000)+`[]]`+pad) },
		"wide items in lists": func() []Fault {
			return faultsOf[[][]wide](t, `[`+strings.Repeat(`[`+strings.Repeat(`{},`, 999)+`{}],`, 300)+`[]]`)
		},
		"maps": func() []Fault { return faultsOf[[]map[string]wide](t, `[`+strings.Repeat(`{"":{}},`, 9999)+`{}]`) },
		"pointers": func() []Fault {
			return faultsOf[[][]*wide](t, `[`+strings.Repeat(`[`+strings.Repeat(`{},`, 999)+`{}],`, 300)+`[]]`)
		},
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		faults := run()
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > 128<<20 {
			t.Errorf("%s: %d MiB, faults %v", name, got>>20, faults)
		}
	}
}

func faultsOf[T any](t *testing.T, doc string) []Fault {
	t.Helper()
	faults, err := Unmarshal(context.Background(), []byte(doc), new(T))
	if err != nil {
		t.Fatal(err)
	}
	return faults
}

func TestDefaultsThatHoldThemselves(t *testing.T) {
	type rec struct {
		Next *rec `json:"next" default:"{}"`
	}
	if _, err := PlanOf(reflect.TypeFor[rec]()); err == nil || !strings.Contains(err.Error(), "without end") {
		t.Errorf("got %v", err)
	}
}

type chain *chain

func TestPointersWithoutEnd(t *testing.T) {
	if _, err := PlanOf(reflect.TypeFor[struct {
		C chain `json:"c"`
	}]()); err == nil {
		t.Error("no error")
	}
}

func TestPointersOfFaultsAreBounded(t *testing.T) {
	key := strings.Repeat("k", 900_000)
	faults := faultsOf[map[string]map[string]int](t, `{"`+key+`":{`+strings.Repeat(`"a":"",`, 50)+`"b":""}}`)
	for _, f := range faults {
		if len(f.Pointer) > maxPointer+maxKey {
			t.Fatalf("a pointer of %d bytes", len(f.Pointer))
		}
	}
}

func TestUnmarshalSharesNothing(t *testing.T) {
	doc := []byte(`{"a":"keep","b":{"k":"v"},"c":[1]}`)
	var v struct {
		A string            `json:"a"`
		B map[string]string `json:"b"`
		C json.RawMessage   `json:"c"`
	}
	if faults, err := Unmarshal(context.Background(), doc, &v); err != nil || len(faults) > 0 {
		t.Fatal(err, faults)
	}
	clear(doc)
	if v.A != "keep" || v.B["k"] != "v" || string(v.C) != "[1]" {
		t.Errorf("got %+v", v)
	}
}

type strictBase struct {
	A int `json:"a"`
}

func (b *strictBase) Validate(context.Context) error {
	if b.A < 0 {
		return errors.New("a is below zero")
	}
	return nil
}

type strictOuter struct {
	strictBase
	B int `json:"b"`
}

type optionalParts struct {
	Sent     strictOuter  `json:"sent"`
	Optional strictBase   `json:"optional" api:"optional"`
	ReadOnly strictBase   `json:"read_only" api:"readonly"`
	List     []strictBase `json:"list" api:"optional"`
}

func TestValidateOfEmbeddedAndAbsent(t *testing.T) {
	faults := faultsOf[optionalParts](t, `{"sent":{"a":-1,"b":1},"list":[{"a":0},{"a":-1}]}`)
	var got []string
	for _, f := range faults {
		got = append(got, f.Pointer)
	}
	if diff := cmp.Diff([]string{"/sent", "/list/1"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

type failing struct {
	A int `json:"a"`
}

func (f *failing) Validate(context.Context) error {
	return fmt.Errorf("query: %w", context.DeadlineExceeded)
}

// What is not the value's fault is no fault, and its text is not shown.
func TestValidateErrors(t *testing.T) {
	faults, err := Unmarshal(context.Background(), []byte(`{"a":1}`), new(failing))
	if !errors.Is(err, context.DeadlineExceeded) || len(faults) > 0 {
		t.Errorf("got %v, %v", faults, err)
	}
}

func TestNumbersAreExact(t *testing.T) {
	type numbers struct {
		Max    int64   `json:"max" maximum:"9007199254740992" api:"optional"`
		Even   uint64  `json:"even" multipleOf:"2" api:"optional"`
		Whole  float64 `json:"whole" multipleOf:"1" api:"optional"`
		Unique []int64 `json:"unique" uniqueItems:"true" api:"optional"`
		Small  float32 `json:"small" api:"optional"`
	}
	for doc, want := range map[string]int{
		`{"max":9007199254740993}`: 1, `{"max":9007199254740992}`: 0,
		`{"even":18446744073709551614}`: 0, `{"even":18446744073709551615}`: 1,
		`{"whole":1e19}`: 0, `{"unique":[9007199254740992,9007199254740993]}`: 0, `{"unique":[1,1]}`: 1,
	} {
		if faults := faultsOf[numbers](t, doc); len(faults) != want {
			t.Errorf("%s: %v", doc, faults)
		}
	}
	var v numbers
	_, _ = Unmarshal(context.Background(), []byte(`{"small":1.00000017881393432617187499}`), &v)
	if v.Small != 1.0000001 {
		t.Errorf("small %v", v.Small)
	}
}

func TestSecretsInAny(t *testing.T) {
	type secret struct {
		Name string `json:"name"`
		Pass string `json:"pass" api:"writeonly"`
	}
	v := map[string]any{"x": &secret{"n", "hunter2"}, "y": []any{secret{"m", "hunter2"}}, "z": struct{ A int }{1}}
	b, err := Marshal(&v)
	if want := `{"x":{"name":"n"},"y":[{"name":"m"}],"z":{"A":1}}`; err != nil || string(b) != want {
		t.Errorf("got %s, %v", b, err)
	}
}

func TestSlips(t *testing.T) {
	type item struct {
		Name string `json:"name" minlength:"3"`
		Mail string `json:"mail" bson:"mail" enums:"a"`
	}
	_, err := PlanOf(reflect.TypeFor[[]item]())
	if err == nil || !strings.Contains(err.Error(), "item.Name: tag minlength is not known: did you mean minLength?") || strings.Contains(err.Error(), "Mail") {
		t.Errorf("got %v", err)
	}
}
