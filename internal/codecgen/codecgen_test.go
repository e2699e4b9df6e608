package codecgen_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"math"
	"os"
	"reflect"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/codecgen"
)

var update = flag.Bool("update", false, "write the codecs of the tests anew")

const generated = "codecs_gen_test.go"

func planOf[T any](t testing.TB) *schema.Plan {
	t.Helper()
	p, err := schema.PlanOf(reflect.TypeFor[T]())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// coded are the layouts of all types of the tests that have a codec.
func coded(t testing.TB) (l []schema.Layout) {
	add := func(p *schema.Plan) {
		for _, x := range p.Layouts() {
			if len(x.Type) > 5 && x.Type[:5] == "coded" {
				x.Read, x.Written = true, true
				l = append(l, x)
			}
		}
	}
	add(planOf[codedAccount](t))
	add(planOf[codedOdd](t))
	add(planOf[codedOpen](t))
	add(planOf[codedStrict](t))
	add(planOf[codedEvent](t))
	add(planOf[codedLate](t))
	add(planOf[codedLists](t))
	unique := map[string]bool{}
	n := 0
	for _, x := range l {
		if !unique[x.Type] {
			unique[x.Type] = true
			l[n] = x
			n++
		}
	}
	return l[:n]
}

func TestCodecsAreUpToDate(t *testing.T) {
	text, err := codecgen.Print(codecgen.Package{Name: "codecgen_test", Layouts: coded(t)})
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(generated, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	old, err := os.ReadFile(generated)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, old) {
		t.Fatalf("%s is stale: go test -tags nocodecs ./internal/codecgen -update (-want +got):\n%s", generated, cmp.Diff(string(text), string(old)))
	}
	again, err := codecgen.Print(codecgen.Package{Name: "codecgen_test", Layouts: coded(t)})
	if err != nil || !bytes.Equal(text, again) {
		t.Errorf("printing again gives another text: %v", err)
	}
}

func TestCodecsAreUsed(t *testing.T) {
	for _, p := range []*schema.Plan{
		planOf[codedAccount](t), planOf[codedOdd](t), planOf[codedOpen](t), planOf[codedStrict](t), planOf[codedEvent](t), planOf[codedLists](t), planOf[codedLate](t),
	} {
		if !p.Object().Coded() {
			t.Errorf("%s has no codec", p.Type())
		}
	}
	if planOf[account](t).Object().Coded() {
		t.Error("the twin without a codec has one")
	}
}

var documents = []string{
	`{"name":"bob","password":"secret","email":"b@example.org","age":42,"score":1.5,"created":"2026-01-02T03:04:05Z"}`,
	`{"id":7,"name":"B","password":"x","mail":"b","age":12,"score":0.3,"active":"no","created":"yesterday","level":9}`,
	`{ "age" : 4e1 , "name" : "b\u006fb", "name":"twice", "unknown": [1,{"a":2}], "created":null }`,
	`{"tiny":300,"small":-0,"mid":1001,"natural":-1,"single":0.05,"flag é":true,"level":"none","secret":"s","name":"long name","count":null}`,
	`{"tiny":1,"name":null,"count":3,"any":{"x":[1.5,"y"]},"raw":{"a": 1},"wait":"PT5S","day":"2026-02-30","bytes":"AQI=","a ` + "`" + ` b":"x"}`,
	`{"code":"abcd","size":3,"extra":1,"more":2}`, `{"code":"abcde","unit":"m","size":1}`,
	`{"first":"a","then":2,"last":"z","more":"m"}`, `{"last":"","other":1}`, `{}`, `[]`, `null`, `"x"`, `{"last":"a"`, `{"last" "a"}`,
	`{"at":"2026-01-02T03:04:05.123456789+02:00","title":"t"}`,
	`{"events":[{"at":"2026-01-02T03:04:05Z","title":""},{}],"names":["a","a","long"],"by":{"k":{"code":"x","n":1}},"shape":{"kind":"event","at":"2026-01-02T03:04:05Z","title":"x"},"inner":{"last":"l","x":1},"pair":[1]}`,
	`{"events":[],"names":[],"by":{},"shape":{"at":"2026-01-02T03:04:05Z","kind":"account","name":"bob"},"inner":{"last":"l"},"pair":[1,2]}`,
	`{"maybe":null,"note":"n"}`, `{"maybe":"é\n"}`, "{\"maybe\":\"\xff\"}",
}

func TestCodecsReadAndWriteAsPlansDo(t *testing.T) {
	for _, doc := range documents {
		for i := range len(doc) + 1 { // cut at every byte
			same(t, []byte(doc[:i]))
		}
	}
}

func FuzzCodecsReadAndWriteAsPlansDo(f *testing.F) {
	for _, doc := range documents {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) { same(t, doc) })
}

