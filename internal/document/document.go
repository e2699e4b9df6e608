// Package document is how a command writes an OpenAPI document: what its flags say, and that done.
package document

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/openapi"
	"github.com/utilmeta/utilmeta-go/internal/atomicfile"
)

// Options are the flags of the command openapi.
type Options struct {
	To     string // file to write; standard output if empty
	Format string // json or yaml; by the name of the file, or json, if empty
	Split  string // folder that gets a document for each operation
	Prefix string // only paths below it
	Diff   string // an older document: tell what breaks its clients
}

// Flags are set by those of f.
func (o *Options) Flags(f *flag.FlagSet) {
	f.StringVar(&o.To, "to", "", "`file` to write; standard output if not given")
	f.StringVar(&o.Format, "format", "", "`json or yaml`; by the name of the file, or json")
	f.StringVar(&o.Split, "split", "", "`folder` that gets a document for each operation")
	f.StringVar(&o.Prefix, "prefix", "", "only `paths` below it: /api/user")
	f.StringVar(&o.Diff, "diff", "", "an older `document`: tell what the contract breaks, exit 1 if anything")
}

// Check tells what is wrong with the options themselves.
func (o *Options) Check() error {
	if f := o.format(); f != "json" && f != "yaml" {
		return fmt.Errorf("format %q is neither json nor yaml", f)
	}
	targets := 0
	for _, flag := range []string{o.To, o.Split, o.Diff} {
		if flag != "" {
			targets++
		}
	}
	if targets > 1 {
		return errors.New("--to, --split and --diff are three different things to do: keep one")
	}
	if o.Prefix != "" && !strings.HasPrefix(o.Prefix, "/") {
		return fmt.Errorf("prefix %q must start with /", o.Prefix)
	}
	return nil
}

func (o *Options) format() string {
	switch ext := filepath.Ext(o.To); {
	case o.Format != "":
		return o.Format
	case ext == ".yaml", ext == ".yml":
		return "yaml"
	}
	return "json"
}

func (o *Options) encode(doc *openapi.Doc) ([]byte, error) {
	if o.format() == "yaml" {
		return doc.YAML()
	}
	return doc.JSON()
}

// Write does with the document what the options say. What was left out of it is told on standard error.
func (o *Options) Write(doc *openapi.Doc) error {
	for _, clash := range doc.Clashes {
		fmt.Fprintln(os.Stderr, "Note:", clash)
	}
	switch {
	case o.Diff != "":
		return o.diff(doc)
	case o.Prefix != "" && !hasOperation(doc):
		return o.nothingBelow()
	case o.Split != "":
		return o.split(doc)
	}
	text, err := o.encode(doc)
	if err != nil {
		return err
	}
	if o.To == "" {
		_, err = os.Stdout.Write(text)
		return err
	}
	return o.writeTo(text)
}

// described tells a document of OpenAPI or Swagger in either form.
var described = regexp.MustCompile(`(?m)"(openapi|swagger)"\s*:|^(openapi|swagger)\s*:`)

// writeTo leaves a file alone that is there and is something else, a source of the application for example.
func (o *Options) writeTo(text []byte) error {
	old, err := readRegular(o.To)
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(old)) > 0 && !described.Match(old) {
		return fmt.Errorf("%s: is there and is no OpenAPI document: choose another file", o.To)
	}
	return atomicfile.Write(o.To, text, 0o644)
}

// readRegular reads a file, nothing of what is not there or is a device.
func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil || !info.Mode().IsRegular():
		return nil, err
	}
	return os.ReadFile(path)
}

func (o *Options) nothingBelow() error {
	return fmt.Errorf("--prefix %s: there is no operation below it", o.Prefix)
}

func hasOperation(doc *openapi.Doc) bool {
	for range doc.Split() {
		return true
	}
	return false
}

// diff tells what clients that know the older document would trip over.
func (o *Options) diff(doc *openapi.Doc) error {
	file := o.Diff
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	text, err := doc.JSON()
	if err != nil {
		return err
	}
	changes, err := openapi.Breaking(old, text)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if o.Prefix != "" {
		changes = slices.DeleteFunc(changes, func(c openapi.Change) bool { return !o.concerns(c) })
		if len(changes) == 0 && !hasOperation(doc) {
			return o.nothingBelow()
		}
	}
	for _, c := range changes {
		fmt.Println(c)
	}
	switch len(changes) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("%s: 1 breaking change", file)
	}
	return fmt.Errorf("%s: %d breaking changes", file, len(changes))
}

// concerns tells a change of what is below the prefix.
func (o *Options) concerns(c openapi.Change) bool {
	_, path, ok := strings.Cut(c.Where, " ")
	return !ok || strings.HasPrefix(path+"/", strings.TrimSuffix(o.Prefix, "/")+"/")
}

func (o *Options) split(doc *openapi.Doc) error {
	if err := os.MkdirAll(o.Split, 0o755); err != nil {
		return fmt.Errorf("--split: %w", err)
	}
	taken := map[string]bool{}
	for id, one := range doc.Split() {
		text, err := o.encode(one)
		if err != nil {
			return err
		}
		if err := atomicfile.Write(filepath.Join(o.Split, fileName(id, taken)+"."+o.format()), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

var noFile = regexp.MustCompile(`^\.|[^A-Za-z0-9._-]`)

// fileName is an id as the name of a file: the ids of other documents may be anything. Names are told apart without
// their case, as some file systems do.
func fileName(id string, taken map[string]bool) string {
	name := noFile.ReplaceAllString(cmp.Or(id, "operation"), "_")
	name = name[:min(len(name), 200)]
	for n, base := 1, name; taken[strings.ToLower(name)]; n++ {
		name = fmt.Sprintf("%s_%d", base, n)
	}
	taken[strings.ToLower(name)] = true
	return name
}
