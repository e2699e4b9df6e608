package schema

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
)

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

// Up is optional whichever of the two types is planned first.
func TestRecursivePointerIsOptional(t *testing.T) {
	type up struct {
		Up *up `json:"up"`
	}
	type holder struct {
		Ptr *up `json:"ptr"`
	}
	if faults := faultsOf[holder](t, `{"ptr":{}}`); len(faults) > 0 {
		t.Errorf("got %v", faults)
	}
}

// A float32 is judged by what its type makes of the numbers in tags.
func TestRulesOfNarrowFloats(t *testing.T) {
	type narrow struct {
		Enum  *float32   `json:"enum" enum:"0.1,0.2"`
		Const *float32   `json:"const" const:"0.1"`
		Max   *float32   `json:"max" maximum:"0.1"`
		Less  *float32   `json:"less" exclusiveMaximum:"0.1"`
		Step  *float32   `json:"step" multipleOf:"0.1"`
		Items *[]float32 `json:"items" items.minimum:"0.7"`
	}
	for doc, want := range map[string]int{
		`{"enum":0.1,"const":0.1,"max":0.1,"step":0.3,"items":[0.7]}`: 0,
		`{"enum":0.3}`: 1, `{"const":0.2}`: 1, `{"max":0.11}`: 1, `{"less":0.1}`: 1, `{"less":0.09}`: 0, `{"step":0.35}`: 1, `{"items":[0.69]}`: 1,
	} {
		if faults := faultsOf[narrow](t, doc); len(faults) != want {
			t.Errorf("%s: %v", doc, faults)
		}
	}
}

func TestNumbersOfTagsAreExact(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{struct {
			A int64 `json:"a" const:"9007199254740993"`
		}{}, "tag const: 9007199254740992 is too large"},
		{struct {
			A uint64 `json:"a" enum:"1,9007199254740993"`
		}{}, "tag enum: 9007199254740992 is too large"},
		{struct {
			A int `json:"a" const:"1.5"`
		}{}, "tag const: 1.5 is not a whole number"},
		{struct {
			A *string `json:"a" dependentRequired:"b"`
			B string  `json:"b" api:"readonly"`
		}{}, "inputs ignore members that are readonly"},
		{struct {
			A string  `json:"a" api:"readonly" dependentRequired:"b"`
			B *string `json:"b"`
		}{}, "inputs ignore members that are readonly"},
	} {
		if _, err := PlanOf(reflect.TypeOf(c.v)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%T: %v, want %q", c.v, err, c.want)
		}
	}
}

type nullNode struct {
	Name     string           `json:"name"`
	Children Null[[]nullNode] `json:"children"`
}

type nullTree struct {
	Children Null[[]nullNode] `json:"children"`
}

// A Null may be met before the type that holds it is planned to its end.
func TestNullOfATypeThatHoldsIt(t *testing.T) {
	v := nullTree{Some([]nullNode{{Name: "x"}})}
	if b, err := Marshal(&v); err != nil || string(b) != `{"children":[{"name":"x"}]}` {
		t.Errorf("wrote %s, %v", b, err)
	}
	if faults := faultsOf[nullTree](t, `{"children":[{"name":"a"}]}`); len(faults) > 0 {
		t.Errorf("%v", faults)
	}
}
