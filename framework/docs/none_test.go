//go:build no_docs

package docs_test

import (
	"net/http"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/docs"
)

// Without its files the page is not there, the documents are.
func TestWithoutFiles(t *testing.T) {
	s := framework.New(framework.Config{Name: "notes"})
	page := &docs.Page{}
	s.Use(page)
	s.Mount("/api", &rootAPI{Note: newNotes()})
	client := &http.Client{Transport: s.Transport()}
	for path, want := range map[string]int{"/docs": 404, "/docs/": 404, "/docs/theme.js": 404, "/docs/openapi.json": 200, "/docs/openapi.yaml": 200} {
		res, err := client.Get(s.BaseURL() + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
		}
	}
	if line := page.Banner(s); line != "" {
		t.Errorf("the banner tells %q", line)
	}
}
