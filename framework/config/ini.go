package config

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/utilmeta/utilmeta-go/internal/naming"
)

// maxINI is the size in bytes from which on a file is no meta.ini.
const maxINI = 64 << 10

// keys are what a meta.ini may say, in the order in which it is written.
var keys = []struct {
	name string
	of   func(*Project) *string
}{
	{"name", func(p *Project) *string { return &p.Name }},
	{"main", func(p *Project) *string { return &p.Main }},
	{"app", func(p *Project) *string { return &p.App }},
	{"pidfile", func(p *Project) *string { return &p.PIDFile }},
	{"node", func(p *Project) *string { return &p.Node }},
}

// sections are the names that its one section may have.
var sections = []string{"utilmeta", "service"}

// ParseINI reads the text of a meta.ini: one section, [utilmeta] or [service], of lines key = value. A line that begins
// with # or ; is a comment. Nothing is guessed: a key that is unknown or stands there twice is an error. An error is
// one line that begins with path and the number of the line.
func ParseINI(path string, data []byte) (*Project, error) {
	if len(data) > maxINI {
		return nil, fmt.Errorf("%s:1: larger than %d KiB: this is no meta.ini", path, maxINI>>10)
	}
	r := iniReader{project: &Project{Path: path}, seen: map[string]int{}}
	line := 1
	for text := range bytes.Lines(bytes.TrimPrefix(data, []byte("\ufeff"))) {
		if err := r.line(line, text); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, line, err)
		}
		line++
	}
	if r.section == "" {
		return nil, fmt.Errorf("%s:1: no section: begin with a line [utilmeta]", path)
	}
	return r.project, nil
}

type iniReader struct {
	project *Project
	section string
	seen    map[string]int // key -> its line
}

func (r *iniReader) line(number int, text []byte) error {
	if !utf8.Valid(text) {
		return errors.New("not UTF-8: save the file as UTF-8")
	}
	s := strings.TrimSpace(string(text))
	switch {
	case s == "" || s[0] == '#' || s[0] == ';':
		return nil
	case strings.ContainsFunc(s, isControl):
		return fmt.Errorf("%s holds a control character: remove it", quote(s))
	case s[0] == '[':
		return r.open(s)
	}
	key, value, ok := strings.Cut(s, "=")
	if !ok {
		return fmt.Errorf("cannot read %s: write key = value", quote(s))
	}
	return r.set(number, strings.TrimSpace(key), strings.TrimSpace(value))
}

func (r *iniReader) open(s string) error {
	name, ok := strings.CutSuffix(s[1:], "]")
	name = strings.TrimSpace(name)
	switch {
	case !ok:
		return fmt.Errorf("cannot read %s: close the section with ]", quote(s))
	case !slices.Contains(sections, name):
		return fmt.Errorf("unknown section %s: %s", quote(name), cure(name, sections, "write [utilmeta]"))
	case r.section != "":
		return fmt.Errorf("second section [%s]: write it all under [%s]", name, r.section)
	}
	r.section = name
	return nil
}

func (r *iniReader) set(line int, key, value string) error {
	if r.section == "" {
		return fmt.Errorf("%s stands before the section: begin with a line [utilmeta]", quote(key))
	}
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.name
	}
	i := slices.Index(names, key)
	if i < 0 {
		return fmt.Errorf("unknown key %s: %s", quote(key), cure(key, names, "use "+strings.Join(names, ", ")))
	}
	if first, ok := r.seen[key]; ok {
		return fmt.Errorf("%s is said in line %d already: keep one", key, first)
	}
	if key == "name" && strings.ContainsFunc(value, notInName) {
		return fmt.Errorf("name %s: use letters, digits, - and _", quote(value))
	}
	r.seen[key] = line
	*keys[i].of(r.project) = value
	return nil
}

// cure asks for the known name that was meant, or gives other advice when none is near.
func cure(name string, known []string, otherwise string) string {
	if near := naming.Nearest(name, known...); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return otherwise
}

// quote quotes the beginning of s.
func quote(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "..."
	}
	return fmt.Sprintf("%q", s)
}

func isControl(r rune) bool { return r != '\t' && unicode.IsControl(r) }

func notInName(r rune) bool {
	return r > unicode.MaxASCII || r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
}
