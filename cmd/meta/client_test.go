package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework"
)

const smallDocument = `{"openapi": "3.1.0", "info": {"title": "Small", "version": "1"}, "paths": {
	"/a": {"get": {"operationId": "a", "responses": {"204": {"description": "none"}}}},
	"/b": {"get": {"operationId": "b", "responses": {"204": {"description": "none"}}}}}}`

func TestClientCommand(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	document := write("small.json", smallDocument)
	own := write("own.go", "package own\n")
	bad := write("bad.json", strings.Replace(smallDocument, `"204"`, `"200": {"$ref": "#/none"}, "204"`, 1))
	folder := filepath.Join(dir, "small")
	for _, tt := range []struct {
		args string
		code int
		want string // of the error
	}{
		{"--check --to " + folder, 1, "is not what meta client writes"},
		{"--to " + folder, 0, ""},
		{"--to " + folder, 0, ""},
		{"--check --to " + folder, 0, ""},
		{"--check --prefix /a --to " + folder, 1, "is not what"},
		{"--prefix /c --to " + folder, 1, "there is no operation below /c"},
		{"--lang ts --to " + filepath.Join(dir, "x.ts"), 0, ""},
		{"--to " + own, 1, "was not generated"},
		{"--force --to " + own, 0, ""},
		{"--to " + own, 0, ""},
		{"--lang ts --to " + own, 2, "ends with .ts"},
		{"--lang perl --to x", 2, `lang "perl": want one of go, ts`},
		{"--package a-b --to " + folder, 2, "no name of a package"},
		{"--prefix a --to " + folder, 2, "must start with /"},
		{"--check", 2, "--to"},
		{"more", 2, "too much"},
		{"--openapi " + bad + " --to " + folder, 1, "leads to nothing"},
		{"--openapi " + filepath.Join(dir, "none.json") + " --to " + folder, 1, "none.json"},
	} {
		args := []string{"meta", "client"}
		if !strings.Contains(tt.args, "--openapi") {
			args = append(args, "--openapi", document)
		}
		err := run(context.Background(), append(args, strings.Fields(tt.args)...))
		var exit *framework.ExitError
		code := 0
		if errors.As(err, &exit) {
			code = exit.Code
		} else if err != nil {
			code = 1
		}
		if code != tt.code || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %d, %v", tt.args, code, err)
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "client_gen.go"))
	if err != nil || !strings.Contains(string(text), "package small\n") || !strings.Contains(string(text), `"/b"`) {
		t.Errorf("client_gen.go: %v\n%.300s", err, text)
	}
	if left, _ := filepath.Glob(filepath.Join(folder, ".client-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
