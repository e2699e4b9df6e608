package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/codecgen"
)

// manyEndpoints is how many the application has whose compilation is measured.
const manyEndpoints = 200

// build is what an application takes to compile anew, and how large its binary is without symbols.
type build struct {
	endpoints int
	codecs    bool
	took      time.Duration
	bytes     int64
}

// measureBuilds compiles an application without endpoints, with many, and with many and their codecs.
func measureBuilds() (l []build, err error) {
	dir, err := os.MkdirTemp(".", ".many-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	for _, b := range []build{{}, {endpoints: manyEndpoints}, {endpoints: manyEndpoints, codecs: true}} {
		if err := writeApplication(dir, b.endpoints); err != nil {
			return nil, err
		}
		if b.codecs {
			if err := writeCodecs(dir); err != nil {
				return nil, err
			}
		}
		if err := b.measure(dir); err != nil {
			return nil, err
		}
		l = append(l, b)
	}
	return l, nil
}

// measure compiles the application with everything else in the cache; the least of three times counts.
func (b *build) measure(dir string) error {
	binary := filepath.Join(dir, "many")
	for i := range 4 {
		touch := fmt.Sprintf("package main\n\nconst build = %d\n", time.Now().UnixNano())
		if err := os.WriteFile(filepath.Join(dir, "touch.go"), []byte(touch), 0o644); err != nil {
			return err
		}
		start := time.Now()
		if out, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", binary, "./"+dir).CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		if took := time.Since(start); i == 1 || i > 1 && took < b.took {
			b.took = took
		}
	}
	info, err := os.Stat(binary)
	if err == nil {
		b.bytes = info.Size()
	}
	return err
}

// writeCodecs prints the codecs of the application, which must have been built.
func writeCodecs(dir string) error {
	out, err := exec.Command(filepath.Join(dir, "many"), "layouts").Output()
	if err != nil {
		return err
	}
	var layouts []schema.Layout
	if err := json.Unmarshal(out, &layouts); err != nil {
		return err
	}
	text, err := codecgen.Print(codecgen.Package{Name: "main", Layouts: layouts})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, codecgen.FileName), text, 0o644)
}

func writeApplication(dir string, endpoints int) error {
	var b strings.Builder
	if err := application.Execute(&b, make([]struct{}, endpoints)); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "main.go"), []byte(b.String()), 0o644)
}

// application has endpoints that each have types of their own: of a path, a query, and a body of five members.
var application = template.Must(template.New("").Parse(`package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

type API struct {
	Ping api.Get[api.Empty, api.Empty]
{{- range $i, $_ := .}}
	E{{$i}} api.Post[In{{$i}}, Out{{$i}}] ` + "`route:\"/e{{$i}}/{id}\"`" + `
{{- end}}
}
{{range $i, $_ := .}}
type In{{$i}} struct {
	ID    int64    ` + "`path:\"id\" minimum:\"1\"`" + `
	Page  int      ` + "`query:\"page\" minimum:\"1\" default:\"1\"`" + `
	Name  string   ` + "`json:\"name\" minLength:\"1\" maxLength:\"50\"`" + `
	Email string   ` + "`json:\"email\" format:\"email\"`" + `
	Age   int      ` + "`json:\"age\" minimum:\"0\" maximum:\"150\"`" + `
	Score float64  ` + "`json:\"score\" minimum:\"0\"`" + `
	Tags  []string ` + "`json:\"tags\" maxItems:\"10\"`" + `
}

type Out{{$i}} struct {
	ID    int64    ` + "`json:\"id\"`" + `
	Name  string   ` + "`json:\"name\"`" + `
	Email string   ` + "`json:\"email\"`" + `
	Age   int      ` + "`json:\"age\"`" + `
	Score float64  ` + "`json:\"score\"`" + `
	Tags  []string ` + "`json:\"tags\"`" + `
	Done  bool     ` + "`json:\"done\"`" + `
}

func (a *API) e{{$i}}(_ context.Context, in *In{{$i}}) (*Out{{$i}}, error) {
	return &Out{{$i}}{in.ID, in.Name, in.Email, in.Age + in.Page, in.Score, in.Tags, true}, nil
}
{{end}}
func (a *API) ping(context.Context, *api.Empty) (*api.Empty, error) { return nil, nil }

func main() {
	a := &API{}
	a.Ping = a.ping
{{- range $i, $_ := .}}
	a.E{{$i}} = a.e{{$i}}
{{- end}}
	m := &api.Mux{}
	if err := m.Mount("/api", a); err != nil {
		panic(err)
	}
	if len(os.Args) > 1 {
		_ = json.NewEncoder(os.Stdout).Encode(m.Layouts())
		return
	}
	_ = build
	panic(http.ListenAndServe("127.0.0.1:8000", m))
}
`))
