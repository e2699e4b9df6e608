package migrate

import (
	"fmt"
	"strings"
)

// SumError tells that a folder does not agree with its meta.sum.
type SumError struct {
	File   string // name in the folder
	Reason string
}

func (e *SumError) Error() string {
	return fmt.Sprintf("migration %s: %s; restore it from version control, or accept it with: meta makemigrations --sum", e.File, e.Reason)
}

// EditedError tells that a file is not what was applied to the database.
type EditedError struct {
	File    File
	WasName string // the name it was applied under, when that differs
}

func (e *EditedError) Error() string {
	if e.WasName != "" {
		return fmt.Sprintf("migration %s: renamed after it was applied as %s_%s; give it its name back", e.File.FileName(), e.File.Version, e.WasName)
	}
	return fmt.Sprintf("migration %s: edited after it was applied to this database; restore it and put the change into a new migration", e.File.FileName())
}

// MissingError tells that the file of an applied migration is gone, while later ones are there.
type MissingError struct{ Version, Name string }

func (e *MissingError) Error() string {
	return fmt.Sprintf("migration %s_%s.sql: applied to this database but not in the migrations; restore it from version control", e.Version, e.Name)
}

// AheadError tells that the database has migrations which are newer than all that this program knows.
type AheadError struct{ Versions []string }

func (e *AheadError) Error() string {
	return fmt.Sprintf("database is ahead of this program: it has %s; deploy the version that brings them", strings.Join(e.Versions, ", "))
}

// OutOfOrderError tells that a pending file is older than one that is applied.
type OutOfOrderError struct {
	File  File // pending
	After File // applied, with a higher version
}

func (e *OutOfOrderError) Error() string {
	return fmt.Sprintf("migration %s: older than %s, which is applied already; "+
		"give it (and its .down.sql) a later version and run meta makemigrations --sum, or allow it with --allow-out-of-order", e.File.FileName(), e.After.FileName())
}

// DestructiveError tells that a pending file loses data and nobody allowed it.
type DestructiveError struct {
	File    File
	Changes []string
}

func (e *DestructiveError) Error() string {
	return fmt.Sprintf("migration %s: destroys data (%s); allow it with --allow-destructive", e.File.FileName(), strings.Join(e.Changes, ", "))
}

// PendingError tells that migrations are not applied.
type PendingError struct{ Files []File }

func (e *PendingError) Error() string {
	ids := make([]string, len(e.Files))
	for i, f := range e.Files {
		ids[i] = f.ID()
	}
	return fmt.Sprintf("database lacks %d of the migrations: %s; run: meta migrate", len(ids), strings.Join(ids, ", "))
}

// FailedError tells that a file could not be applied. Nothing of it remains in the database, except where the file
// runs without a transaction or ended it.
type FailedError struct {
	File  File
	Err   error // what the database said
	Ended bool  // the file ended its transaction itself, and what it did before that may have stayed
}

func (e *FailedError) Error() string {
	rest := "nothing of it was applied"
	switch {
	case e.File.Header.NoTransaction:
		rest = "it runs without a transaction, so look at what it left"
	case e.Ended:
		rest = "remove its COMMIT, END or ROLLBACK, and look at what it left"
	}
	return fmt.Sprintf("migration %s: %s; %s", e.File.FileName(), oneLine(e.Err), rest)
}

// Unwrap returns what the database said.
func (e *FailedError) Unwrap() error { return e.Err }

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
