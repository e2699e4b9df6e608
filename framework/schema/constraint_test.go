package schema

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

type constrained struct {
	Version string            `json:"version" const:"v1" api:"optional"`
	Level   int               `json:"level" const:"3" api:"optional"`
	Agreed  bool              `json:"agreed" const:"true" api:"optional"`
	Labels  map[string]string `json:"labels" api:"optional" keys.pattern:"^[a-z]+$" keys.maxLength:"3"`
	Roles   []string          `json:"roles" api:"optional" contains.enum:"admin,owner" maxContains:"2"`
	Scores  []float64         `json:"scores" api:"optional" contains.minimum:"5" minContains:"2"`
	Name    string            `json:"name" alias:"full_name,title" api:"optional" minLength:"2"`
	Card    string            `json:"card" api:"optional" dependentRequired:"street,city"`
	Street  string            `json:"street" api:"optional"`
	City    string            `json:"city" default:"Ulm"`
	Slug    string            `json:"slug" api:"optional" format:"slug"`
	Extra   map[string]int    `additional:"keep" items.maximum:"9"`
}

func faultsIn(t *testing.T, doc string, v any) string {
	t.Helper()
	p, err := PlanOf(reflect.TypeOf(v).Elem())
	if err != nil {
		t.Fatal(err)
	}
	var r Reader
	p.Read(&r, []byte(doc), reflect.ValueOf(v).UnsafePointer())
	if err := p.Validate(context.Background(), &r, reflect.ValueOf(v).UnsafePointer()); err != nil {
		t.Fatal(err)
	}
	var l []string
	for _, f := range r.Faults {
		l = append(l, f.Pointer+" "+f.Code+" "+f.Detail)
	}
	return strings.Join(l, "; ")
}

func TestConstraints(t *testing.T) {
	for doc, want := range map[string]string{
		`{}`: "",
		`{"version":"v1","level":3,"agreed":true}`:  "",
		`{"version":"v2","level":4,"agreed":false}`: "/version const must be v1; /level const must be 3; /agreed const must be true",
		`{"labels":{"abc":"x"}}`:                    "",
		`{"labels":{"abcd":"x","A":"y"}}`:           "/labels/abcd propertyNames is no name that a member may have here; /labels/A propertyNames is no name that a member may have here",
		`{"roles":["admin","x"]}`:                   "",
		`{"roles":["x"]}`:                           "/roles contains must have an item that fits the rules of contains",
		`{"roles":["admin","owner","admin"]}`:       "/roles maxContains must have 2 or fewer items that fit the rules of contains",
		`{"scores":[5,6,1]}`:                        "",
		`{"scores":[5,1]}`:                          "/scores minContains must have 2 or more items that fit the rules of contains",
		`{"full_name":"ab"}`:                        "",
		`{"title":"a"}`:                             "/name minLength must have 2 or more characters",
		`{"title":"ab","name":"cd"}`:                "/name duplicate stands here twice",
		`{"card":"1"}`:                              "/street dependentRequired is required beside card; /city dependentRequired is required beside card",
		`{"card":"1","street":"x","city":"y"}`:      "",
		`{"slug":"a-b-1"}`:                          "",
		`{"slug":"A b"}`:                            "/slug format must be of the format slug",
		`{"ab":1,"cd":9}`:                           "",
		`{"a":1,"cd":10}`:                           "/cd maximum must be 9 or less",
		`{"ab":1,"ab":2}`:                           "/ab duplicate stands here twice",
		`{"ab":"x"}`:                                "/ab type must be a whole number",
	} {
		if got := faultsIn(t, doc, new(constrained)); got != want {
			t.Errorf("%s: %s, want %s", doc, got, want)
		}
	}
}

func TestAdditionalMembersAreKept(t *testing.T) {
	var v constrained
	if got := faultsIn(t, `{"ab":1,"name":"xy"}`, &v); got != "" {
		t.Fatal(got)
	}
	if diff := cmp.Diff(map[string]int{"ab": 1}, v.Extra); diff != "" {
		t.Error(diff)
	}
	v = constrained{Name: "xy", Extra: map[string]int{"name": 7, "zz": 2, "aa": 1}}
	out, err := Marshal(&v)
	if err != nil || !strings.HasSuffix(string(out), `"slug":"","aa":1,"zz":2}`) || strings.Count(string(out), `"name"`) != 1 {
		t.Errorf("%s %v", out, err)
	}
}

func TestConstraintMistakes(t *testing.T) {
	type item struct {
		N int `json:"n"`
	}
	for _, c := range []struct {
		v    any
		want string
	}{
		{struct {
			A item `json:"a" const:"x"`
		}{}, "tag const needs a string, a number or a boolean"},
		{struct {
			A int `json:"a" const:"x"`
		}{}, `tag const: "x" is not a number`},
		{struct {
			A bool `json:"a" const:"x"`
		}{}, `tag const: "x" is neither true nor false`},
		{struct {
			A string `json:"a" contains.minLength:"1"`
		}{}, "tag contains needs a list"},
		{struct {
			A []string `json:"a" minContains:"1"`
		}{}, "tag minContains needs tags contains.*"},
		{struct {
			A []string `json:"a" keys.minLength:"1"`
		}{}, "tag keys needs a map"},
		{struct {
			A map[string]int `json:"a" keys.pattern:"("`
		}{}, "tag pattern: error parsing regexp"},
		{struct {
			A string `json:"a" alias:"b"`
			B string `json:"b"`
		}{}, `tag alias: the name "b" is taken by B`},
		{struct {
			A string `json:"a" dependentRequired:"c"`
		}{}, `tag dependentRequired: there is no member "c"`},
		{struct {
			A string `additional:"keep"`
		}{}, "make it a map"},
		{struct {
			A map[string]int `additional:"keep"`
			B map[string]int `additional:"keep"`
		}{}, "another field keeps"},
		{struct {
			A map[string]int `additional:"keep" maxProperties:"3"`
		}{}, "only items.* has a meaning here"},
	} {
		if _, err := PlanOf(reflect.TypeOf(c.v)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%T: %v, want %q", c.v, err, c.want)
		}
	}
}

