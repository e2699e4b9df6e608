package document

import (
	"context"
	"os"
	"path/filepath"
	"slices"
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