// same holds the codecs against the plans.
func same(t *testing.T, doc []byte) {
	twins[account, codedAccount](t, doc)
	twins[odd, codedOdd](t, doc)
	twins[open, codedOpen](t, doc)
	twins[strict, codedStrict](t, doc)
	twins[event, codedEvent](t, doc)
	twins[lists, codedLists](t, doc)
	twins[late, codedLate](t, doc)
}

func twins[Plan, Coded any](t *testing.T, doc []byte) {
	t.Helper()
	var a Plan
	var b Coded
	faults, err := schema.Unmarshal(context.Background(), doc, &a)
	got, gotErr := schema.Unmarshal(context.Background(), doc, &b)
	if (err == nil) != (gotErr == nil) {
		t.Fatalf("%q: errors %v and %v", doc, err, gotErr)
	}
	if diff := cmp.Diff(faults, got); diff != "" {
		t.Fatalf("%q into %T: faults (-plan +codec):\n%s", doc, a, diff)
	}
	if !reflect.DeepEqual(a, *(*Plan)(unsafe.Pointer(&b))) {
		t.Fatalf("%q into %T: the plan read %+v, the codec %+v", doc, a, a, b)
	}
	written[Plan, Coded](t, &a, &b)
}

// written holds what the codec writes against what the plan does.
func written[Plan, Coded any](t *testing.T, a *Plan, b *Coded) {
	t.Helper()
	text, err := schema.Marshal(a)
	got, gotErr := schema.Marshal(b)
	if string(text) != string(got) || (err == nil) != (gotErr == nil) {
		t.Fatalf("%T: the plan wrote %s, %v, the codec %s, %v", *a, text, err, got, gotErr)
	}
	if !json.Valid(got) {
		t.Fatalf("%s is no JSON", got)
	}
	input, err := planOf[Plan](t).AppendInput(nil, unsafe.Pointer(a))
	gotInput, gotErr := planOf[Coded](t).AppendInput(nil, unsafe.Pointer(b))
	if string(input) != string(gotInput) || (err == nil) != (gotErr == nil) {
		t.Fatalf("%T as input: the plan wrote %s, %v, the codec %s, %v", *a, input, err, gotInput, gotErr)
	}
}

func TestCodecsWriteWhatJSONCannotSayAsPlansDo(t *testing.T) {
	for _, a := range []account{
		{Score: math.NaN()}, {Score: math.Inf(-1), Created: time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)}, {Name: "\xff\x00\"\\é", ID: math.MinInt64},
	} {
		b := codedAccount(a)
		written(t, &a, &b)
	}
}

// A codec of a type that has changed is not used.
func TestChangedTypesFallBackToThePlan(t *testing.T) {
	type moved struct {
		Title string `json:"title"`
	}
	p := planOf[moved](t)
	l := p.Layouts()[0]
	wrong := func(*schema.Reader, *schema.Object, unsafe.Pointer) error { panic("used") }
	schema.Register(schema.Codec{Type: l.Package + ".changed", Print: l.Print + 1, Read: wrong})
	type changed struct {
		Title string `json:"title"`
	}
	var v changed
	if faults, err := schema.Unmarshal(context.Background(), []byte(`{"title":"x"}`), &v); err != nil || len(faults) > 0 || v.Title != "x" {
		t.Errorf("got %+v, %v, %v", v, faults, err)
	}
	if planOf[changed](t).Object().Coded() {
		t.Error("the stale codec counts as used")
	}
}
