package docs_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/docs"
	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

// A source of the document that cannot be loaded is tried again, but not by every request; one that was loaded anew is
// shown.
func TestDocumentFollowsItsSources(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pets.json")
	write := func(path string) {
		t.Helper()
		text := `{"openapi":"3.1.0","info":{"title":"Pets","version":"1"},"paths":{"` + path + `":{"get":{"responses":{"200":{"description":"OK"}}}}}}`
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		s := framework.New(framework.Config{Name: "notes", Logger: quiet})
		s.Use(&docs.Page{}, framework.OpenAPI{Sources: []openapi.Source{openapi.File(file)}})
		s.Mount("/api", &rootAPI{Note: newNotes()})
		client := &http.Client{Transport: s.Transport()}
		get := func() (int, string) {
			t.Helper()
			res, err := client.Get(s.BaseURL() + "/docs/openapi.json")
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			return res.StatusCode, string(body)
		}
		if status, body := get(); status != 500 || strings.Contains(body, file) {
			t.Errorf("without its source: %d %s", status, body)
		}
		write("/pets")
		if status, _ := get(); status != 500 {
			t.Errorf("at once: %d, want the answer of before", status)
		}
		time.Sleep(11 * time.Second)
		if status, body := get(); status != 200 || !strings.Contains(body, `"/pets"`) {
			t.Errorf("with its source: %d %s", status, body)
		}
		write("/cats")
		if err := s.LoadOpenAPI(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(11 * time.Second)
		if _, body := get(); !strings.Contains(body, `"/cats"`) {
			t.Errorf("loaded anew: %s", body)
		}
	})
}
