package schema

import (
	"encoding/json"
	"net/netip"
	"reflect"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

type shelf struct {
	ID      uuid.UUID         `json:"id" api:"readonly"`
	Name    string            `json:"name" minLength:"2" pattern:"^[a-z]+$"`
	Secret  string            `json:"secret" api:"writeonly"`
	Kind    string            `json:"kind" enum:"a,b" default:"a"`
	Size    uint8             `json:"size" maximum:"300"`
	Weight  *float32          `json:"weight" exclusiveMinimum:"0"`
	Note    Null[string]      `json:"note" enum:"x"`
	Tags    []string          `json:"tags" items.minLength:"1" maxItems:"3" uniqueItems:"true"`
	Labels  map[string]*int32 `json:"labels" items.minimum:"2"`
	Data    []byte            `json:"data,omitempty"`
	At      time.Time         `json:"at,omitzero"`
	From    *netip.Addr       `json:"from"`
	Pair    [2]bool           `json:"pair"`
	Any     any               `json:"any" api:"optional"`
	Raw     json.RawMessage   `json:"raw"`
	Below   *shelf            `json:"below"`
	Others  []shelf           `json:"others,omitempty" api:"optional"`
	Skipped int               `json:"-"`
}

// schemaText makes the schemas of t in both directions, with their components.
func schemaText(t *testing.T, c *Catalog, types ...reflect.Type) map[string]string {
	t.Helper()
	schemas := map[string]*JSONSchema{}
	for _, typ := range types {
		p, err := PlanOf(typ)
		if err != nil {
			t.Fatal(err)
		}
		schemas["out "+typ.String()], schemas["in "+typ.String()] = c.Output(p), c.Input(p)
	}
	for _, component := range c.Components() {
		schemas[component.Name] = component.Schema
	}
	texts := map[string]string{}
	for name, s := range schemas {
		b, err := plainJSON(s)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(b)
	}
	return texts
}

func TestJSONSchemaOfEveryKind(t *testing.T) {
	c := &Catalog{Prefix: "#/", Doc: func(t reflect.Type) TypeDoc {
		return TypeDoc{Text: "A " + t.Name() + " <holds> & hides.", Fields: map[string]string{"Name": "What it is called."}}
	}}
	want := map[string]string{
		"in schema.shelf":  `{"$ref":"#/shelfInput"}`,
		"out schema.shelf": `{"$ref":"#/shelf"}`,
		"shelf": `{"description":"A shelf <holds> & hides.","type":"object","properties":{` +
			`"id":{"type":"string","format":"uuid"},` +
			`"name":{"description":"What it is called.","type":"string","minLength":2,"pattern":"^[a-z]+$"},` +
			`"kind":{"type":"string","enum":["a","b"]},` +
			`"size":{"type":"integer","format":"uint8","minimum":0,"maximum":255},` +
			`"weight":{"type":["number","null"],"format":"float","exclusiveMinimum":0},` +
			`"note":{"type":["string","null"],"enum":["x",null]},` +
			`"tags":{"type":"array","items":{"type":"string","minLength":1},"maxItems":3,"uniqueItems":true},` +
			`"labels":{"type":"object","additionalProperties":{"type":["integer","null"],"format":"int32","minimum":2,"maximum":2147483647}},` +
			`"data":{"type":"string","contentEncoding":"base64"},` +
			`"at":{"type":"string","format":"date-time"},` +
			`"from":{"anyOf":[{"type":"string","anyOf":[{"format":"ipv4"},{"format":"ipv6"}]},{"type":"null"}]},` +
			`"pair":{"type":"array","items":{"type":"boolean"},"minItems":2,"maxItems":2},` +
			`"any":{},"raw":{},` +
			`"below":{"anyOf":[{"$ref":"#/shelf"},{"type":"null"}]},` +
			`"others":{"type":"array","items":{"$ref":"#/shelf"}}},` +
			`"required":["id","name","kind","size","weight","tags","labels","from","pair","any","raw","below"]}`,
		"shelfInput": `{"description":"A shelf <holds> & hides.","type":"object","properties":{` +
			`"name":{"description":"What it is called.","type":"string","minLength":2,"pattern":"^[a-z]+$"},` +
			`"secret":{"type":"string"},` +
			`"kind":{"type":"string","enum":["a","b"],"default":"a"},` +
			`"size":{"type":"integer","format":"uint8","minimum":0,"maximum":255},` +
			`"weight":{"type":"number","format":"float","exclusiveMinimum":0},` +
			`"note":{"type":["string","null"],"enum":["x",null]},` +
			`"tags":{"type":"array","items":{"type":"string","minLength":1},"maxItems":3,"uniqueItems":true},` +
			`"labels":{"type":"object","additionalProperties":{"type":"integer","format":"int32","minimum":2,"maximum":2147483647}},` +
			`"data":{"type":"string","contentEncoding":"base64"},` +
			`"at":{"type":"string","format":"date-time"},` +
			`"from":{"type":"string","anyOf":[{"format":"ipv4"},{"format":"ipv6"}]},` +
			`"pair":{"type":"array","items":{"type":"boolean"},"minItems":2,"maxItems":2},` +
			`"any":{},"raw":{},` +
			`"below":{"$ref":"#/shelfInput"},` +
			`"others":{"type":"array","items":{"$ref":"#/shelfInput"}}},` +
			`"required":["name","secret","size","tags","labels","data","at","pair","raw"]}`,
	}
	if d := cmp.Diff(want, schemaText(t, c, reflect.TypeFor[shelf]())); d != "" {
		t.Error(d)
	}
}

type page[T any] struct {
	Items []T `json:"items"`
}

type bush []bush

type both struct {
	Name string `json:"name"`
	Next []both `json:"next"`
}

// holder says the same both ways, but holds what does not.
type holder struct {
	Held held `json:"held"`
}

type held struct {
	ID int `json:"id" api:"readonly"`
}

type heldInput struct{}

func TestJSONSchemaComponents(t *testing.T) {
	type both struct { // as a type of the package is called
		Local bool `json:"local"`
	}
	names := func(types ...reflect.Type) (l []string) {
		c := &Catalog{Taken: []string{"bush"}}
		for _, typ := range types {
			p, err := PlanOf(typ)
			if err != nil {
				t.Fatal(err)
			}
			c.Output(p)
			c.Input(p)
		}
		for _, component := range c.Components() {
			l = append(l, component.Name)
		}
		return l
	}
	for _, test := range []struct {
		types []reflect.Type
		want  []string
	}{
		{[]reflect.Type{outerBoth}, []string{"both"}},
		{[]reflect.Type{outerBoth, reflect.TypeFor[both]()}, []string{"github.com.utilmeta.utilmeta-go.framework.schema.both-0", "github.com.utilmeta.utilmeta-go.framework.schema.both-1"}},
		{[]reflect.Type{reflect.TypeFor[bush]()}, []string{"schema.bush"}},
		{[]reflect.Type{reflect.TypeFor[holder]()}, []string{"held", "heldInput", "holder", "holderInput"}},
		{[]reflect.Type{reflect.TypeFor[holder](), reflect.TypeFor[heldInput]()}, []string{"held", "held-Input", "heldInput", "holder", "holderInput"}},
		{[]reflect.Type{reflect.TypeFor[page[string]](), reflect.TypeFor[page[page[[]*held]]]()}, []string{"held", "heldInput", "page_heldList", "page_heldListInput", "page_page_heldList", "page_page_heldListInput", "page_string"}},
	} {
		if d := cmp.Diff(test.want, names(test.types...)); d != "" {
			t.Errorf("%v: %s", test.types, d)
		}
	}
}

var outerBoth = reflect.TypeFor[both]()

func TestTypeName(t *testing.T) {
	for _, test := range []struct {
		name   string
		length int
		want   string
	}{
		{"Item", 0, "Item"},
		{"Page[example.com/shop.Item]", 0, "Page_Item"},
		{"Page[example.com/shop.Item]", 1, "Page_shop.Item"},
		{"Page[example.com/shop.Item]", 9, "Page_example.com.shop.Item"},
		{"Pair[int,map[string]example.com/shop.Page[*example.com/a.B,[]string]]", 0, "Pair_int_Page_B_stringListMap"},
	} {
		if got := typeName(test.name, test.length); got != test.want {
			t.Errorf("typeName(%q, %d) = %q, want %q", test.name, test.length, got, test.want)
		}
	}
}

func TestECMAPattern(t *testing.T) {
	for p, want := range map[string]string{
		`^[a-z]+$`: `^[a-z]+$`, `\Aa\z`: `^a$`, `(?P<y>\d)`: `(?<y>\d)`, `(?:a|b)`: `(?:a|b)`,
		`(?i)a`: "", `[[:alpha:]]`: "", `\Qa.b\E`: "", `\\Az`: `\\Az`,
	} {
		if got := ECMAPattern(p); got != want {
			t.Errorf("ECMAPattern(%q) = %q, want %q", p, got, want)
		}
	}
}

type told struct{}

func (told) JSONSchema() *JSONSchema      { return &JSONSchema{Type: SchemaTypes{"string"}, Format: "told"} }
func (told) MarshalJSON() ([]byte, error) { return []byte(`""`), nil }

func TestJSONSchemaThatATypeTells(t *testing.T) {
	texts := schemaText(t, &Catalog{}, reflect.TypeFor[told](), reflect.TypeFor[map[string]told](), reflect.TypeFor[struct{ told }]())
	want := map[string]string{
		"in schema.told": `{"type":"string","format":"told"}`, "out schema.told": `{"type":"string","format":"told"}`,
		"in map[string]schema.told":  `{"type":"object","additionalProperties":{"type":"string","format":"told"}}`,
		"out map[string]schema.told": `{"type":"object","additionalProperties":{"type":"string","format":"told"}}`,
		"in struct { schema.told }":  `{"type":"string","format":"told"}`, "out struct { schema.told }": `{"type":"string","format":"told"}`,
	}
	if d := cmp.Diff(want, texts); d != "" {
		t.Error(d)
	}
}

// What the writer writes, and what the reader takes, is what the members of the schema say.
func TestJSONSchemaOfMembers(t *testing.T) {
	b := NewBuilder(reflect.TypeFor[shelf]())
	typ := reflect.TypeFor[shelf]()
	for _, name := range []string{"ID", "Name"} {
		f, _ := typ.FieldByName(name)
		b.Add(f, f.Offset, typ)
	}
	o, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	c := &Catalog{}
	ref := c.Members(o)
	l := c.Components()
	if len(l) != 1 || ref.Ref != l[0].Name || l[0].Name != "shelf" || len(l[0].Schema.Properties) != 1 || l[0].Schema.Properties[0].Name != "name" {
		t.Errorf("got %+v and %+v", ref, l)
	}
	var v shelf
	if doc := `{"name":"ab"}`; !o.Read(&Reader{}, []byte(doc), unsafe.Pointer(&v)) || v.Name != "ab" {
		t.Errorf("%s was read as %+v", doc, v)
	}
}
