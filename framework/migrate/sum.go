package migrate

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// SumFile is the name of the file that lists the checksum of every migration of a folder, so that an edit, a loss
// or a merge that nobody looked at is seen before anything runs. Each line is as sha256sum writes it.
const SumFile = "meta.sum"

// Sum returns what the meta.sum of the folder fsys must say.
func Sum(fsys fs.FS) ([]byte, error) {
	texts, err := readFolder(fsys)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for _, name := range sortedKeys(texts) {
		fmt.Fprintf(&b, "%s  %s\n", checksum(texts[name]), name)
	}
	return b.Bytes(), nil
}

// checksum does not see line endings: git may write them differently on each machine.
func checksum(text []byte) string {
	sum := sha256.Sum256(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
	return hex.EncodeToString(sum[:])
}

// verifySum compares the files of a folder with its meta.sum and reports every difference.
func verifySum(fsys fs.FS, texts map[string][]byte) error {
	data, err := fs.ReadFile(fsys, SumFile)
	switch {
	case errors.Is(err, fs.ErrNotExist) && len(texts) == 0:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return &SumError{File: SumFile, Reason: "not there"}
	case err != nil:
		return fmt.Errorf("migrations: %s: %w", SumFile, err)
	}
	listed, err := parseSum(data)
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range sortedKeys(listed) {
		switch text, ok := texts[name]; {
		case !ok:
			errs = append(errs, &SumError{File: name, Reason: "listed in meta.sum but not there: removed or renamed"})
		case checksum(text) != listed[name]:
			errs = append(errs, &SumError{File: name, Reason: "edited since meta.sum was written"})
		}
	}
	for _, name := range sortedKeys(texts) {
		if _, ok := listed[name]; !ok {
			errs = append(errs, &SumError{File: name, Reason: "not listed in meta.sum: added or renamed by hand"})
		}
	}
	return errors.Join(errs...)
}

func parseSum(data []byte) (map[string]string, error) {
	listed := make(map[string]string)
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			continue
		}
		sum, name, ok := strings.Cut(line, "  ")
		if _, dup := listed[name]; !ok || dup || len(sum) != hex.EncodedLen(sha256.Size) {
			return nil, &SumError{File: SumFile, Reason: fmt.Sprintf("line %d is not a checksum, two spaces and a file name that was not there before", n)}
		}
		listed[name] = sum
	}
	return listed, nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
