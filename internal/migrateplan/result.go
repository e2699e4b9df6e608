package migrateplan

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/migrate"
	"github.com/utilmeta/utilmeta-go/internal/atomicfile"
)

// Result is a planned migration.
type Result struct {
	Version, Name string
	Up, Down      string         // the texts of the two files
	Steps         []string       // what is done, one line each
	Notes         []migrate.Note // what is dangerous about it
	Renames       []Rename       // what was decided

	dir string
}

// None tells whether there is nothing to write: the migrations make what the schema asks for.
func (r *Result) None() bool { return r.Up == "" }

// File returns the migration's file as the runner would load it.
func (r *Result) File() migrate.File {
	return migrate.File{Version: r.Version, Name: r.Name, SQL: r.Up, Header: migrate.Header{Notes: r.Notes}}
}

// Write writes the two files and meta.sum and returns the paths of the files. It writes over no file.
func (r *Result) Write() ([]string, error) {
	if r.None() {
		return nil, errors.New("migration: there is nothing to write")
	}
	files, err := load(r.dir)
	if err != nil {
		return nil, err
	}
	if n := len(files); n > 0 && files[n-1].Version >= r.Version {
		return nil, fmt.Errorf("migration %s: came in since this one was planned; run again", files[n-1].FileName())
	}
	if err := os.MkdirAll(r.dir, 0o755); err != nil {
		return nil, err
	}
	up, down := filepath.Join(r.dir, r.File().FileName()), filepath.Join(r.dir, r.File().DownName())
	if err := create(up, r.Up); err != nil {
		return nil, err
	}
	if err := create(down, r.Down); err != nil {
		return nil, errors.Join(err, os.Remove(up))
	}
	if err := writeSum(r.dir); err != nil {
		return nil, errors.Join(err, os.Remove(up), os.Remove(down))
	}
	return []string{up, down}, nil
}

func create(path, text string) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	_, err = f.WriteString(text)
	return err
}

// writeSum writes meta.sum as the folder is, never by half. A folder that
// could not be loaded with it is an error.
func writeSum(dir string) error {
	if _, err := migrate.Read(os.DirFS(dir)); err != nil {
		return err
	}
	sum, err := migrate.Sum(os.DirFS(dir))
	if err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, migrate.SumFile), sum, 0o644)
}

// AcceptEdits writes meta.sum anew after files were written by hand. It makes sure first that the whole history runs
// on an empty database; o.Schema is not looked at. When the history is not sound, meta.sum stays as it was.
func AcceptEdits(ctx context.Context, o Options) error {
	files, err := migrate.Read(os.DirFS(o.Dir))
	if err != nil {
		return err
	}
	s, err := openScratch(ctx, o.Dialect, o.DevURL)
	if err != nil {
		return err
	}
	p := &planner{Options: &o, scratch: s, files: files}
	if err := errors.Join(p.replay(ctx, ""), s.close()); err != nil {
		return err
	}
	return writeSum(o.Dir)
}

// nextVersion returns the time as a version, or the one after the last when that is not earlier.
func nextVersion(files []migrate.File, now time.Time) string {
	if now.IsZero() {
		now = time.Now()
	}
	version := now.UTC().Format("20060102150405")
	if len(files) == 0 || files[len(files)-1].Version < version {
		return version
	}
	last, err := strconv.ParseInt(files[len(files)-1].Version, 10, 64)
	if err != nil { // ParseFileName lets digits through only
		return version
	}
	return fmt.Sprintf("%014d", last+1)
}

const handWrittenText = `-- Write SQL below, then run: meta makemigrations --sum
-- The file runs whole in one transaction. Lines such as these may stand before the first statement:
--   -- meta:keep audit_log            the planner leaves this table or index alone
--   -- meta:destructive drop table x  production asks for --allow-destructive
--   -- meta:no-transaction            PostgreSQL: the file's one statement runs outside a transaction
`

// handWritten returns a file that only says what to do with it.
func handWritten(o *Options, files []migrate.File) *Result {
	r := &Result{Version: nextVersion(files, o.Now), Name: o.Name, dir: o.Dir}
	if r.Name == "" {
		r.Name = "manual"
	}
	r.Up = handWrittenText
	r.Down = "-- Write here what undoes " + r.File().FileName() + ".\n"
	return r
}
