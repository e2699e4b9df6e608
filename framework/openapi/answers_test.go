package openapi_test

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"mime"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

// checker holds requests and answers against a document.
type checker struct {
	doc      map[string]any
	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema
}

const docURL = "https://kitchen.test/openapi.json"

func newChecker(t testing.TB, doc *openapi.Doc) *checker {
	t.Helper()
	text, err := doc.JSON()
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	c.AssertContent()
	if err := c.AddResource(docURL, v); err != nil {
		t.Fatal(err)
	}
	return &checker{v.(map[string]any), c, map[string]*jsonschema.Schema{}}
}

// at follows the steps, and references on the way; path is where that is.
func (c *checker) at(path string) (map[string]any, string) {
	v := any(c.doc)
	for step := range strings.SplitSeq(path, "/") {
		o, _ := v.(map[string]any)
		if v = o[strings.NewReplacer("~1", "/", "~0", "~").Replace(step)]; v == nil {
			return nil, path
		}
		if o, ok := v.(map[string]any); ok && o["$ref"] != nil && !strings.HasSuffix(path, "/schema") {
			return c.at(strings.TrimPrefix(o["$ref"].(string), "#/"))
		}
	}
	o, _ := v.(map[string]any)
	return o, path
}

func escape(s string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(s) }

