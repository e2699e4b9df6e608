package openapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

// The shop has handlers of its own, and one of old that it adopts.
type shopAPI struct {
	// Get is one item.
	Get api.Get[shopInput, item] `route:"/items/{id}"`
	// Save keeps an item.
	Save api.Put[savedInput, item] `route:"/items/{id}"`
	// Report is what is known of old.
	Report api.Raw `method:"GET,DELETE"`
}

func (a *shopAPI) DescribeAPI(d *api.Description) {
	d.Type((*shopAPI)(nil))
	d.Doc("What is sold.", "merge_test.go:24")
	for field, doc := range map[string]string{"Get": "Get is one item.", "Save": "Save keeps an item.", "Report": "Report is what is known of old."} {
		d.Field(field, doc, "merge_test.go:24")
	}
}

type shopInput struct {
	ID int `path:"id"`
	Me buyer
}

// A buyer sends a token.
type buyer struct{}

func (*buyer) Inject(context.Context) error { return nil }

func (*buyer) SecuritySchemes(*api.Endpoint) ([]api.SecurityScheme, bool) {
	return []api.SecurityScheme{{Name: "token", Type: "http", Scheme: "bearer"}}, false
}

type savedInput struct {
	ID int `path:"id"`
	item
}

type item struct {
	Name string `json:"name"`
}

