package client

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPackageOf(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"app/main.go": "package main\n", "api/api_test.go": "package api_test\n", "api/api.go": "package shopapi\n", "old/client_gen.go": "package other\n"} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for file, want := range map[string]string{
		"app/pets.go": "main", "api/client_gen.go": "shopapi", "old/client_gen.go": "old",
		"main/client_gen.go": "client", "Pets/client_gen.go": "pets", "pet-shop/client_gen.go": "client", "type/client_gen.go": "client",
	} {
		if got := PackageOf(filepath.Join(dir, file)); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
}

func TestFileOf(t *testing.T) {
	for to, want := range map[string]string{"-": "leave out --to", "x.ts": "another --lang", "api.v1": "name a folder"} {
		if _, err := FileOf(to, "go"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", to, err)
		}
	}
	if f, err := FileOf("x.go", "go"); err != nil || f.Path != "x.go" {
		t.Error(f, err)
	}
}
