package scaffold

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var mountUser = Mount{Import: "demo/user", Module: "demo", Field: "User", Type: "*user.API", Value: "user.New(database)"}

const serverSource = `// Package server is it.
package server

import (
	"example.com/framework"

	"demo/config" // settings
	"demo/zoo"
)

// RootAPI has all.
type RootAPI struct {
	Zoo *zoo.API // animals
}

func New(cfg config.Config) error {
	database, err := framework.DB() // opens nothing
	if err != nil {
		return err
	}
	return framework.Mount("/api", &RootAPI{
		Zoo: zoo.New(database), // last
	})
}
`

func TestInsert(t *testing.T) {
	want := strings.NewReplacer(
		"\t\"demo/zoo\"\n", "\t\"demo/user\"\n\t\"demo/zoo\"\n",
		"\tZoo *zoo.API // animals\n", "\tZoo  *zoo.API // animals\n\tUser *user.API\n",
		"\t\tZoo: zoo.New(database), // last\n", "\t\tZoo:  zoo.New(database), // last\n\t\tUser: user.New(database),\n",
	).Replace(serverSource)
	got, err := mountUser.Insert("server.go", []byte(serverSource))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestInsertIntoOtherShapes(t *testing.T) {
	full := "struct {\n\tZoo *zoo.API // animals\n}"
	literal := "&RootAPI{\n\t\tZoo: zoo.New(database), // last\n\t}"
	for name, tt := range map[string]struct{ decl, value, wantDecl, wantValue string }{
		"empty":         {"struct{}", "&RootAPI{}", "struct {\n\tUser *user.API\n}", "&RootAPI{\n\t\tUser: user.New(database),\n\t}"},
		"empty, broken": {"struct {\n}", "&RootAPI{\n\t}", "struct {\n\tUser *user.API\n}", "&RootAPI{\n\t\tUser: user.New(database),\n\t}"},
		"one line": {"struct{ Zoo *zoo.API }", "&RootAPI{Zoo: nil}", "struct {\n\tZoo  *zoo.API\n\tUser *user.API\n}",
			"&RootAPI{\n\t\tZoo:  nil,\n\t\tUser: user.New(database),\n\t}"},
	} {
		t.Run(name, func(t *testing.T) {
			fill := func(decl, value string) string {
				return strings.NewReplacer(full, decl, literal, value, "\t\"demo/zoo\"\n", "").Replace(serverSource)
			}
			want := strings.Replace(fill(tt.wantDecl, tt.wantValue), "settings\n", "settings\n\t\"demo/user\"\n", 1)
			want = strings.Replace(want, "\"demo/config\" // settings\n\t\"demo/user\"", "\"demo/config\" // settings\n\t\"demo/user\"", 1)
			got, err := mountUser.Insert("server.go", []byte(fill(tt.decl, tt.value)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInsertWithoutGroup(t *testing.T) {
	src := "package server\n\nimport \"example.com/framework\"\n\ntype RootAPI struct{}\n\nfunc New() {\n\tdatabase := 1\n\tframework.Use(RootAPI{}, database)\n}\n"
	got, err := mountUser.Insert("server.go", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(got), "package server\n\nimport \"demo/user\"\n\nimport \"example.com/framework\"\n") {
		t.Errorf("got\n%s", got)
	}
}

func TestInsertRefuses(t *testing.T) {
	for want, change := range map[string][2]string{
		"server.go:24:2: expected":                                {"})\n}", "})\n"},
		"no struct RootAPI is declared":                           {"type RootAPI struct", "type Root struct"},
		"0 literals of RootAPI, want one":                         {"&RootAPI{", "&Root{"},
		"line 21: no variable database there":                     {"database, err :=", "db, err :="},
		"line 17: user is a name there":                           {"database, err :=", "user, err :="},
		`user is the name of the import "example.com/user" there`: {`"example.com/framework"`, `"example.com/user"`},
		"RootAPI has a field User":                                {"Zoo *zoo.API", "User *zoo.API"},
	} {
		src := strings.Replace(serverSource, change[0], change[1], 1)
		if src == serverSource {
			t.Errorf("%v changes nothing", change)
		}
		got, err := mountUser.Insert("server.go", []byte(src))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
		if got != nil {
			t.Errorf("%q: source in spite of the error", want)
		}
	}
}
