package openapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

// specification is the schema of OpenAPI 3.1, whose schemas are those of JSON Schema 2020-12.
var specification = sync.OnceValues(func() (*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	for url, name := range map[string]string{"https://spec.openapis.org/oas/3.1/schema": "testdata/oas-3.1.json", "https://strict.test/": "testdata/oas-3.1-strict.json"} {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			return nil, err
		}
		if err := c.AddResource(url, v); err != nil {
			return nil, err
		}
	}
	return c.Compile("https://strict.test/")
})

// validate checks a document against the specification.
func validate(t testing.TB, text []byte) {
	t.Helper()
	if err := invalid(t, text); err != nil {
		t.Errorf("%v", err)
	}
}

func invalid(t testing.TB, text []byte) error {
	t.Helper()
	s, err := specification()
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(v)
}

func TestTheSpecificationIsChecked(t *testing.T) {
	for _, text := range []string{
		`{"openapi":"3.1.0","info":{"title":"a","version":"1"},"paths":{"/a":{"get":{"parameters":[{"name":"a","in":"query"}]}}}}`,
		`{"openapi":"3.1.0","info":{"title":"a","version":"1"},"components":{"schemas":{"A":{"type":"string","minimum":true}}}}`,
		`{"openapi":"3.1.0","info":{"title":"a","version":"1"},"components":{"schemas":{"A":{"properties":{"a":{"exclusiveMinimum":true}}}}}}`,
	} {
		if invalid(t, []byte(text)) == nil {
			t.Errorf("valid: %s", text)
		}
	}
	_, doc := kitchen(t)
	text, err := doc.JSON()
	if err != nil {
		t.Fatal(err)
	}
	validate(t, text)
}

// Every document of the folder is converted into the golden file of its name, which is valid.
func TestLoadConverts(t *testing.T) {
	files, err := filepath.Glob("testdata/foreign/*.yaml")
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := openapi.Load(context.Background(), openapi.File(file))
		if err != nil {
			t.Error(err)
			continue
		}
		golden(t, "foreign/"+strings.TrimSuffix(filepath.Base(file), ".yaml")+".golden.json", text)
		validate(t, text)
		again, err := openapi.Load(context.Background(), openapi.Text(text))
		if err != nil || !bytes.Equal(again, text) {
			t.Errorf("%s: what is of 3.1 has changed: %v, %s", file, err, cmp.Diff(string(text), string(again)))
		}
	}
}

// A document of 3.1 comes back with all that it says, in its order.
func TestLoadPassesOn(t *testing.T) {
	const text = `{
  "paths": {},
  "openapi": "3.1.0",
  "x-n": [
    1.0,
    10000000000000000000000,
    "<&>\u2028"
  ],
  "info": {
    "version": "1",
    "title": "T"
  },
  "components": {
    "schemas": {
      "A": {
        "nullable": true,
        "example": 1,
        "$anchor": "a"
      },
      "B": {
        "$ref": "#a",
        "minLength": 1
      },
      "C": true
    }
  },
  "webhooks": {}
}
`
	got, err := openapi.Load(context.Background(), openapi.Text(text))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(text, string(got)); d != "" {
		t.Error(d)
	}
}