func TestConstraintSchemas(t *testing.T) {
	got := schemaText(t, &Catalog{Prefix: "#/"}, reflect.TypeFor[constrained]())
	want := `{"type":"object","properties":{"version":{"type":"string","const":"v1"},"level":{"type":"integer","format":"int64","const":3},` +
		`"agreed":{"type":"boolean","const":true},` +
		`"labels":{"type":"object","additionalProperties":{"type":"string"},"propertyNames":{"maxLength":3,"pattern":"^[a-z]+$"}},` +
		`"roles":{"type":"array","items":{"type":"string"},"contains":{"enum":["admin","owner"]},"maxContains":2},` +
		`"scores":{"type":"array","items":{"type":"number","format":"double"},"contains":{"minimum":5},"minContains":2},` +
		`"name":{"type":"string","minLength":2,"x-aliases":["full_name","title"]},` +
		`"card":{"type":"string"},"street":{"type":"string"},"city":{"type":"string","default":"Ulm"},"slug":{"type":"string","format":"slug","pattern":"^[a-z0-9]+(-[a-z0-9]+)*$"}},` +
		`"additionalProperties":{"type":"integer","format":"int64","maximum":9},` +
		`"dependentRequired":{"card":["street","city"]}}`
	if diff := cmp.Diff(want, got["constrainedInput"]); diff != "" {
		t.Error(diff)
	}
}

type shade string

func (shade) Values() []string { return []string{"dark", "light"} }

type shaded struct {
	Shade  shade            `json:"shade"`
	More   []shade          `json:"more" api:"optional"`
	Narrow *shade           `json:"narrow" enum:"dark"`
	By     map[string]shade `json:"by" api:"optional"`
}

type valueless string

func (valueless) Values() []string { return nil }

func TestEnumsOfTypes(t *testing.T) {
	for doc, want := range map[string]string{
		`{"shade":"dark","more":["light"],"narrow":"dark","by":{"a":"light"}}`: "",
		`{"shade":"red","more":["x"],"by":{"a":"y"}}`:                          "/shade enum must be one of dark, light; /more/0 enum must be one of dark, light; /by/a enum must be one of dark, light",
		`{"shade":"dark","narrow":"light"}`:                                    "/narrow enum must be one of dark",
	} {
		if got := faultsIn(t, doc, new(shaded)); got != want {
			t.Errorf("%s: %s, want %s", doc, got, want)
		}
	}
	got := schemaText(t, &Catalog{Prefix: "#/"}, reflect.TypeFor[shaded]())["shadedInput"]
	want := `{"type":"object","properties":{"shade":{"type":"string","enum":["dark","light"]},"more":{"type":"array","items":{"type":"string","enum":["dark","light"]}},` +
		`"narrow":{"type":"string","enum":["dark"]},"by":{"type":"object","additionalProperties":{"type":"string","enum":["dark","light"]}}},"required":["shade"]}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := PlanOf(reflect.TypeFor[valueless]()); err == nil || !strings.Contains(err.Error(), "Values lists nothing") {
		t.Error(err)
	}
}

func TestContradictionsAreTold(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{struct {
			_     struct{}       `additional:"forbid"`
			Extra map[string]int `additional:"keep"`
		}{}, "either forbidden or kept"},
		{struct {
			A []string `json:"a" contains.const:"x" minContains:"3" maxContains:"2"`
		}{}, "tags minContains and maxContains: 3 is above 2"},
	} {
		if _, err := PlanOf(reflect.TypeOf(c.v)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%T: %v, want %q", c.v, err, c.want)
		}
	}
}

func TestConstantSchemas(t *testing.T) {
	type constants struct {
		Price  decimal.Decimal   `json:"price" const:"1.50"`
		Note   Null[string]      `json:"note" const:"x"`
		Counts []int             `json:"counts" contains.const:"5"`
		Prices []decimal.Decimal `json:"prices" contains.const:"5"`
	}
	got := schemaText(t, &Catalog{Prefix: "#/"}, reflect.TypeFor[constants]())["constantsInput"]
	for _, want := range []string{`"const":"1.5"`, `"note":{"type":["string","null"],"enum":["x",null]}`, `"contains":{"const":5}`, `"contains":{"const":"5"}`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	for doc, want := range map[string]string{
		`{"price":1.5,"note":null,"counts":[5],"prices":["1","5.0"]}`: "",
		`{"price":"1.50","note":"x","counts":[5.0],"prices":[5]}`:     "/counts/0 type must be a whole number; /counts contains must have an item that fits the rules of contains",
		`{"price":1.5,"counts":[4],"prices":["1"]}`:                   "/counts contains must have an item that fits the rules of contains; /prices contains must have an item that fits the rules of contains",
	} {
		if got := faultsIn(t, doc, new(constants)); got != want {
			t.Errorf("%s: %s, want %s", doc, got, want)
		}
	}
}
