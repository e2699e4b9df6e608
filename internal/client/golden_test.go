package client

import (
	"bytes"
	"context"
	"flag"
	"go/format"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

var update = flag.Bool("update", false, "write the golden files")

func load(t testing.TB, file string) []byte {
	t.Helper()
	text, err := openapi.Load(context.Background(), openapi.File(file))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

var golden = []struct {
	document, file string
	Options
}{
	{"testdata/everything.yaml", "../clienttest/everything/client_gen.go", Options{Lang: "go", Package: "everything"}},
	{"testdata/everything.yaml", "testdata/everything.ts", Options{Lang: "ts"}},
	{"../../framework/openapi/testdata/kitchen.json", "../clienttest/kitchen/client_gen.go", Options{Lang: "go", Package: "kitchen"}},
	{"../../framework/openapi/testdata/kitchen.json", "testdata/kitchen.ts", Options{Lang: "ts"}},
	{"testdata/demo-user.json", "../clienttest/demouser/client_gen.go", Options{Lang: "go", Package: "demouser"}},
	{"testdata/demo-user.json", "testdata/demo-user.ts", Options{Lang: "ts"}},
}

func TestGolden(t *testing.T) {
	for _, g := range golden {
		document := load(t, g.document)
		got, err := Generate(document, g.Options)
		if err != nil {
			t.Fatalf("%s: %v", g.file, err)
		}
		if again, _ := Generate(document, g.Options); !bytes.Equal(got, again) {
			t.Errorf("%s: is not the same twice", g.file)
		}
		if g.Lang == "go" {
			if clean, err := format.Source(got); err != nil || !bytes.Equal(clean, got) {
				t.Errorf("%s: is not gofmt-clean: %v", g.file, err)
			}
		}
		if *update {
			if err := (File{Path: g.file}).Write(got); err != nil {
				t.Error(err)
			}
			continue
		}
		want, err := os.ReadFile(g.file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s: go test ./internal/client -update writes it anew (-want +got):\n%s", g.file, diff)
		}
	}
}
