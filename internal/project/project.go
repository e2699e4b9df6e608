// Package project works on an application's folder: it finds it, generates its code, builds its binary and runs that.
//
// The process must stand in the folder, as it does after [Enter]: ent's loader and relative database files go by the
// working directory.
package project

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"

	"github.com/utilmeta/utilmeta-go/framework/config"
	"golang.org/x/mod/modfile"
)

// WorkDir is the folder for what is made on the way and never committed: binaries, stamps, locks.
const WorkDir = ".meta"

// A Project is an application's folder.
type Project struct {
	config.Project
	Module string // its import path

	compiler bool // whether a C compiler, if it needs one, is known to be there
}

// Enter finds the project that holds dir, reads its meta.ini and go.mod and changes into its folder.
func Enter(dir string) (*Project, error) {
	path, err := config.Find(dir)
	if err != nil {
		return nil, err
	}
	ini, err := config.Read(path)
	if err != nil {
		return nil, err
	}
	p := &Project{Project: *ini}
	if p.Name == "" {
		return nil, fmt.Errorf("%s:1: no name: add a line name = %s", path, filepath.Base(p.Dir()))
	}
	if err := os.Chdir(p.Dir()); err != nil {
		return nil, err
	}
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		return nil, fmt.Errorf("%s: no go.mod beside it: run go mod init there", path)
	}
	if p.Module = modfile.ModulePath(mod); p.Module == "" {
		return nil, fmt.Errorf("%s: no line that names the module: add module %s", filepath.Join(p.Dir(), "go.mod"), p.Name)
	}
	return p, nil
}

// Binary is the path of what Build makes.
func (p *Project) Binary() string { return filepath.Join(p.Dir(), WorkDir, "bin", p.Name) }

// mainPackage is the folder of package main as the go command takes it.
func (p *Project) mainPackage() string {
	return "." + string(filepath.Separator) + filepath.Clean(p.Main)
}

// RootPackage is the folder of the package with the root API.
func (p *Project) RootPackage() string {
	return filepath.Clean(cmp.Or(p.App, p.Main, "."))
}
