// Package atomicfile writes files so that a reader finds the old content or the new, and nothing between.
package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Write makes the file at path content, by way of a second file beside it. A link is followed; what is no regular file,
// as /dev/stdout, is written to as it is.
func Write(path string, content []byte, perm fs.FileMode) error {
	if info, err := os.Stat(path); err == nil {
		if !info.Mode().IsRegular() {
			return os.WriteFile(path, content, perm)
		}
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return err
		}
	}
	fresh, err := os.CreateTemp(filepath.Dir(path), ".meta-*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(fresh.Name())
	_, err = fresh.Write(content)
	if err := errors.Join(err, fresh.Chmod(perm), fresh.Close()); err != nil {
		return err
	}
	return os.Rename(fresh.Name(), path)
}
