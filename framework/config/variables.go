package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/joho/godotenv"
)

// maxEnvFile is the size in bytes from which on a file is no environment file.
const maxEnvFile = 64 << 10

// variables are those of the process and then those of the file.
type variables []layer

type layer struct {
	file   string // "" for the process
	exact  map[string]string
	folded map[string]string // by the name in capitals
}

type variable struct{ value, file string }

// in names the file that a variable is from.
func (v variable) in() string {
	if v.file == "" {
		return ""
	}
	return " (in " + v.file + ")"
}

func (s Source) load() (variables, error) {
	environ := s.Environ
	if environ == nil {
		environ = os.Environ()
	}
	process := make(map[string]string, len(environ))
	for _, pair := range environ {
		if name, value, ok := strings.Cut(pair, "="); ok {
			process[name] = value
		}
	}
	all := variables{newLayer("", process)}
	if s.File == "" {
		return all, nil
	}
	file, err := readEnvFile(s.File)
	if errors.Is(err, fs.ErrNotExist) && !s.Required {
		return all, nil
	}
	if err != nil {
		return nil, err
	}
	return append(all, newLayer(s.File, file)), nil
}

// newLayer leaves out what is empty. Of names that differ in case only, the first in order stands for all.
func newLayer(file string, vars map[string]string) layer {
	l := layer{file, vars, make(map[string]string, len(vars))}
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		capitals := strings.ToUpper(name)
		if _, ok := l.folded[capitals]; !ok && vars[name] != "" {
			l.folded[capitals] = vars[name]
		}
	}
	return l
}

func (vars variables) lookup(name string) (variable, bool) {
	for _, l := range vars {
		value := l.exact[name]
		if value == "" {
			value = l.folded[strings.ToUpper(name)]
		}
		if value != "" {
			return variable{value, l.file}, true
		}
	}
	return variable{}, false
}

func readEnvFile(path string) (map[string]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if len(data) > maxEnvFile {
		return nil, fmt.Errorf("%s: larger than %d KiB: this is no environment file", path, maxEnvFile>>10)
	}
	return parseEnvFile(path, data)
}

// parseEnvFile leaves the reading to godotenv but words the error itself: godotenv's repeats the file, secrets and all.
func parseEnvFile(path string, data []byte) (map[string]string, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if vars, ok := parseDotenv(data); ok {
		return vars, nil
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	for n := len(lines) - 1; n >= 0; n-- {
		if _, ok := parseDotenv(bytes.Join(lines[:n], nil)); ok {
			return nil, fmt.Errorf("%s:%d: cannot be read: write NAME=value, with the quotes closed", path, n+1)
		}
	}
	return nil, fmt.Errorf("%s: cannot be read: write lines NAME=value", path)
}

func parseDotenv(data []byte) (vars map[string]string, ok bool) {
	vars, err := godotenv.UnmarshalBytes(data)
	if err != nil {
		return nil, false
	}
	for name := range vars {
		if name == "" || strings.ContainsFunc(name, unicode.IsSpace) {
			return nil, false
		}
	}
	return vars, true
}
