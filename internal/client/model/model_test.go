package model

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"user_signup": "user signup", "X-Request-ID": "X Request ID", "userIDs": "user IDs", "HTTPServer": "HTTP Server", "a1B2": "a1 B2",
		"日本 x": "日本 x", "*/": "", "${a}": "a", "😀a": "a", "": "",
	} {
		if got := strings.Join(Words(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string][2]string{"user_signup": {"UserSignup", "userSignup"}, "1st": {"X1st", "x1st"}, "": {"X", "x"}, "日本": {"X日本", "日本"}} {
		if got := [2]string{Camel(text), LowerCamel(text)}; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	s := Scope{}
	if got := []string{s.Take("a"), s.Take("a"), s.Take("a2"), s.Take("a")}; !cmp.Equal(got, []string{"a", "a2", "a22", "a3"}) {
		t.Errorf("%q", got)
	}
	for _, tt := range [][3]string{{"user_signup", "user", "signup"}, {"user", "user", "user"}, {"users_list", "user", "users_list"}, {"ShopAdminGet", "shop admin", "Get"}} {
		if got := withoutPrefix(tt[0], tt[1]); got != tt[2] {
			t.Errorf("%q in %q: %q, want %q", tt[0], tt[1], got, tt[2])
		}
	}
}

// describe writes a type in short.
func describe(t *Type, depth int) string {
	s := map[Kind]string{
		Any: "any", String: "string", Integer: "integer", Number: "number", Boolean: "boolean", File: "file", Enum: "enum", List: "list", Map: "map",
		Object: "object", Union: "union", Nullable: "null",
	}[t.Kind]
	if t.Format != "" {
		s += ":" + t.Format
	}
	if depth == 0 {
		return s
	}
	var l []string
	for _, m := range t.Members {
		mark := "?"
		if m.Required {
			mark = ""
		}
		l = append(l, m.Name+mark+" "+describe(m.Type, depth-1))
	}
	for _, v := range t.Variants {
		l = append(l, v.Name+" "+describe(v.Type, depth-1))
	}
	l = append(l, t.Values...)
	for _, item := range t.Tuple {
		l = append(l, describe(item, depth-1))
	}
	if t.Elem != nil {
		l = append(l, "..."+describe(t.Elem, depth-1))
	}
	if t.Discriminator != "" {
		l = append(l, "by "+t.Discriminator)
	}
	if l != nil {
		s += "(" + strings.Join(l, ", ") + ")"
	}
	return s
}

const components = `{
	"A": {"type": "object", "properties": {"id": {"type": "integer"}, "a": {"$ref": "#/components/schemas/A"}}, "required": ["id"]},
	"B": {"allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"b": {"type": "boolean"}}, "required": ["b", "a"]}]},
	"Loop": {"$ref": "#/components/schemas/Loop"},
	"Self": {"oneOf": [{"$ref": "#/components/schemas/Self"}, {"type": "string"}]},
	"Base": {"type": "object", "properties": {"kind": {"type": "string"}}, "oneOf": [{"$ref": "#/components/schemas/K1"}, {"$ref": "#/components/schemas/K2"}], "discriminator": {"propertyName": "kind"}},
	"K1": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"properties": {"one": {"type": "integer"}}}]},
	"K2": {"type": "object", "properties": {"two": {"type": "integer"}}}
}`

func document(schema string) string {
	return fmt.Sprintf(`{"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "components": {"schemas": %s}, "paths": {"/x": {
		"post": {"requestBody": {"required": true, "content": {"application/json": {"schema": %s}}},
			"responses": {"200": {"description": "", "content": {"application/json": {"schema": %[2]s}}}}}}}}`, components, schema)
}

func TestSchemas(t *testing.T) {
	for _, tt := range []struct{ schema, in, out string }{
		{`{"type": "string", "format": "date"}`, "string:date", ""},
		{`{"type": ["integer", "null"]}`, "null(...integer)", ""},
		{`{"anyOf": [{"type": "string"}, {"type": "null"}]}`, "null(...string)", ""},
		{`{"type": ["string", "integer"]}`, "union(string string, integer integer)", ""},
		{`{"enum": ["a", "b", null]}`, "null(...enum(a, b))", ""},
		{`{"oneOf": [{"const": "a"}, {"const": "b"}]}`, "enum(a, b)", ""},
		{`{"anyOf": [{"type": "string"}, {"enum": ["a"]}]}`, "string", ""},
		{`{"enum": [1, 2.5]}`, "number", ""},
		{`{"type": "string", "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}`, "string", ""},
		{`{"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "integer"}}`, "list(string, ...integer)", ""},
		{`{"additionalProperties": {"type": "boolean"}}`, "map(...boolean)", ""},
		{`{"type": "object"}`, "map(...any)", ""},
		{`{"type": "object", "additionalProperties": false}`, "object", ""},
		{`true`, "any", ""},
		{`{"$ref": "#/components/schemas/A"}`, "object(id integer, a? object)", ""},
		{`{"allOf": [{"$ref": "#/components/schemas/A"}], "description": "an A"}`, "object(id integer, a? object)", ""},
		{`{"$ref": "#/components/schemas/%42"}`, "object(id integer, a object, b boolean)", ""},
		{`{"$ref": "#/components/schemas/B"}`, "object(id integer, a object, b boolean)", ""},
		{`{"$ref": "#/components/schemas/A/properties/id"}`, "integer", ""},
		{`{"$ref": "#/components/schemas/Self"}`, "union(String string)", ""},
		{`{"$ref": "#/components/schemas/Base"}`, "union(K1 object, K2 object, by kind)", ""},
		{`{"$ref": "#/components/schemas/K1"}`, "object(kind? string, one? integer)", ""},
		{`{"properties": {"in": {"type": "string", "writeOnly": true}, "out": {"type": "string", "readOnly": true}}}`, "object(in? string)", "object(out? string)"},
	} {
		api, err := Build([]byte(document(tt.schema)), Options{})
		if err != nil {
			t.Errorf("%s: %v", tt.schema, err)
			continue
		}
		op := api.Groups[0].Operations[0]
		if got := describe(op.Body.Type, 2); got != tt.in && describe(op.Body.Type, 1) != tt.in {
			t.Errorf("%s: %s, want %s", tt.schema, got, tt.in)
		}
		if want := tt.out; want == "" {
			continue
		} else if got := describe(op.Answers[0].Type, 2); got != want {
			t.Errorf("%s: answers %s, want %s", tt.schema, got, want)
		}
	}
}

func TestMistakes(t *testing.T) {
	for text, want := range map[string]string{
		``:                     "is no JSON",
		`{} x`:                 "there is more after the document",
		`{"openapi": "2.0"}`:   `is of OpenAPI "2.0"`,
		`{"openapi": "3.1.0"}`: "there is no operation",
		document(`{"$ref": "#/components/schemas/Nobody"}`):          `there is no #/components/schemas/Nobody in the document`,
		document(`{"$ref": "other.yaml#/X"}`):                        "other.yaml#/X is outside of the document: bundle it first",
		document(`{"$ref": "#/components/schemas/Loop"}`):            "refers only to itself",
		document(`{"type": "text"}`):                                 `type "text" is none of JSON Schema`,
		strings.Replace(document(`{}`), `"200"`, `"200\n{evil}"`, 1): `is no status: known are`,
		strings.Replace(document(`{}`), `"200"`, `""`, 1):            `"" is no status`,
		strings.Repeat("[", 1000):                                    "nests deeper than 400",
		document(`{"type": "x\n\u2028y"}`):                           `type "x`,
	} {
		_, err := Build([]byte(text), Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want %s", text, err, want)
		} else if strings.ContainsAny(err.Error(), "\u2028\r") {
			t.Errorf("%.60s: the message has line breaks of the document", text)
		}
	}
}

// A document of a few lines must not become a program without end.
func TestGrowthIsBounded(t *testing.T) {
	var b strings.Builder
	for i := range 30 {
		next := fmt.Sprintf(`{"$ref": "#/components/schemas/S%d"}`, (i+1)%30)
		fmt.Fprintf(&b, `"S%d": {"properties": {"p%[1]d": %s}, "oneOf": [%[2]s, %[2]s, {"allOf": [%[2]s, %[2]s]}]},`, i, next)
	}
	text := strings.Replace(document(`{"$ref": "#/components/schemas/S0"}`), `"A":`, b.String()+`"A":`, 1)
	api, err := Build([]byte(text), Options{})
	if err == nil && len(api.Types) > maxTypes || err != nil && !strings.Contains(err.Error(), "more than") {
		t.Errorf("%v", err)
	}
}

// Neither many values below a long key nor many schemas below it take more memory than their share of the document.
func TestLongKeys(t *testing.T) {
	key := strings.Repeat("k", 100_000)
	many := strings.Repeat(`{"type": "object", "properties": {"a": {"type": "string"}}}, `, 10_000)
	text := document(`{"type": "object", "properties": {"` + key + `": {"prefixItems": [` + many + `true], "x": [` + strings.Repeat("0, ", 20_000) + `0]}}}`)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Build([]byte(text), Options{})
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 300*uint64(len(text)) {
		t.Errorf("%d bytes took %d: %v", len(text), used, err)
	}
}
