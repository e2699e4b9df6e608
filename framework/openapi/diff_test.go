package openapi_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

const before = `
openapi: 3.1.0
paths:
  /shop/{id}:
    get:
      operationId: shop_get
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
        - {name: limit, in: query, schema: {type: integer, maximum: 100}}
      responses:
        "200": {content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}
        "404": {description: gone}
    put:
      operationId: shop_put
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Input'}}}}
      responses: {"204": {description: done}}
components:
  schemas:
    Item:
      type: object
      required: [id, name]
      properties: {id: {type: integer}, name: {type: string}, next: {anyOf: [{$ref: '#/components/schemas/Item'}, {type: 'null'}]}}
    Input:
      type: object
      required: [name]
      properties:
        name: {type: string, minLength: 1}
        kind: {type: string, enum: [a, b]}
        note: {type: [string, 'null']}
        size: {type: number}
        tags: {type: array, items: {type: string}}
        more: {type: object, additionalProperties: {type: integer}}
        kids: {type: array, items: {$ref: '#/components/schemas/Input'}}
`

func TestBreaking(t *testing.T) {
	const get, put = "GET /shop/{id}: ", "PUT /shop/{id}: "
	for _, test := range []struct {
		name, old, new string // old is replaced by new
		want           []string
	}{
		{"nothing", "", "", nil},
		{"another name in the path", "id}", "key}", []string{}},
		{"operation gone", "    put:", "    patch:", []string{put + "is gone"}},
		{"path gone", "  /shop/{id}:", "  /item/{id}:", []string{get + "is gone", put + "is gone"}},
		{"another id", "shop_get", "shop_read", []string{get + "its id is shop_read, and was shop_get"}},
		{"parameter required", "{name: limit, in: query,", "{name: limit, in: query, required: true,", []string{get + "query parameter limit: is required"}},
		{"new parameter", "        - {name: limit", "        - {name: x, in: header, required: true}\n        - {name: limit", []string{get + "header parameter x: is new and required"}},
		{"new optional parameter", "        - {name: limit", "        - {name: x, in: header}\n        - {name: limit", nil},
		{"lower limit", "maximum: 100", "maximum: 50", []string{get + "query parameter limit: maximum is 50, and was 100"}},
		{"higher limit", "maximum: 100", "maximum: 500", nil},
		{"another type in the path", "schema: {type: integer}}", "schema: {type: string}}", nil},
		{"narrower type", "size: {type: number}", "size: {type: integer}", []string{put + "body: size: is integer, and was number"}},
		{"any type", "size: {type: number}", "size: {}", nil},
		{"type for any", "additionalProperties: {type: integer}", "additionalProperties: {type: integer, maximum: 3}", []string{put + "body: more: members: maximum is 3"}},
		{"fewer values", "enum: [a, b]", "enum: [a]", []string{put + "body: kind: must not be b"}},
		{"more values", "enum: [a, b]", "enum: [a, b, c]", nil},
		{"no null", "note: {type: [string, 'null']}", "note: {type: string}", []string{put + "body: note: must not be null"}},
		{"longer", "minLength: 1", "minLength: 2", []string{put + "body: name: minLength is 2, and was 1"}},
		{"pattern", "tags: {type: array, items: {type: string}}", "tags: {type: array, items: {type: string, pattern: ^a}}", []string{put + "body: tags: items: pattern is ^a"}},
		{"member required", "required: [name]", "required: [name, size]", []string{put + "body: size: is required"}},
		{"new member required", "required: [name]\n      properties:\n", "required: [name, new]\n      properties:\n        new: {type: string}\n", []string{put + "body: new: is new and required"}},
		{"body required", "requestBody: {", "requestBody: {required: true, ", []string{put + "body: is required"}},
		{"another media type", "requestBody: {content: {application/json", "requestBody: {content: {text/plain", []string{put + "body: is no longer application/json"}},
		{"closed", "    Input:\n", "    Input:\n      additionalProperties: false\n", []string{put + "body: must not have other members"}},
		{"answer's member gone", "properties: {id: {type: integer}, name: {type: string}, next", "properties: {id: {type: integer}, next", []string{get + "answer 200: name: is gone"}},
		{"answer's member may be missing", "required: [id, name]", "required: [id]", []string{get + "answer 200: name: may be missing"}},
		{"answer's member wider", "properties: {id: {type: integer}, name", "properties: {id: {type: [integer, string]}, name", []string{get + "answer 200: id: is integer or string, and was integer"}},
		{"answer's member may be null", "properties: {id: {type: integer}, name", "properties: {id: {type: [integer, 'null']}, name", []string{get + "answer 200: id: may be null"}},
		{"answer's new member", "next: {anyOf", "new: {type: string}, next: {anyOf", nil},
		{"another status", `"204"`, `"200"`, []string{put + "answer 204: is gone"}},
		{"a problem gone", `        "404": {description: gone}`, "", nil},
		{"identity", "      operationId: shop_put", "      security: [{session: []}]\n      operationId: shop_put", []string{put + "needs an identity"}},
		{"a status without quotes", `"200": {content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}`, "200: {content: {text/plain: {}}}", []string{get + "answer 200: is no longer application/json"}},
		{"optional identity", "      operationId: shop_put", "      security: [{session: []}, {}]\n      operationId: shop_put", nil},
	} {
		after := before
		if test.old != "" {
			if after = strings.ReplaceAll(before, test.old, test.new); after == before {
				t.Errorf("%s: %q does not stand in the document", test.name, test.old)
			}
		}
		changes, err := openapi.Breaking([]byte(before), []byte(after))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		var got []string
		for _, c := range changes {
			got = append(got, c.String())
		}
		if test.name == "another type in the path" {
			test.want = []string{get + "path parameter id: is string, and was integer"}
		}
		if len(test.want) == 0 {
			test.want = nil
		}
		if d := cmp.Diff(test.want, got); d != "" {
			t.Errorf("%s: %s", test.name, d)
		}
	}
}

func TestBreakingOfOurOwn(t *testing.T) {
	_, doc := kitchen(t)
	asJSON, err := doc.JSON()
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := doc.YAML()
	if err != nil {
		t.Fatal(err)
	}
	if changes, err := openapi.Breaking(asYAML, asJSON); err != nil || len(changes) > 0 {
		t.Errorf("a document breaks itself: %v, %v", changes, err)
	}
	for text, want := range map[string]string{"{": "old document", "openapi: 2.0": "is not of OpenAPI 3", "": "is empty", "[]": "old document"} {
		if _, err := openapi.Breaking([]byte(text), asJSON); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzBreaking(f *testing.F) {
	f.Add([]byte(before), []byte(strings.ReplaceAll(before, "integer", "string")))
	f.Add([]byte("openapi: 3.0.0\npaths: {/a: {get: {parameters: [1, {$ref: '#/x'}], responses: {200: 3}}}}\nx: {$ref: '#/x'}"), []byte("openapi: 3.0.0"))
	f.Add([]byte("openapi: 3.A\npaths: {A: {get: {operationId: {}, responses: {2A0}}}}"), []byte("openapi: 3.A"))
	f.Fuzz(func(t *testing.T, old, new []byte) {
		if _, err := openapi.Breaking(old, new); err == nil {
			if changes, err := openapi.Breaking(old, old); err != nil || len(changes) > 0 {
				t.Errorf("a document breaks itself: %v, %v", changes, err)
			}
		}
	})
}
