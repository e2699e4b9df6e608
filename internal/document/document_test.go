package document

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

func TestFileName(t *testing.T) {
	taken := map[string]bool{}
	for _, test := range [][2]string{
		{"user_get", "user_get"}, {"User_Get", "User_Get_1"}, {"../../etc/passwd", "_._.._etc_passwd"}, {"a/b", "a_b"}, {"a b", "a_b_1"}, {"..", "_."}, {".hidden", "_hidden"},
		{"", "operation"}, {"\x00", "_"}, {"é", "__1"},
	} {
		if got := fileName(test[0], taken); got != test[1] {
			t.Errorf("%q: %q, want %q", test[0], got, test[1])
		}
	}
}

// Ids of other documents may be anything: no file is written elsewhere.
func TestSplitStaysInItsFolder(t *testing.T) {
	const text = `{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/a": {
		"get": {"operationId": "../out", "responses": {}}, "put": {"operationId": "/etc/x", "responses": {}}, "post": {"operationId": "A", "responses": {}}, "delete": {"operationId": "a", "responses": {}}}}}`
	docs, err := openapi.Read(context.Background(), openapi.Text(text))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := docs[0].Doc("")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	o := Options{Split: filepath.Join(dir, "in"), Format: "yaml"}
	if err := o.Write(doc); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, folder := range []string{dir, o.Split} {
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	if d := cmp.Diff([]string{"A.yaml", "_._out.yaml", "_etc_x.yaml", "a_1.yaml", "in"}, names); d != "" {
		t.Error(d)
	}
}

// A source of the application is no place for a document, and a slip in the name of one must cost nothing.
func TestWriteTo(t *testing.T) {
	dir := t.TempDir()
	docs, err := openapi.Read(context.Background(), openapi.Text(`{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"get": {"responses": {}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := docs[0].Doc("")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"main.go": "package main\n", "fresh.yaml": "", "empty.json": " \n", "old.json": `{"info":{},"openapi":"3.0.0"}`, "old.yaml": "info: {}\nswagger: '2.0'\n"} {
		file := filepath.Join(dir, name)
		if name != "fresh.yaml" {
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		o := Options{To: file}
		err := o.Write(doc)
		got, _ := os.ReadFile(file)
		if kept := string(got) == text; kept != (name == "main.go") || kept != (err != nil) {
			t.Errorf("%s: %v, %q", name, err, got)
		}
	}
}

func TestCheck(t *testing.T) {
	for want, o := range map[string]Options{
		"three different things":      {To: "a.json", Diff: "b.json"},
		"three different things to d": {To: "a.json", Split: "b"},
		"neither json nor yaml":       {Format: "xml"},
		"must start with /":           {Prefix: "a"},
	} {
		if err := o.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if err := (&Options{To: "a.yaml", Prefix: "/a"}).Check(); err != nil {
		t.Error(err)
	}
}

func TestPrefixOfNothing(t *testing.T) {
	docs, err := openapi.Read(context.Background(), openapi.Text(`{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"get": {"responses": {}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := docs[0].Doc("/nope")
	if err != nil {
		t.Fatal(err)
	}
	if err := (&Options{To: filepath.Join(t.TempDir(), "a.json"), Prefix: "/nope"}).Write(doc); err == nil || !strings.Contains(err.Error(), "no operation below it") {
		t.Error(err)
	}
}

// Of an older document only what is below the prefix counts.
func TestDiffBelowPrefix(t *testing.T) {
	const text = `{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"get": {"responses": {}}}, "/ab": {"get": {"responses": {}}}}}`
	docs, err := openapi.Read(context.Background(), openapi.Text(text))
	if err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(t.TempDir(), "old.json")
	if err := os.WriteFile(old, []byte(strings.Replace(text, `"paths": {`, `"paths": {"/a/gone": {"get": {"responses": {}}}, `, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	for prefix, want := range map[string]string{"": "1 breaking change", "/a": "1 breaking change", "/a/": "1 breaking change", "/ab": "", "/a/gone": "1 breaking change", "/none": "no operation below it"} {
		doc, err := docs[0].Doc(prefix)
		if err != nil {
			t.Fatal(err)
		}
		err = (&Options{Diff: old, Prefix: prefix}).Write(doc)
		if got := fmt.Sprint(err); want == "" && err != nil || !strings.Contains(got, want) {
			t.Errorf("%q: %v, want %q", prefix, err, want)
		}
	}
}
