package migrate

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// Header is what the directives of a migration say.
type Header struct {
	Notes         []Note   // in the order of the file
	NoTransaction bool     // the file has one statement that PostgreSQL runs only outside a transaction
	Keep          []string // tables and indexes that the planner leaves alone, as patterns of path.Match
}

// Note is a warning about one change of a migration.
type Note struct {
	Kind Kind
	Text string // one line, such as "drop column users.email"
}

// String returns the note as it is shown, such as "destructive: drop column users.email".
func (n Note) String() string { return string(n.Kind) + ": " + n.Text }

// Kind is what a Note warns of.
type Kind string

// The kinds of notes.
const (
	Destructive   Kind = "destructive"    // data is lost
	DataDependent Kind = "data-dependent" // may fail, or change values, by the rows that are there
	Locking       Kind = "locking"        // others wait while it runs
)

// Destructive lists what the file destroys.
func (h Header) Destructive() []string {
	var lost []string
	for _, n := range h.Notes {
		if n.Kind == Destructive {
			lost = append(lost, n.Text)
		}
	}
	return lost
}

const (
	directiveMark = "-- meta:"
	commentMark   = "--"
)

// transactionControl finds a line that would end the runner's transaction. END is left out: it closes triggers.
var transactionControl = regexp.MustCompile(`(?i)^\s*(begin|start|commit|rollback|abort)(\s+(transaction|work|immediate|exclusive|deferred))*\s*;`)

func parseHeader(text string) (Header, error) {
	if before, _, found := strings.Cut(text, "\x00"); found { // where SQLite would stop, without a word
		return Header{}, fmt.Errorf("line %d: a NUL character; save the file as UTF-8", 1+strings.Count(before, "\n"))
	}
	var (
		h       Header
		inBody  bool
		n       int
		control int
	)
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		inBody = inBody || line != "" && !strings.HasPrefix(line, commentMark)
		if control == 0 && transactionControl.MatchString(line) {
			control = n
		}
		directive, ok := strings.CutPrefix(line, directiveMark)
		if !ok {
			continue
		}
		if inBody {
			return Header{}, fmt.Errorf("line %d: directive %q stands after the first statement; move it to the top", n, line)
		}
		if err := h.add(directive); err != nil {
			return Header{}, fmt.Errorf("line %d: %w", n, err)
		}
	}
	if control > 0 && !h.NoTransaction {
		return Header{}, fmt.Errorf("line %d: the file runs in a transaction of its own; remove BEGIN, COMMIT and ROLLBACK", control)
	}
	return h, nil
}

// add takes the directive in, given without its mark.
func (h *Header) add(directive string) error {
	word, rest, _ := strings.Cut(directive, " ")
	rest = strings.TrimSpace(rest)
	switch kind := Kind(word); {
	case word == "no-transaction" && rest == "":
		h.NoTransaction = true
	case word == "no-transaction":
		return fmt.Errorf("directive no-transaction takes nothing, not %q", rest)
	case word == "keep":
		if _, err := path.Match(rest, ""); err != nil || rest == "" {
			return fmt.Errorf("directive keep: %q is not the name of a table or index", rest)
		}
		h.Keep = append(h.Keep, rest)
	case kind != Destructive && kind != DataDependent && kind != Locking:
		return fmt.Errorf("directive %q is not known; there are destructive, data-dependent, locking, no-transaction and keep", word)
	case rest == "":
		return fmt.Errorf("directive %s: say what, as in \"-- meta:%s drop column users.email\"", word, word)
	default:
		h.Notes = append(h.Notes, Note{Kind: kind, Text: rest})
	}
	return nil
}