// valid checks JSON against the schema at the path, which may be absent.
func (c *checker) valid(path string, text []byte) error {
	s := c.compiled[path]
	if s == nil {
		var err error
		if s, err = c.compiler.Compile(docURL + "#/" + path); err != nil {
			return err
		}
		c.compiled[path] = s
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return s.Validate(v)
}

// answer checks an answer of the operation at "paths/~1api/get".
func (c *checker) answer(operation string, w *httptest.ResponseRecorder) error {
	if w.Code >= 500 {
		return fmt.Errorf("answered with %d %s", w.Code, w.Body)
	}
	var response map[string]any
	var at string
	for _, status := range []string{fmt.Sprint(w.Code), fmt.Sprintf("%dXX", w.Code/100)} {
		if response, at = c.at(operation + "/responses/" + status); response != nil {
			break
		}
	}
	if response == nil {
		return fmt.Errorf("the status %d is not in the document: %s", w.Code, w.Body)
	}
	content, _ := response["content"].(map[string]any)
	if len(content) == 0 {
		if w.Body.Len() > 0 {
			return fmt.Errorf("%d has a body, which is not in the document: %s", w.Code, w.Body)
		}
		return nil
	}
	typ, _, _ := mime.ParseMediaType(w.Header().Get("Content-Type"))
	media, ok := content[typ].(map[string]any)
	if !ok {
		if _, any := content["*/*"]; any {
			return nil
		}
		return fmt.Errorf("%d is %q, which is not in the document", w.Code, typ)
	}
	if media["schema"] == nil || typ == "text/event-stream" {
		return nil
	}
	if err := c.valid(at+"/content/"+escape(typ)+"/schema", w.Body.Bytes()); err != nil {
		return fmt.Errorf("%d %s: %w", w.Code, w.Body, err)
	}
	return nil
}

// Every kind of answer is as the document says.
func TestAnswersAreAsTheDocumentSays(t *testing.T) {
	mux, doc := kitchen(t)
	c := newChecker(t, doc)
	const id, gone = "0197a1b2-0000-7000-8000-000000000001", "ff97a1b2-0000-7000-8000-000000000001"
	const anOrder = `{"customer":"ann","lines":[{"sku":"a","count":1,"price":2}]}`
	form := "application/x-www-form-urlencoded"
	for _, test := range []struct {
		method, path, target, typ, body string
		status                          int
	}{
		{"GET", "/api/orders/list", "/api/orders/list?limit=2&state=open&state=paid", "", "", 200},
		{"GET", "/api/orders/list", "/api/orders/list?limit=0&state=x", "", "", 422},
		{"GET", "/api/orders/{id}", "/api/orders/" + id, "", "", 200},
		{"GET", "/api/orders/{id}", "/api/orders/" + gone, "", "", 404},
		{"GET", "/api/orders/{id}", "/api/orders/x", "", "", 422},
		{"POST", "/api/orders", "/api/orders", "", anOrder, 201},
		{"POST", "/api/orders", "/api/orders", "", strings.Replace(anOrder, "ann", "taken", 1), 409},
		{"POST", "/api/orders", "/api/orders", "", `{"customer":"A","lines":[],"note":"` + strings.Repeat("x", 11) + `"}`, 422},
		{"POST", "/api/orders", "/api/orders", "", `{`, 400},
		{"POST", "/api/orders", "/api/orders", "text/plain", `{}`, 415},
		{"POST", "/api/orders", "/api/orders", "", `"` + strings.Repeat("x", 1<<20) + `"`, 413},
		{"PUT", "/api/orders/{id}", "/api/orders/7", "", anOrder, 200},
		{"DELETE", "/api/orders/{id}", "/api/orders/" + id, "", "", 204},
		{"POST", "/api/orders/mine", "/api/orders/mine", "", "{}", 401},
		{"POST", "/api/orders/tree", "/api/orders/tree", "", `{"name":"a","kids":[{"name":"b"}],"by":{"x":{"name":"c"}}}`, 200},
		{"PUT", "/api/orders/bulk", "/api/orders/bulk", "", `[{"sku":"a","count":1,"price":2,"extra":{"a":[1]}}]`, 200},
		{"PUT", "/api/orders/bulk", "/api/orders/bulk", "", "", 422},
		{"POST", "/api/orders/cart", "/api/orders/cart", "", "", 204},
		{"GET", "/api/orders/anyone", "/api/orders/anyone", "", "", 200},
		{"POST", "/api/files/send", "/api/files/send", form, "name=ab&tags=x&tags=y", 200},
		{"POST", "/api/files/send", "/api/files/send", "", `{"name":"ab"}`, 200},
		{"POST", "/api/files/send", "/api/files/send", form, "name=a", 422},
		{"POST", "/api/files/upload", "/api/files/upload", form, "title=ab", 422},
		{"PUT", "/api/files/text", "/api/files/text", "text/plain", "hello", 200},
		{"PUT", "/api/files/bytes", "/api/files/bytes", "application/octet-stream", "\x00", 200},
		{"GET", "/api/files/fetch", "/api/files/fetch", "", "", 200},
		{"GET", "/api/files/moved", "/api/files/moved", "", "", 303},
		{"GET", "/api/files/events", "/api/files/events", "", "", 200},
		{"GET", "/api/files/handler", "/api/files/handler", "", "", 200},
		{"GET", "/api/boxed/list", "/api/boxed/list", "", "", 200},
		{"PUT", "/api/boxed", "/api/boxed", "", `{"sku":"a","count":1,"price":2}`, 200},
		{"PUT", "/api/boxed", "/api/boxed", "", `{"sku":"","count":0}`, 422},
		{"DELETE", "/api/boxed/none", "/api/boxed/none", "", "", 200},
		{"POST", "/api/pantry/pay", "/api/pantry/pay", "", `{"amount":12.5,"payment":{"kind":"card","number":"1234"},"day":"2026-11-25","version":"v1","agreed":true,"handle":"a-b","back":"/x"}`, 200},
		{"POST", "/api/pantry/pay", "/api/pantry/pay", "", `{"amount":"1","payment":{"kind":"transfer","iban":"DE1","parts":[{"kind":"card","number":"1234"}]},"day":"2026-11-25","version":"v1","agreed":true}`, 200},
		{"POST", "/api/pantry/pay", "/api/pantry/pay", "", `{"amount":"x","payment":{"kind":"cash"},"wait":"5m","day":"today","version":"v2","agreed":false,"slug":"A B"}`, 422},
		{"GET", "/api/pantry/find", "/api/pantry/find?filter[status]=closed&filter[tags]=a&count[x]=3&columns=id,name&q=x", "", "", 200},
		{"GET", "/api/pantry/find", "/api/pantry/find?filter[status]=x&count[x]=10&columns=z&within=1", "", "", 422},
		{"GET", "/api/pantry/shelf/{year}/{path}", "/api/pantry/shelf/2026/a/b.txt", "", "", 200},
		{"GET", "/api/pantry/shelf/{year}/{path}", "/api/pantry/shelf/now/a", "", "", 404},
		{"POST", "/api/pantry/import", "/api/pantry/import", "", `{"rows":["a"]}`, 202},
		{"POST", "/api/pantry/import", "/api/pantry/import", "", `{"rows":["a","x"]}`, 409},
		{"POST", "/api/pantry/import", "/api/pantry/import", "", `{"rows":["a","x","x"]}`, 204},
		{"POST", "/api/pantry/import", "/api/pantry/import", "", `{"rows":["x"]}`, 422},
		{"GET", "/api/pantry/table", "/api/pantry/table", "", "", 200},
		{"POST", "/api/pantry/note", "/api/pantry/note", "text/plain", "hello", 200},
		{"POST", "/api/pantry/note", "/api/pantry/note", form, "title=a", 200},
		{"POST", "/api/pantry/note", "/api/pantry/note", "application/pdf", "%PDF-1.7 x", 200},
		{"POST", "/api/pantry/note", "/api/pantry/note", "video/mp4", "x", 415},
		{"PUT", "/api/pantry/photo", "/api/pantry/photo", "image/png", "\x89PNG\r\n\x1a\nx", 200},
		{"PUT", "/api/pantry/photo", "/api/pantry/photo", "image/png", "", 422},
		{"POST", "/api/pantry/either", "/api/pantry/either", "", `["a"]`, 200},
		{"POST", "/api/pantry/either", "/api/pantry/either", "", `true`, 422},
		{"POST", "/api/pantry/kept", "/api/pantry/kept", "", `{"name":"a","street":"b","labels":{"x":"y"},"more":3}`, 200},
		{"POST", "/api/pantry/kept", "/api/pantry/kept", "", `{"name":"a","labels":{"xxxx":"y"},"more":10}`, 422},
		{"GET", "/api/nested/{area}", "/api/nested/1", "", "", 200},
		{"GET", "/api/nested/{area}", "/api/nested/0", "", "", 422},
	} {
		r := httptest.NewRequest(test.method, test.target, strings.NewReader(test.body))
		if test.body != "" {
			r.Header.Set("Content-Type", cmp.Or(test.typ, "application/json"))
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		if w.Code != test.status {
			t.Errorf("%s %s: status %d, want %d: %.300s", test.method, test.target, w.Code, test.status, w.Body)
			continue
		}
		if err := c.answer("paths/"+escape(test.path)+"/"+strings.ToLower(test.method), w); err != nil {
			t.Errorf("%s %s: %v", test.method, test.target, err)
		}
	}
}

// The checker is not blind.
func TestAnswersThatAreNotAsTheDocumentSays(t *testing.T) {
	_, doc := kitchen(t)
	c := newChecker(t, doc)
	for _, test := range []struct {
		status    int
		typ, body string
		want      string
	}{
		{200, "application/json", `{"orders":[],"ordersCount":-1}`, "minimum"},
		{200, "application/json", `{"orders":[{"id":"x"}],"ordersCount":1}`, "missing properties"},
		{200, "text/html", "", "not in the document"},
		{418, "application/json", "{}", "418 is not in the document"},
		{500, "application/json", "{}", "answered with 500"},
		{422, "application/problem+json", "{}", "missing properties"},
	} {
		w := httptest.NewRecorder()
		w.Header().Set("Content-Type", test.typ)
		w.WriteHeader(test.status)
		_, _ = io.WriteString(w, test.body)
		if err := c.answer("paths/"+escape("/api/orders/list")+"/get", w); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%d %s: got %v, want %q", test.status, test.body, err, test.want)
		}
	}
}
