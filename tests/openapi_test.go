package tests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const oldHandlers = `// Package old answers as it always has.
package old

import "net/http"

// Report is what is known.
type Report struct {
	Lines []string ` + "`json:\"lines\"`" + `
}

// Get shows the report.
//
// @Summary Show the report
// @Tags old
// @Produce json
// @Success 200 {object} Report
// @Router /api/old [get]
func Get(w http.ResponseWriter, r *http.Request) {}
`

// What handlers of old say in annotations, and what stands elsewhere, is in the document of the application.
func TestOpenAPIOfOldHandlers(t *testing.T) {
	s := copyOf(t, demo(t))
	if err := os.Mkdir(filepath.Join(s.dir, "old"), 0o755); err != nil {
		t.Fatal(err)
	}
	s.write("old/old.go", oldHandlers)
	s.write("more.yaml", "openapi: 3.0.0\ninfo: {title: More, version: '1'}\npaths: {/api/user/more: {get: {responses: {default: {description: D}}}}, /api/user: {get: {responses: {default: {description: D}}}}}\n")
	r := s.meta("openapi", "--swag", "old", "--merge", "more.yaml", "--format", "yaml").
		ok("\n  /api/old:\n", "operationId: get_api_old\n", "\n    old.Report:\n", "operationId: user_signup\n", "\n  /api/user/more:\n")
	if want := "Note: GET /api/user: more.yaml has it too: that of user.API.Get is kept\n"; r.stderr != want {
		t.Errorf("standard error is %q, want %q", r.stderr, want)
	}
	for name := range listing(t, s.in(".meta").dir) {
		if strings.Contains(name, "swag") {
			t.Errorf("%s is left behind", name)
		}
	}
	s.in("old").meta("openapi", "--swag", ".", "--prefix", "/api/old", "--to", "old.json").ok()
	if text := s.read("old/old.json"); !strings.Contains(text, `"/api/old"`) || strings.Contains(text, "user_signup") {
		t.Error(text)
	}
	s.meta("openapi", "--swag", "old", "--split", "split").ok()
	s.read("split/get_api_old.json")
	s.edit("old/old.go", "@Summary Show the report", "@Param year query int true \"Of which year\"")
	s.meta("openapi", "--swag", "old", "--prefix", "/api/old", "--diff", "old/old.json").
		refused(1, "old/old.json: 1 breaking change")
	s.edit("old/old.go", "@Success 200 {object} Report", "@Success 200 {object} Gone")
	s.meta("openapi", "--swag", "old").refused(1, "old: swag: ", "cannot find type definition: Gone")
}

// Without a project the document of the handlers is written alone.
func TestOpenAPIOfHandlersAlone(t *testing.T) {
	s := shell{t: t, dir: t.TempDir()}
	s.write("go.mod", "module old\n\ngo 1.26\n")
	s.write("old.go", oldHandlers)
	s.meta("openapi", "--swag", ".", "--to", "old.yaml").ok()
	if text := s.read("old.yaml"); !strings.HasPrefix(text, "openapi: 3.1.1\n") || !strings.Contains(text, "\n  /api/old:\n") {
		t.Error(text)
	}
	s.meta("openapi", "--swag", ".", "--diff", "old.yaml").ok()
	s.meta("openapi", "--swag", ".", "--merge", "old.yaml").ok("old.Report")
	s.meta("openapi", "--swag", "absent").refused(1, "absent: is no folder")
	s.meta("openapi", "--swag", ".", "--format", "xml").refused(2, `meta openapi: format "xml" is neither json nor yaml`)
	s.meta("openapi", "--swag", "").refused(2, "is empty")
	s.meta("openapi").refused(2, "meta.ini: not in")
	s.meta("openapi", "--help").ok("--merge", "--swag", "--split", "--diff", "--prefix", "--format", "--to")
}
