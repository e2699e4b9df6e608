package openapi_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

// Whatever is loaded can be loaded again as it came out, merged with itself, split, and compared.
func FuzzLoad(f *testing.F) {
	files, _ := filepath.Glob("testdata/foreign/*.yaml")
	for _, file := range append(files, "testdata/legacy.yaml", "testdata/kitchen.json") {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range []string{
		`{"swagger":"2.0","paths":{"/a":{"get":{"parameters":[{"$ref":"#/parameters/a"},1,{"in":"body","schema":true}],"responses":{"200":{"schema":1,"headers":{"a":1}}}}}},"parameters":{"a":{"$ref":"#/parameters/a"}}}`,
		`{"openapi":"3.0.0","paths":{"/a":{"$ref":"#/paths/~1a"},"b":{"get":{"tags":[1],"security":[1],"servers":[1,{"url":"%"}],"parameters":[{"$ref":"#/paths/b/get/parameters/0"}]}}},"tags":[1],"servers":1}`,
		`{"openapi":"3.1.0","paths":{"/{a}/{a}":{"get":{"responses":{"200":{"$ref":"#/paths/~1%7Ba%7D~1%7Ba%7D/get"}}}}},"components":{"schemas":{"A":{"discriminator":{"mapping":{"a":1}},"allOf":[{"$ref":"#/components/schemas/A"},1]}}}}`,
		`{"openapi":"3.1.0","webhooks":{"a":{"post":{"operationId":"x"}}},"components":{"schemas":1,"x":{"y":{}},"responses":{"":{}}}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		converted, err := openapi.Load(context.Background(), openapi.Source{Text: string(text)})
		if err != nil {
			return
		}
		again, err := openapi.Load(context.Background(), openapi.Text(converted))
		if err != nil || !bytes.Equal(again, converted) {
			t.Fatalf("%v: %s\n%s", err, converted, again)
		}
		source := openapi.Text(text)
		docs, err := openapi.Read(context.Background(), source, source)
		if err != nil {
			return // what only merging refuses
		}
		for _, prefix := range []string{"", "/a"} {
			about := openapi.About{BaseURL: "https://a.test", Prefix: prefix, Foreign: docs}
			doc, err := openapi.Document(about, nil)
			if err != nil {
				t.Fatal(err)
			}
			merged, err := doc.JSON()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := openapi.Load(context.Background(), openapi.Text(merged)); err != nil {
				t.Fatalf("the merged document cannot be loaded: %v\n%s", err, merged)
			}
			asYAML, err := doc.YAML()
			if err != nil {
				t.Fatal(err)
			}
			if same, err := openapi.Load(context.Background(), openapi.Text(asYAML)); err != nil || !bytes.Equal(same, merged) {
				t.Fatalf("YAML says something else: %v\n%s\n%s\n%s", err, asYAML, same, merged)
			}
			if changes, err := openapi.Breaking(merged, merged); err != nil || len(changes) > 0 {
				t.Fatalf("%v %v", changes, err)
			}
			n := 0
			for _, one := range doc.Split() {
				if text, err := one.JSON(); err != nil {
					t.Fatal(err)
				} else if _, err := openapi.Load(context.Background(), openapi.Text(text)); err != nil {
					t.Fatalf("a part cannot be loaded: %v\n%s", err, text)
				}
				if n++; n == 10 {
					break
				}
			}
		}
	})
}