// merged is the document of the shop with others.
func merged(t *testing.T, about openapi.About, sources ...openapi.Source) *openapi.Doc {
	t.Helper()
	root := &struct {
		Shop *shopAPI `route:"/"`
	}{&shopAPI{
		Get:    func(context.Context, *shopInput) (*item, error) { return &item{}, nil },
		Save:   func(context.Context, *savedInput) (*item, error) { return &item{}, nil },
		Report: api.Adopt(http.NotFoundHandler()),
	}}
	var mux api.Mux
	if err := mux.Mount("/v1", root); err != nil {
		t.Fatal(err)
	}
	var err error
	if about.Foreign, err = openapi.Read(context.Background(), sources...); err != nil {
		t.Fatal(err)
	}
	about.Docs = api.DocsOf(root)
	about.Title, about.License = "Shop", &openapi.License{Name: "MIT", Identifier: "MIT"}
	about.Description, about.Contact = "A shop and what it took over.", &openapi.Contact{Name: "us", URL: "https://shop.test", Email: "us@example.com"}
	doc, err := openapi.Document(about, mux.Endpoints())
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func textOf(t *testing.T, doc *openapi.Doc) []byte {
	t.Helper()
	text, err := doc.JSON()
	if err != nil {
		t.Fatal(err)
	}
	validate(t, text)
	return text
}

// stands is what is in a document at a path of names, which "|" separates.
func stands(t *testing.T, text []byte, path string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	for step := range strings.SplitSeq(path, "|") {
		o, _ := v.(map[string]any)
		v = o[step]
	}
	return v
}

var shop = openapi.About{BaseURL: "https://shop.test"}

func TestMerge(t *testing.T) {
	doc := merged(t, shop, openapi.File("testdata/legacy.yaml"))
	text := textOf(t, doc)
	golden(t, "merged.json", text)
	for range 3 {
		if again := textOf(t, merged(t, shop, openapi.File("testdata/legacy.yaml"))); !bytes.Equal(again, text) {
			t.Fatal("the same documents have made another one")
		}
	}
	asYAML, err := doc.YAML()
	if err != nil {
		t.Fatal(err)
	}
	if changes, err := openapi.Breaking(asYAML, text); err != nil || len(changes) > 0 {
		t.Errorf("YAML and JSON differ: %v, %v", changes, err)
	}
	got := operations(doc)
	want := []string{
		"get /v1/items/{id} shop_get shop", "put /v1/items/{id} shop_save shop", "patch /v1/items/{id} shop_get_1 shop",
		"get /v1/report shop_report pets", "delete /v1/report shop_report_delete shop", "post /v1/report post_v1_report pets",
		"get /v1/pets get_v1_pets Legacy",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	clash := []openapi.Clash{{Where: "GET /v1/items/{id}", Kept: "openapi_test.shopAPI.Get", Left: "testdata/legacy.yaml"}}
	if d := cmp.Diff(clash, doc.Clashes); d != "" {
		t.Error(d)
	}
	if got := clash[0].String(); got != "GET /v1/items/{id}: testdata/legacy.yaml has it too: that of openapi_test.shopAPI.Get is kept" {
		t.Error(got)
	}
	op, _ := doc.Paths[0].Value.Get("patch")
	view := openapi.Operation{
		Tags: []string{"shop"}, Summary: "Change an item", Description: "Change an item.", OperationID: "shop_get_1", Security: []openapi.Requirement{{"token_1": {}}},
	}
	if d := cmp.Diff(&view, op, cmpopts.IgnoreUnexported(openapi.Operation{})); d != "" {
		t.Error(d)
	}
}

// operations lists those of a document: method, path, id and tags.
func operations(doc *openapi.Doc) (l []string) {
	for _, path := range doc.Paths {
		for _, op := range path.Value {
			l = append(l, op.Key+" "+path.Key+" "+op.Value.OperationID+" "+strings.Join(op.Value.Tags, ","))
		}
	}
	return l
}

// one is a document of 3.1 with paths, and more members.
func one(paths, more string) openapi.Source {
	if more != "" {
		more += ", "
	}
	text := `{openapi: 3.1.0, info: {title: One, version: "1"}, ` + more + `paths: {` + paths + `}}`
	return openapi.Source{Name: "one", Text: strings.Join(strings.Fields(text), " ")}
}

// Everything in a document has one place in the merged one; found says what stands where, as JSON.
func TestMergeRules(t *testing.T) {
	const a = `/a: {get: {responses: {"200": {description: A}}}}`
	far := openapi.About{}
	below := openapi.About{BaseURL: "http://shop.test:80/v1"}
	for _, test := range []struct {
		name  string
		about openapi.About
		doc   openapi.Source
		found map[string]string
	}{
		{"no server", shop, one(a, ""), map[string]string{"paths|/a|get|operationId": `"get_a"`, "paths|/a|get|servers": "null"}},
		{"our server", shop, one(a, `servers: [{url: "https://SHOP.test/v2/"}]`), map[string]string{"paths|/v2/a|get|servers": "null"}},
		{"the other scheme", shop, one(a, `servers: [{url: "http://shop.test"}]`), map[string]string{"paths|/a|get|servers": "null"}},
		{"path alone", shop, one(a, `servers: [{url: /v2}]`), map[string]string{"paths|/v2/a|get|servers": "null"}},
		{"nothing but a slash", below, one(a, `servers: [{url: /}]`), map[string]string{"paths|/a|get|servers": "null"}},
		{"below our server", below, one(a, `servers: [{url: "https://shop.test/v1/old"}]`), map[string]string{"paths|/old/a|get|servers": "null"}},
		{"as our server", below, one(a, `servers: [{url: "https://shop.test/v1"}]`), map[string]string{"paths|/a|get|servers": "null"}},
		{"beside our server", below, one(a, `servers: [{url: /v10}]`), map[string]string{"paths|/a|get|servers": `[{"url":"/v10"}]`}},
		{"another host", shop, one(a, `servers: [{url: "https://old.example.com/v2", x-a: 1}]`), map[string]string{"paths|/a|get|servers": `[{"url":"https://old.example.com/v2","x-a":1}]`}},
		{"another port", shop, one(a, `servers: [{url: "https://shop.test:8443"}]`), map[string]string{"paths|/a|get|servers": `[{"url":"https://shop.test:8443"}]`}},
		{"one of several", shop, one(a, `servers: [{url: "https://old.example.com"}, {url: "https://shop.test/x"}]`), map[string]string{"paths|/x/a|get|servers": "null"}},
		{"variables", shop, one(a, `servers: [{url: "https://{host}/{v}", variables: {host: {default: shop.test}, v: {default: v7}}}]`), map[string]string{"paths|/v7/a|get|servers": "null"}},
		{"we are nowhere", far, one(a, `servers: [{url: "https://old.example.com/v2"}]`), map[string]string{"paths|/a|get|servers": `[{"url":"https://old.example.com/v2"}]`}},
		{"server of the path", shop, one(`/a: {servers: [{url: "https://a.test"}], get: {responses: {default: {description: D}}}, put: {servers: [{url: /b}], responses: {default: {description: D}}}}`, ""), map[string]string{
			"paths|/a|get|servers": `[{"url":"https://a.test"}]`, "paths|/b/a|put|servers": "null", "paths|/a|put": "null",
		}},
		{"security of all", shop, one(`/a: {get: {responses: {default: {description: D}}}, put: {security: [], responses: {default: {description: D}}}}`, `security: [{key: []}], components: {securitySchemes: {key: {type: http, scheme: basic}}}`), map[string]string{
			"paths|/a|get|security": `[{"key":[]}]`, "paths|/a|put|security": "[]", "security": "[]", "components|securitySchemes|key|scheme": `"basic"`,
		}},
		{"the same component", shop, one(`/a: {get: {responses: {"200": {description: A, content: {application/json: {schema: {$ref: "#/components/schemas/item"}}}}}}}`,
			`components: {schemas: {item: {required: [name], type: object, properties: {name: {type: string}}}}}`), map[string]string{
			"paths|/a|get|responses|200|content|application/json|schema|$ref": `"#/components/schemas/item"`, "components|schemas|item_1": "null",
		}},
		{"the same but for what it refers to", shop, one(`/a: {get: {responses: {"404": {$ref: "#/components/responses/NotFound"}}}}`,
			`components: {schemas: {Problem: {type: object}}, responses: {NotFound: {description: Not Found, content: {application/problem+json: {schema: {$ref: "#/components/schemas/Problem"}}}}}}`), map[string]string{
			"paths|/a|get|responses|404|$ref":                                              `"#/components/responses/NotFound_1"`,
			"components|responses|NotFound_1|content|application/problem+json|schema|$ref": `"#/components/schemas/Problem_1"`,
		}},
		{"the new name is taken too", shop, one(a, `components: {schemas: {item: {properties: {p: {type: string}}}, item_1: {type: number}, Uses: {$ref: "#/components/schemas/item/properties/p"}}}`), map[string]string{
			"components|schemas|Uses|$ref": `"#/components/schemas/item_2/properties/p"`, "components|schemas|item_1|type": `"number"`,
		}},
		{"a name that none may have", shop, one(a, `components: {schemas: {"a b": {type: string}, c: {$ref: "#/components/schemas/a%20b"}}}`), map[string]string{
			"components|schemas|c|$ref": `"#/components/schemas/a_b"`, "components|schemas|a_b|type": `"string"`,
		}},
		{"every section", shop, one(`/a: {$ref: "#/components/pathItems/p"}`, `components: {parameters: {q: {name: q, in: query, schema: {type: string}}}, examples: {e: {value: 1}},
			requestBodies: {b: {content: {text/plain: {}}}}, headers: {h: {schema: {}}}, links: {l: {operationId: get_a}}, callbacks: {c: {"{$url}": {post: {operationId: get_a, responses: {default: {description: D}}}}}},
			pathItems: {p: {get: {operationId: get_a, parameters: [{$ref: "#/components/parameters/q"}], responses: {"200": {description: A, links: {l: {$ref: "#/components/links/l"}}}}}}}}`), map[string]string{
			"components|parameters|q|name": `"q"`, "components|examples|e|value": "1", "components|requestBodies|b": `{"content":{"text/plain":{}}}`, "components|headers|h|schema": "{}",
			"components|links|l|operationId": `"get_a"`, "paths|/a|get|parameters": `[{"$ref":"#/components/parameters/q"}]`,
		}},
		{"ids", shop, one(`/a: {get: {operationId: shop_get, responses: {"200": {description: A, links: {me: {operationId: shop_get}, it: {operationRef: "#/paths/~1a/get"}}}}, callbacks: {c: {"{$url}": {post: {operationId: shop_get, responses: {default: {description: D}}}}}}}}`,
			`servers: [{url: /v9}]`), map[string]string{
			"paths|/v9/a|get|responses|200|links|it|operationRef": `"#/paths/~1v9~1a/get"`,
			"paths|/v9/a|get|responses|200|links|me|operationId":  `"shop_get_2"`, "paths|/v9/a|get|operationId": `"shop_get_2"`,
			"paths|/v9/a|get|callbacks|c|{$url}|post|operationId": `"shop_get_1"`,
		}},
		{"links to what is left out", shop, one(`"/v1/items/{id}": {get: {}}, /v1/report: {get: {}},
			/a: {get: {operationId: shop_get, responses: {"200": {description: A, links: {ref: {operationRef: "#/paths/~1v1~1report/get"}}}}}}`, ""), map[string]string{
			"paths|/a|get|responses|200|links|ref": `{"operationRef":"#/paths/~1v1~1report/get"}`,
		}},
		{"links to ours", shop, one(`"/v1/items/{id}": {get: {operationId: old}}, /v1/report: {get: {operationId: older}},
			/a: {get: {responses: {"200": {description: A, links: {b: {operationId: old}, c: {operationId: older}}}}}}`, ""), map[string]string{
			"paths|/a|get|responses|200|links|b": `{"operationId":"shop_get"}`, "paths|/a|get|responses|200|links|c": `{"operationId":"shop_report"}`,
		}},
		{"webhooks", shop, openapi.Source{Name: "hooks", Text: `{openapi: 3.1.0, info: {title: H, version: "1"}, webhooks: {new: {post: {operationId: shop_get, requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/item"}}}}, responses: {default: {description: D}}}}}, components: {schemas: {item: {type: string}}}}`}, map[string]string{
			"webhooks|new|post|operationId": `"shop_get_1"`, "webhooks|new|post|requestBody|content|application/json|schema|$ref": `"#/components/schemas/item_1"`,
		}},
		{"bundled", shop, one(`/a: {get: {responses: {"200": {description: A, content: {application/json: {schema: {type: object, properties: {again: {$ref: "#/paths/~1a/get/responses/200/content/application~1json/schema"}}}}}}}}},
			/b: {get: {responses: {"200": {$ref: "#/paths/~1a/get/responses/200"}}}}`, `servers: [{url: /v9}]`), map[string]string{
			"paths|/v9/b|get|responses|200|$ref": `"#/components/responses/paths_a_get_responses_200"`,
			"components|schemas|paths_a_get_responses_200_content_application_json_schema|properties|again|$ref": `"#/components/schemas/paths_a_get_responses_200_content_application_json_schema"`,
		}},
		{"parameters by another name", shop, one(`"/v1/items/{number}": {parameters: [{$ref: "#/components/parameters/n"}], delete: {responses: {default: {description: D}}}}`, `components: {parameters: {n: {name: number, in: path, required: true, schema: {type: integer}}}}`), map[string]string{
			"paths|/v1/items/{id}|delete|parameters": `[{"in":"path","name":"id","required":true,"schema":{"type":"integer"}}]`, "components|parameters": "null",
		}},
		{"paths that are not the same", shop, one(`"/v1/items/{id}.json": {get: {responses: {default: {description: D}}}}, "/v1/{kind}:{id}": {get: {responses: {default: {description: D}}}}`, ""), map[string]string{
			"paths|/v1/items/{id}.json|get|operationId": `"get_v1_items_id_json"`, "paths|/v1/{kind}:{id}|get|operationId": `"get_v1_kind_id"`,
		}},
		{"a raw handler", shop, one(`/v1/report: {get: {operationId: old, summary: Old, responses: {"200": {description: It}, "400": {description: Wrong}}}}`, ""), map[string]string{
			"paths|/v1/report|get|operationId": `"shop_report"`, "paths|/v1/report|get|summary": `"Old"`, "paths|/v1/report|get|tags": `["shop"]`,
			"paths|/v1/report|get|x-ref": `"openapi_test.shopAPI.Report"`, "paths|/v1/report|get|responses|400": `{"description":"Wrong"}`,
			"paths|/v1/report|get|responses|500": `{"$ref":"#/components/responses/InternalServerError"}`,
		}},
		{"a raw handler, and nothing said of answers", shop, one(`/v1/report: {get: {operationId: old}}`, ""), map[string]string{
			"paths|/v1/report|get|responses|200": `{"content":{"*/*":{}},"description":"OK"}`, "paths|/v1/report|get|responses|500": `{"$ref":"#/components/responses/InternalServerError"}`,
		}},
		{"alternatives", shop, one(a, `components: {schemas: {item: {type: object, discriminator: {propertyName: k}}, b: {allOf: [{$ref: "#/components/schemas/item"}]}, Problem: {allOf: [{$ref: "#/components/schemas/b"}]},
			c: {oneOf: [{$ref: "#/components/schemas/Problem"}], discriminator: {propertyName: k, mapping: {p: Problem}}}}}`), map[string]string{
			"components|schemas|item_1|discriminator|mapping": `{"Problem":"#/components/schemas/Problem_1","b":"#/components/schemas/b"}`,
			"components|schemas|c|discriminator|mapping":      `{"p":"#/components/schemas/Problem_1"}`,
		}},
	} {
		text := textOf(t, merged(t, test.about, test.doc))
		for path, want := range test.found {
			got, err := json.Marshal(stands(t, text, path))
			if err != nil || string(got) != want {
				t.Errorf("%s: %s is %s, want %s", test.name, path, got, want)
			}
		}
	}
}

// Documents that say the same are one; a document that is merged twice says nothing more.
func TestMergeTwice(t *testing.T) {
	file := openapi.File("testdata/foreign/three.yaml")
	doc := merged(t, shop, file, file)
	once := merged(t, shop, file)
	if len(doc.Clashes) != 3 || doc.Clashes[0].Kept != "testdata/foreign/three.yaml" {
		t.Errorf("clashes %v", doc.Clashes)
	}
	doc.Clashes = nil
	if d := cmp.Diff(string(textOf(t, once)), string(textOf(t, doc))); d != "" {
		t.Error(d)
	}
}

// A document that was read from an address has its operations there, unless it says otherwise.
func TestMergeFromAnAddress(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{openapi: 3.1.0, info: {title: A, version: "1"}, paths: {/a: {get: {responses: {default: {description: D}}}, put: {servers: [{url: "../{v}", variables: {v: {default: v2}}}], responses: {default: {description: D}}}}}}`)
	}))
	defer server.Close()
	source := openapi.Argument(server.URL + "/docs/a.yaml?x=1")
	text := textOf(t, merged(t, shop, source))
	for path, want := range map[string]string{"get": server.URL, "put": server.URL + "/{v}"} {
		if got := fmt.Sprint(stands(t, text, "paths|/a|"+path+"|servers")); !strings.Contains(got, "url:"+want+"]") && !strings.Contains(got, "url:"+want+" ") {
			t.Errorf("%s: %s", path, got)
		}
	}
	text = textOf(t, merged(t, openapi.About{BaseURL: server.URL}, source))
	if stands(t, text, "paths|/a|get") == nil || stands(t, text, "paths|/a|get|servers") != nil || stands(t, text, "paths|/v2/a|put") == nil {
		t.Errorf("our own address: %s", text)
	}
}

func TestMergeBelowAPrefix(t *testing.T) {
	about := shop
	about.Prefix = "/v1/pets"
	doc := merged(t, about, openapi.File("testdata/legacy.yaml"))
	textOf(t, doc)
	if d := cmp.Diff([]string{"get /v1/pets get_v1_pets Legacy"}, operations(doc)); d != "" {
		t.Error(d)
	}
	var names []string
	for _, s := range doc.Components.Schemas {
		names = append(names, s.Key)
	}
	if d := cmp.Diff([]string{"Pet", "Fault", "Cat"}, names); d != "" {
		t.Error(d)
	}
	if len(doc.Tags) != 1 || len(doc.Components.SecuritySchemes) != 1 || len(doc.Components.Parameters) != 0 {
		t.Errorf("tags %v, schemes %v, parameters %v", doc.Tags, doc.Components.SecuritySchemes, doc.Components.Parameters)
	}
}

func TestSplitOfMerged(t *testing.T) {
	doc := merged(t, shop, openapi.File("testdata/legacy.yaml"), openapi.File("testdata/foreign/three.yaml"))
	all := map[string][]string{}
	for id, one := range doc.Split() {
		textOf(t, one)
		for _, s := range one.Components.Schemas {
			all[id] = append(all[id], s.Key)
		}
		for _, p := range one.Components.Parameters {
			all[id] = append(all[id], p.Key)
		}
		if len(one.Paths) != 1 || len(one.Paths[0].Value) != 1 {
			t.Errorf("%s has %v", id, one.Paths)
		}
	}
	for id, want := range map[string][]string{
		"get_v1_pets": {"Fault", "Pet", "Cat"}, "shop_get_1": {"Fault", "item_1", "page", "Pet", "Problem_1", "Cat"}, "post_v1_report": nil,
		"getThing": {"Thing", "Part", "Small", "Big", "Verbose"},
	} {
		if d := cmp.Diff(want, all[id]); d != "" {
			t.Errorf("%s: %s", id, d)
		}
	}
	if len(all) == 0 || len(doc.Components.Parameters) == 0 {
		t.Error("splitting has changed the document")
	}
}

// What is merged breaks as our own does.
func TestBreakingOfMerged(t *testing.T) {
	text, err := os.ReadFile("testdata/legacy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), "{name: since, in: query, type: string, description: Its own}", "{name: since, in: query, type: string, required: true}", 1)
	before, after := merged(t, shop, openapi.Text(text)), merged(t, shop, openapi.Text(changed))
	changes, err := openapi.Breaking(textOf(t, before), textOf(t, after))
	if err != nil || len(changes) != 1 || changes[0].String() != "POST /v1/report: query parameter since: is required" {
		t.Errorf("%v, %v", changes, err)
	}
}

// All sources that cannot be loaded are named.
func TestReadNamesSources(t *testing.T) {
	_, err := openapi.Read(context.Background(), openapi.File("absent.yaml"), openapi.File("testdata/legacy.yaml"), openapi.Text("[]"),
		one("", "jsonSchemaDialect: https://other.test/dialect"))
	for _, want := range []string{"absent.yaml", "[]", "jsonSchemaDialect"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestDocOfForeignAlone(t *testing.T) {
	docs, err := openapi.Read(context.Background(), openapi.File("testdata/foreign/petstore.yaml"), openapi.File("testdata/foreign/odd.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := docs[0].Doc("/pets", docs[1])
	if err != nil {
		t.Fatal(err)
	}
	text := textOf(t, doc)
	for path, want := range map[string]string{
		"info|title": "Petstore", "info|license|name": "MIT", "info|x-logo|url": "https://pets.example.com/logo.png", "info|contact|email": "pets@example.com", "paths|/odd/form": "<nil>", "paths|/body": "<nil>",
		"servers": "2", "paths|/pets|get|servers": "<nil>", "paths|/pets|get|parameters": "8",
	} {
		got := stands(t, text, path)
		if l, ok := got.([]any); ok && len(l) > 1 {
			got = len(l)
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s: %v, want %s", path, got, want)
		}
	}
}
