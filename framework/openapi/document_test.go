package openapi_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s is not what was expected: look at the difference, then run with -update:\n%s", file, d)
	}
}

func TestDocument(t *testing.T) {
	_, doc := kitchen(t)
	text, err := doc.JSON()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "kitchen.json", text)
	yaml, err := doc.YAML()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "kitchen.yaml", yaml)
	for range 5 {
		_, again := kitchen(t)
		if other, _ := again.JSON(); !bytes.Equal(other, text) {
			t.Fatal("the same contract has made another document:", cmp.Diff(string(text), string(other)))
		}
	}
}
