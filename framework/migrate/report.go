package migrate

import (
	"fmt"
	"io"
	"time"
)

// Event tells of one file while Apply works.
type Event struct {
	File   File
	Stage  Stage
	Took   time.Duration // of Applied and Failed
	Backup string        // of Applying: the copy that was made of the database, if any
}

// Stage is how far a file is.
type Stage int

// The stages of a file.
const (
	Applying Stage = iota
	Applied
	Failed
)

// Print returns a Runner.Progress that writes a line for each file, such as
//
//	Applying 20261121101500_initial... OK
func Print(w io.Writer) func(Event) {
	return func(e Event) {
		switch e.Stage {
		case Applying:
			if e.Backup != "" {
				fmt.Fprintf(w, "  Backup at %s\n", e.Backup)
			}
			fmt.Fprintf(w, "  Applying %s...", e.File.ID())
		case Applied:
			fmt.Fprintln(w, " OK")
		case Failed:
			fmt.Fprintln(w, " failed")
		}
	}
}

// Status is one migration and whether the database has it.
type Status struct {
	Version   string
	Name      string
	AppliedAt time.Time // zero when pending
	Unknown   bool      // applied, but not among the runner's files
}

// Applied tells whether the database has the migration.
func (s Status) Applied() bool { return !s.AppliedAt.IsZero() }

// String returns the status as one line: "[X] 20261121101500_initial  2026-11-21 10:15:02" with the time in UTC, or
// "[ ] 20261121101500_initial".
func (s Status) String() string {
	switch {
	case s.Unknown:
		return fmt.Sprintf("[?] %s_%s  %s, unknown to this program", s.Version, s.Name, s.AppliedAt.UTC().Format(time.DateTime))
	case s.Applied():
		return fmt.Sprintf("[X] %s_%s  %s", s.Version, s.Name, s.AppliedAt.UTC().Format(time.DateTime))
	}
	return fmt.Sprintf("[ ] %s_%s", s.Version, s.Name)
}
