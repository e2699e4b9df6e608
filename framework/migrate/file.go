package migrate

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// File is one migration of a folder.
type File struct {
	Version string // 14 digits, by convention the UTC time it was made at
	Name    string // what it does: lower-case letters, digits and underscores
	SQL     string // the whole text, header included, without a byte order mark
	Header  Header // the directives of the text
}

// ID returns version and name as they are shown, such as "20261121101500_initial".
func (f File) ID() string { return f.Version + "_" + f.Name }

// FileName returns the name of the file in its folder.
func (f File) FileName() string { return f.ID() + upSuffix }

// DownName returns the name of the file that undoes it.
func (f File) DownName() string { return f.ID() + downSuffix }

// Checksum returns the checksum of the text, as meta.sum and the table meta_migrations hold it.
func (f File) Checksum() string { return checksum([]byte(f.SQL)) }

const (
	upSuffix      = ".sql"
	downSuffix    = ".down.sql"
	versionDigits = 14
	maxNameLength = 100
)

// ParseFileName takes the name of a migration file apart. It accepts only the names that File.FileName and
// File.DownName write.
func ParseFileName(s string) (version, name string, down bool, err error) {
	stem, down := strings.CutSuffix(s, downSuffix)
	if !down {
		var ok bool
		if stem, ok = strings.CutSuffix(s, upSuffix); !ok {
			return "", "", false, fmt.Errorf("%q: a migration file ends in .sql", s)
		}
	}
	version, name, ok := strings.Cut(stem, "_")
	if !ok || len(version) != versionDigits || strings.Trim(version, "0123456789") != "" {
		return "", "", false, fmt.Errorf("%q: not a migration file name; want 14 digits, an underscore and a name, as in 20261121101500_initial.sql", s)
	}
	if err := CheckName(name); err != nil {
		return "", "", false, fmt.Errorf("%q: %w", s, err)
	}
	return version, name, down, nil
}

// CheckName tells what is wrong with the name of a migration.
func CheckName(name string) error {
	const allowed = "abcdefghijklmnopqrstuvwxyz0123456789_"
	if name == "" || strings.Trim(name, allowed) != "" {
		return fmt.Errorf("migration name %q: use lower-case letters, digits and underscores", name)
	}
	if len(name) > maxNameLength {
		return fmt.Errorf("migration name %.20q...: longer than %d characters", name, maxNameLength)
	}
	return nil
}

// Load reads the migrations of the folder fsys, in order of their versions, and checks them against its meta.sum.
// Files that are no .sql files are not looked at. A folder without migrations is fine; one that is not there is an
// error that is fs.ErrNotExist.
func Load(fsys fs.FS) ([]File, error) {
	texts, err := readFolder(fsys)
	if err != nil {
		return nil, err
	}
	if err := verifySum(fsys, texts); err != nil {
		return nil, err
	}
	return parse(texts)
}

// Read is Load for tools that write meta.sum: it does not look at it.
func Read(fsys fs.FS) ([]File, error) {
	texts, err := readFolder(fsys)
	if err != nil {
		return nil, err
	}
	return parse(texts)
}

func parse(texts map[string][]byte) ([]File, error) {
	var files []File
	downs := make(map[string]bool)
	for _, name := range sortedKeys(texts) {
		version, title, down, err := ParseFileName(name)
		if err != nil {
			return nil, fmt.Errorf("migration file %w", err)
		}
		if down {
			downs[name] = true
			continue
		}
		f := File{Version: version, Name: title, SQL: strings.TrimPrefix(string(texts[name]), "\uFEFF")}
		if f.Header, err = parseHeader(f.SQL); err != nil {
			return nil, fmt.Errorf("migration %s: %w", name, err)
		}
		if n := len(files); n > 0 && files[n-1].Version == version {
			return nil, fmt.Errorf("migration %s: has the version of %s; rename one of them and its .down.sql", name, files[n-1].FileName())
		}
		files = append(files, f)
		delete(downs, f.DownName())
	}
	for name := range downs {
		if !slices.ContainsFunc(files, func(f File) bool { return f.DownName() == name }) {
			return nil, fmt.Errorf("migration %s: there is no migration that it undoes; remove it or restore the other", name)
		}
	}
	return files, nil
}

// readFolder returns the text of each .sql file.
func readFolder(fsys fs.FS) (map[string][]byte, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	texts := make(map[string][]byte)
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), upSuffix) {
			continue
		}
		text, err := fs.ReadFile(fsys, e.Name())
		if err != nil {
			return nil, errors.Join(fmt.Errorf("migration %s", e.Name()), err)
		}
		texts[e.Name()] = text
	}
	return texts, nil
}