func TestLoadReadsEverySource(t *testing.T) {
	const text = `{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}}`
	file := filepath.Join(t.TempDir(), "a.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept"), "json") {
			t.Errorf("Accept: %q", r.Header.Get("Accept"))
		}
		_, _ = w.Write([]byte(text))
	}))
	defer server.Close()
	_, own := kitchen(t)
	want := map[string]any{"openapi": "3.1.0", "info": map[string]any{"title": "T", "version": "1"}, "paths": map[string]any{}}
	for name, source := range map[string]openapi.Source{
		"text": openapi.Text(text), "bytes": openapi.Text([]byte(text)), "file": openapi.File(file), "object": openapi.Object(want),
		"raw": openapi.Object(json.RawMessage(text)), "yaml": openapi.Text("openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"),
		"bom": openapi.Text("\xef\xbb\xbf" + text), "flow": openapi.Text("{openapi: 3.1.0, info: {title: T, version: '1'}, paths: {}}"),
		"url": openapi.URL(server.URL, "127.0.0.1"), "argument": openapi.Argument(server.URL), "file argument": openapi.Argument(file),
	} {
		got, err := openapi.Load(context.Background(), source)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var v any
		if err := json.Unmarshal(got, &v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := cmp.Diff(any(want), v); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	ours, err := own.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := openapi.Load(context.Background(), openapi.Object(own)); err != nil || !bytes.Equal(got, ours) {
		t.Errorf("our own document: %v, %s", err, cmp.Diff(string(ours), string(got)))
	}
}

// What cannot be loaded is told in a line that begins with the source.
func TestLoadRefuses(t *testing.T) {
	const start = `{"openapi":"3.1.0","info":{"title":"T","version":"1"},"paths":{},`
	for _, test := range []struct {
		name   string
		source openapi.Source
		want   string
	}{
		{"nothing", openapi.Source{}, "openapi: a source: is empty: set one of"},
		{"two", openapi.Source{File: "a", Text: "b"}, "is ambiguous"},
		{"no file", openapi.File("absent.yaml"), "openapi: absent.yaml: no such file"},
		{"folder", openapi.File("testdata"), "openapi: testdata: is a directory"},
		{"no JSON", openapi.Object(func() {}), "openapi: the func(): json: unsupported type"},
		{"list", openapi.Text("[]"), `openapi: the text "[]...": is no OpenAPI document: it is not an object`},
		{"scalar", openapi.Text("hello"), "it is not an object"},
		{"something else", openapi.Text("{}"), "it has neither swagger nor openapi"},
		{"swagger 1", openapi.Text("swagger: 1.2"), "is of Swagger 1.2: those of"},
		{"openapi 3.2", openapi.Text("openapi: 3.2.0"), "is of OpenAPI 3.2.0: those of"},
		{"openapi 3.10", openapi.Text("openapi: 3.10.0"), "is of OpenAPI 3.10.0"},
		{"openapi 4", openapi.Text("openapi: '4'"), "is of OpenAPI 4"},
		{"broken", openapi.Text("{\n\"a\": ]}"), "line 2: "},
		{"cut off", openapi.Text(`{"a":`), "line 1: "},
		{"broken YAML", openapi.Text("a: [\nb"), "line 2"},
		{"empty", openapi.Source{Text: " \n"}, "is empty"},
		{"twice", openapi.Text("{\"a\":1,\n\"a\":2}"), `line 2: "a" twice in an object`},
		{"twice in YAML", openapi.Text("a: 1\nb: 2\na: 3"), `"a"`},
		{"nul", openapi.Text("{\"a\":\"\\u0000\"}"), "NUL in a string"},
		{"nul byte", openapi.Text("a: \x00"), "line 1: NUL"},
		{"encoding", openapi.Text("a: \xff"), "is not UTF-8"},
		{"remote ref", openapi.Text(start + `"components":{"schemas":{"A":{"$ref":"https://evil.test/a.json"}}}}`), `$ref "https://evil.test/a.json" leads out of the document`},
		{"file ref", openapi.Text(start + `"components":{"schemas":{"A":{"properties":{"b":{"items":{"$ref":"../secret.yaml#/a"}}}}}}}`), "leads out of the document"},
		{"file url", openapi.Text(start + `"components":{"responses":{"A":{"$ref":"file:///etc/passwd"}}}}`), "leads out of the document"},
		{"remote path", openapi.Text(`{"openapi":"3.0.0","paths":{"/a":{"$ref":"a.yaml"}}}`), "leads out of the document"},
		{"remote in 2.0", openapi.Text(`{"swagger":"2.0","paths":{},"definitions":{"A":{"$ref":"a.json#/B"}}}`), "leads out of the document"},
		{"dangling", openapi.Text(start + `"components":{"schemas":{"A":{"$ref":"#/components/schemas/B"}}}}`), "leads to nothing"},
		{"dangling in 2.0", openapi.Text(`{"swagger":"2.0","paths":{"/a":{"get":{"parameters":[{"$ref":"#/parameters/b"}]}}}}`), "leads to nothing"},
		{"odd in 2.0", openapi.Text(`{"swagger":"2.0","paths":{},"definitions":{"A":{"$ref":"#/paths/~1a"}}}`), "leads to no definition"},
		{"everything", openapi.Text(start + `"components":{"schemas":{"A":{"$ref":"#"}}}}`), "leads out of the document"},
	} {
		got, err := openapi.Load(context.Background(), test.source)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q\n%s", test.name, err, test.want, got)
		}
	}
}

func TestSourceHasNoSecretInItsName(t *testing.T) {
	for want, s := range map[string]openapi.Source{
		"https://x.test/a":         openapi.URL("https://me:secret@x.test/a?token=secret#secret"),
		"a URL":                    openapi.URL("http://[secret"),
		`the text "openapi: 3..."`: openapi.Text("openapi:\n  3"),
		"the map[string]int":       openapi.Object(map[string]int{}),
		"given":                    {Name: "given", File: "other"},
	} {
		if got := s.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	_, err := openapi.Load(context.Background(), openapi.URL("http://me:secret@127.0.0.1:1/a?token=secret"))
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
}
