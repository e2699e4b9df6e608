package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseINI(t *testing.T) {
	tests := map[string]struct {
		text string
		want Project
	}{
		"all keys": {
			"# the demo\n[utilmeta]\nname = demo-user\nmain = ./cmd/server\napp=user\n; here it runs\npidfile = /run/demo.pid\nnode = n1\n",
			Project{Name: "demo-user", Main: "./cmd/server", App: "user", PIDFile: "/run/demo.pid", Node: "n1"},
		},
		"the other section":   {"[service]\nname = demo", Project{Name: "demo"}},
		"byte order mark":     {"\ufeff[utilmeta]\r\nname = demo\r\n", Project{Name: "demo"}},
		"indented":            {"  [ utilmeta ]\n\tname = demo\n", Project{Name: "demo"}},
		"value with = and #":  {"[utilmeta]\nmain = a=b # c", Project{Main: "a=b # c"}},
		"empty value":         {"[utilmeta]\nnode =\n", Project{}},
		"section and nothing": {"[utilmeta]", Project{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := ParseINI("meta.ini", []byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			tt.want.Path = "meta.ini"
			if diff := cmp.Diff(&tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRow61_BrokenINI(t *testing.T) {
	tests := map[string]string{
		"":                                       `meta.ini:1: no section: begin with a line [utilmeta]`,
		"[utilmeta]\n\nnme = x":                  `meta.ini:3: unknown key "nme": did you mean "name"?`,
		"[utilmeta]\nport = 1":                   `meta.ini:2: unknown key "port": use name, main, app, pidfile, node`,
		"[utilmeta]\nname = a\n# b\nname = c":    `meta.ini:4: name is said in line 2 already: keep one`,
		"name = a":                               `meta.ini:1: "name" stands before the section: begin with a line [utilmeta]`,
		"[utilmeta]\nname":                       `meta.ini:2: cannot read "name": write key = value`,
		"[utilmeta":                              `meta.ini:1: cannot read "[utilmeta": close the section with ]`,
		"[utilmta]":                              `meta.ini:1: unknown section "utilmta": did you mean "utilmeta"?`,
		"[database]":                             `meta.ini:1: unknown section "database": write [utilmeta]`,
		"[utilmeta]\n[service]":                  `meta.ini:2: second section [service]: write it all under [utilmeta]`,
		"[utilmeta]\nname = \xff":                `meta.ini:2: not UTF-8: save the file as UTF-8`,
		"[utilmeta]\nname = my app":              `meta.ini:2: name "my app": use letters, digits, - and _`,
		"[utilmeta]\nmain = a\x00b":              `meta.ini:2: "main = a\x00b" holds a control character: remove it`,
		"[utilmeta]\n= x":                        `meta.ini:2: unknown key "": use name, main, app, pidfile, node`,
		"[utilmeta]\n" + strings.Repeat("x", 99): `meta.ini:2: cannot read "` + strings.Repeat("x", 60) + `...": write key = value`,
		strings.Repeat("\n", maxINI+1):           `meta.ini:1: larger than 64 KiB: this is no meta.ini`,
	}
	for text, want := range tests {
		if _, err := ParseINI("meta.ini", []byte(text)); err == nil || err.Error() != want {
			t.Errorf("ParseINI(%.40q)\n got %v\nwant %s", text, err, want)
		}
	}
}

func FuzzINI(f *testing.F) {
	for _, s := range []string{"[utilmeta]\nname = demo\n", "[service]\r\nmain=.\n;x\n", "[", "=", "\ufeff#", "[utilmeta]\nname = \xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParseINI("meta.ini", data)
		if err != nil {
			if text := err.Error(); !strings.HasPrefix(text, "meta.ini:") || strings.ContainsAny(text, "\n\r") {
				t.Errorf("error is not one line with file and line: %q", text)
			}
			return
		}
		back, err := ParseINI("meta.ini", p.Format())
		if err != nil {
			t.Fatalf("cannot read back %q: %v", p.Format(), err)
		}
		if diff := cmp.Diff(p, back); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "project", "user", "internal")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Find(deep); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "meta setup") {
		t.Errorf("without a project: %v", err)
	}
	want := &Project{Name: "demo", Main: ".", Path: filepath.Join(root, "project", FileName)}
	if err := want.Write(want.Path); err != nil {
		t.Fatal(err)
	}
	// a folder of that name is no project
	if err := os.Mkdir(filepath.Join(deep, FileName), 0o755); err != nil {
		t.Fatal(err)
	}
	path, err := Find(deep)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got.Dir() != filepath.Join(root, "project") {
		t.Errorf("Dir() = %s", got.Dir())
	}
}

func TestWriteRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	for _, p := range []Project{{Name: "my app"}, {Name: "demo", Node: "a\nb"}, {Name: "demo", Main: " x"}, {Name: "demo", App: "a\nnode = b"}} {
		if err := p.Write(path); err == nil {
			t.Errorf("Write(%+v) was accepted", p)
		}
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a refused project was written")
	}
}
