package docs

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
)

// files are those of the page by their names, as they are addressed below its path.
var files = sync.OnceValue(readFiles)

var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".svg":  "image/svg+xml",
	".txt":  "text/plain; charset=utf-8",
}

func readFiles() map[string]*body {
	m := map[string]*body{}
	read := func(name string) []byte {
		b, err := fs.ReadFile(dist, "dist/"+name)
		if err != nil {
			return nil
		}
		return b
	}
	err := fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		extension := path.Ext(name)
		if err != nil || d.IsDir() || extension == ".br" || extension == ".gz" {
			return err
		}
		contentType := contentTypes[extension]
		if contentType == "" {
			return fmt.Errorf("%s: its media type is not known", name)
		}
		name = strings.TrimPrefix(name, "dist/")
		b := newBody(contentType, read(name))
		b.brotli, b.gzip = read(name+".br"), read(name+".gz")
		m[name] = b
		return nil
	})
	if err != nil {
		panic("docs: " + err.Error()) // the files are part of the program
	}
	return m
}
