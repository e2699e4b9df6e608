package coded

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/internal/codecgen"
)

var update = flag.Bool("update", false, "print the codecs anew")

func TestCodecsAreUpToDate(t *testing.T) {
	m := &api.Mux{}
	if err := m.Mount("/", New()); err != nil {
		t.Fatal(err)
	}
	text, err := codecgen.Print(codecgen.Package{Name: "coded", Layouts: m.Layouts()})
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(codecgen.FileName, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if old, err := os.ReadFile(codecgen.FileName); err != nil || !bytes.Equal(old, text) {
		t.Errorf("%s is stale: go test -tags nocodecs ./peers/coded -update: %v", codecgen.FileName, err)
	}
}
