package tests

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestRow63_SecurityPolicy(t *testing.T) {
	text, err := os.ReadFile("../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"## Supported versions", "## Reporting", "privately"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("SECURITY.md does not say %q", want)
		}
	}
}

// code is what a page shows as such.
var code = regexp.MustCompile("(?s)```.*?```|`[^`\n]*`")

// Links between the pages, and to files of the repository, lead somewhere.
func TestDocLinks(t *testing.T) {
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, "../README.md", "../CONTRIBUTING.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		prose := code.ReplaceAllString(string(text), "")
		for _, part := range strings.Split(prose, "](")[1:] {
			link, _, _ := strings.Cut(part, ")")
			link, _, _ = strings.Cut(link, "#")
			if link == "" || strings.Contains(link, "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), link)); err != nil {
				t.Errorf("%s links to %s: %v", filepath.Base(page), link, err)
			}
		}
	}
}
