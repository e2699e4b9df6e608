package scaffold

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"

	"golang.org/x/mod/modfile"

	"github.com/utilmeta/utilmeta-go/framework"
)

const frameworkPath = "github.com/utilmeta/utilmeta-go"

// A Framework is where an application gets the framework from.
type Framework struct {
	Path    string // of the module
	Version string
	Dir     string // a checkout that stands for the version; "" for what is published
}

// Installed is the framework that this program was built from: a published version, or else the checkout.
func Installed() (Framework, error) {
	f := Framework{Path: frameworkPath, Version: "v" + framework.Version}
	info, ok := debug.ReadBuildInfo()
	if ok && info.Main.Path == frameworkPath && info.Main.Sum != "" {
		f.Version = info.Main.Version
		return f, nil
	}
	_, file, _, _ := runtime.Caller(0)
	return f.at(filepath.Dir(filepath.Dir(filepath.Dir(file))))
}

// Checkout is the framework in a folder.
func Checkout(dir string) (Framework, error) {
	return Framework{Path: frameworkPath, Version: "v" + framework.Version}.at(dir)
}

func (f Framework) at(dir string) (Framework, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return f, err
	}
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil || modfile.ModulePath(mod) != f.Path {
		return f, fmt.Errorf("%s: not the checkout of %s that meta was built from: build meta again, or name one with --framework DIR", dir, f.Path)
	}
	f.Dir = dir
	return f, nil
}
