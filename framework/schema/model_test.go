package schema

import (
	"context"
	"reflect"
	"strings"
	"testing"
)

// marker is a model in which every field may have three characters.
type marker struct{}

func (marker) SchemaName() string { return "thing" }

func (marker) SchemaErrors(reflect.Type) []error { return nil }

func (marker) SchemaField(f reflect.StructField) (Facts, bool) {
	three := 3
	return Facts{Rules: Rules{MaxLength: &three}, Doc: "of the model: " + f.Name}, true
}

type shared struct {
	Bio string `json:"bio"`
}

type modelled struct {
	marker
	shared
	Name string `json:"name"`
	Long string `json:"long" maxLength:"5"`
	Age  int    `json:"age"`
}

func TestModelRules(t *testing.T) {
	var v modelled
	faults, err := Unmarshal(context.Background(), []byte(`{"name":"four","long":"seven67","age":1,"bio":"four"}`), &v)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	for _, f := range faults {
		got[f.Pointer] = f.Args[0]
	}
	want := map[string]any{"/name": 3, "/long": 5, "/bio": 3}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	plan, err := PlanOf(reflect.TypeFor[modelled]())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range plan.Object().Members() {
		if m.Facts.Doc != "of the model: "+m.Field {
			t.Errorf("%s has the comment %q", m.Name, m.Facts.Doc)
		}
	}
}

type modelBase struct {
	marker
	Name string `json:"name"`
}

type modelOuter struct {
	modelBase
	More string `json:"more"`
}

// The marker of an embedded schema would speak for members that it knows nothing of.
func TestEmbeddedSchema(t *testing.T) {
	if _, err := PlanOf(reflect.TypeFor[modelOuter]()); err == nil || !strings.Contains(err.Error(), "modelOuter.modelBase: embeds a schema: give modelOuter the marker itself") {
		t.Errorf("got %v", err)
	}
}
