package migrate_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/utilmeta/utilmeta-go/framework/migrate"
)

func TestParseFileName(t *testing.T) {
	tests := []struct {
		in, version, name string
		down              bool
		err               string
	}{
		{in: "20261121101500_initial.sql", version: "20261121101500", name: "initial"},
		{in: "20261121101500_user_add_2.down.sql", version: "20261121101500", name: "user_add_2", down: true},
		{in: "20261121101500_down.sql", version: "20261121101500", name: "down"},
		{in: "initial.sql", err: "14 digits"},
		{in: "2026112110150_initial.sql", err: "14 digits"},
		{in: "202611211015000_initial.sql", err: "14 digits"},
		{in: "2026112110150x_initial.sql", err: "14 digits"},
		{in: "20261121101500-initial.sql", err: "14 digits"},
		{in: "20261121101500_.sql", err: "lower-case"},
		{in: "20261121101500_Initial.sql", err: "lower-case"},
		{in: "20261121101500_a.up.sql", err: "lower-case"},
		{in: "20261121101500_../../x.sql", err: "lower-case"},
		{in: "20261121101500_" + strings.Repeat("a", 101) + ".sql", err: "longer than 100"},
		{in: "20261121101500_initial.SQL", err: "ends in .sql"},
		{in: "", err: "ends in .sql"},
	}
	for _, tt := range tests {
		version, name, down, err := migrate.ParseFileName(tt.in)
		if tt.err != "" {
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("ParseFileName(%q) = %v, want an error with %q", tt.in, err, tt.err)
			}
			continue
		}
		if err != nil || version != tt.version || name != tt.name || down != tt.down {
			t.Errorf("ParseFileName(%q) = %q, %q, %v, %v", tt.in, version, name, down, err)
		}
	}
}

func FuzzParseFileName(f *testing.F) {
	f.Add("20261121101500_initial.sql")
	f.Add("20261121101500_initial.down.sql")
	f.Add("20261121101500_down.down.sql")
	f.Add("20261121101500_é.sql")
	f.Fuzz(func(t *testing.T, s string) {
		version, name, down, err := migrate.ParseFileName(s)
		if err != nil {
			return
		}
		file := migrate.File{Version: version, Name: name}
		back := file.FileName()
		if down {
			back = file.DownName()
		}
		if back != s {
			t.Errorf("%q parsed as %q, %q, %v, which is written %q", s, version, name, down, back)
		}
		if strings.ContainsAny(name, "/\\. ") {
			t.Errorf("%q: name %q could leave the folder", s, name)
		}
	})
}

func TestLoad(t *testing.T) {
	f := folder(t,
		"20260102000000_second", "SELECT 2",
		"20260101000000_initial", "-- meta:destructive drop table x\nSELECT 1",
		"20260101000000_initial.down", "SELECT -1")
	f["readme.md"] = &fstest.MapFile{Data: []byte("not SQL")}
	got := loadFS(t, f)
	want := []migrate.File{
		{Version: "20260101000000", Name: "initial", SQL: "-- meta:destructive drop table x\nSELECT 1",
			Header: migrate.Header{Notes: []migrate.Note{{Kind: migrate.Destructive, Text: "drop table x"}}}},
		{Version: "20260102000000", Name: "second", SQL: "SELECT 2"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLoadNothing(t *testing.T) {
	if files, err := migrate.Load(fstest.MapFS{}); len(files) != 0 || err != nil {
		t.Errorf("an empty folder: %v, %v", files, err)
	}
	gone, err := fs.Sub(fstest.MapFS{}, "postgres")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := migrate.Load(gone); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

func TestLoadRefuses(t *testing.T) {
	const a, b = "20260101000000_a.sql", "20260102000000_b.sql"
	tests := []struct {
		name   string
		change func(fstest.MapFS)
		want   []string
		sum    bool // the error is a SumError
	}{
		{"edited", func(f fstest.MapFS) { f[b].Data = []byte("SELECT 3") }, []string{b, "edited", "--sum"}, true},
		{"removed", func(f fstest.MapFS) { delete(f, b) }, []string{b, "removed"}, true},
		{"renamed", func(f fstest.MapFS) { f["20260102000000_c.sql"] = f[b]; delete(f, b) },
			[]string{b, "20260102000000_c.sql", "removed or renamed", "added or renamed"}, true},
		{"added", func(f fstest.MapFS) { f["20260103000000_c.sql"] = f[b] }, []string{"20260103000000_c.sql", "not listed"}, true},
		{"no sum", func(f fstest.MapFS) { delete(f, migrate.SumFile) }, []string{migrate.SumFile, "not there"}, true},
		{"broken sum", func(f fstest.MapFS) { f[migrate.SumFile].Data = []byte("x y\n") }, []string{migrate.SumFile, "line 1"}, true},
		{"truncated sum", func(f fstest.MapFS) { f[migrate.SumFile].Data = f[migrate.SumFile].Data[:100] }, []string{migrate.SumFile, "line 2"}, true},
		{"bad name", func(f fstest.MapFS) { resum(f, "b.sql", "SELECT 1") }, []string{`"b.sql"`, "14 digits"}, false},
		{"same version", func(f fstest.MapFS) { resum(f, "20260102000000_c.sql", "SELECT 1") }, []string{"20260102000000_c.sql", b}, false},
		{"lonely down", func(f fstest.MapFS) { resum(f, "20260102000000_c.down.sql", "SELECT 1") }, []string{"20260102000000_c.down.sql"}, false},
		{"bad header", func(f fstest.MapFS) { resum(f, b, "-- meta:destroy x\n") }, []string{b, "line 1", `"destroy"`}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := folder(t, "20260101000000_a", "SELECT 1", "20260102000000_b", "SELECT 2")
			tt.change(f)
			_, err := migrate.Load(f)
			if err == nil {
				t.Fatalf("accepted")
			}
			for _, part := range tt.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%v: does not say %q", err, part)
				}
			}
			if e := new(*migrate.SumError); errors.As(err, e) != tt.sum {
				t.Errorf("%v: is a SumError: %v", err, !tt.sum)
			}
		})
	}
	t.Run("line endings", func(t *testing.T) {
		f := folder(t, "20260101000000_a", "SELECT 1;\nSELECT 2;\n")
		f[a].Data = []byte("SELECT 1;\r\nSELECT 2;\r\n")
		if _, err := migrate.Load(f); err != nil {
			t.Errorf("git on Windows writes other line endings: %v", err)
		}
	})
}

func resum(f fstest.MapFS, name, text string) {
	f[name] = &fstest.MapFile{Data: []byte(text)}
	sum, err := migrate.Sum(f)
	if err != nil {
		panic(err)
	}
	f[migrate.SumFile].Data = sum
}
