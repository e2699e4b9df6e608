package migrateplan

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"ariga.io/atlas/sql/schema"
)

// answers are the choices of a developer: what the flags say, else what is asked, else undecided.
type answers struct {
	*Options
	scratch *scratch
	schema  *Schema

	renamed  map[Column]string // by the old column; "" is a column that is dropped
	defaults map[Column]string // as given
	used     map[string]bool   // the flags that something asked for
	open     UndecidedError
}

func newAnswers(o *Options, sc *Schema, s *scratch) (*answers, error) {
	a := &answers{Options: o, schema: sc, scratch: s, used: make(map[string]bool)}
	var err1, err2 error
	a.renamed, err1 = a.parse("--rename", "users.email=mail", o.Renames)
	a.defaults, err2 = a.parse("--default", "users.age=0", o.Defaults)
	return a, errors.Join(err1, err2)
}

// parse reads flags of the form table.column=value.
func (a *answers) parse(flag, example string, list []string) (map[Column]string, error) {
	values := make(map[Column]string, len(list))
	for _, text := range list {
		left, value, ok1 := strings.Cut(text, "=")
		table, name, ok2 := strings.Cut(left, ".")
		if !ok1 || !ok2 || table == "" || name == "" {
			return nil, fmt.Errorf("%s %q: want table.column=value, as in %s %s", flag, text, flag, example)
		}
		table = a.schema.tableOf(table)
		col := Column{table, a.schema.columnOf(table, name)}
		if flag == "--rename" {
			col.Name = name // the old name, which the schema does not know any more
		}
		if _, dup := values[col]; dup {
			return nil, fmt.Errorf("%s %q: %s is given twice", flag, text, col)
		}
		values[col] = value
	}
	return values, nil
}

func (a *answers) renames(pairs []candidate) (chosen []Rename, err error) {
	taken := make(map[Column]bool)
	for _, p := range pairs {
		to, ok := a.renamed[p.dropped()]
		if !ok {
			continue
		}
		a.used["--rename "+p.dropped().String()] = true
		taken[p.dropped()] = true
		if to == p.To || a.schema.columnOf(p.Table, to) == p.To {
			chosen = append(chosen, p.Rename)
			taken[p.added()] = true
			a.used["--rename "+p.dropped().String()+"="+to] = true
		}
	}
	if err := a.checkRenames(pairs); err != nil {
		return nil, err
	}
	for _, p := range pairs {
		if !p.alike || taken[p.dropped()] || taken[p.added()] || a.Check {
			continue
		}
		if a.AskRename == nil {
			a.open.Renames = append(a.open.Renames, p.Rename)
			continue
		}
		yes, err := a.AskRename(p.Rename)
		if err != nil {
			return nil, err
		}
		if yes {
			chosen = append(chosen, p.Rename)
			taken[p.dropped()], taken[p.added()] = true, true
		}
	}
	return chosen, nil
}

// checkRenames refuses flags that rename nothing: a slip of the pen would drop a column.
func (a *answers) checkRenames(pairs []candidate) error {
	var errs []error
	for _, col := range inOrder(a.renamed) {
		to := a.renamed[col]
		flag := fmt.Sprintf("--rename %s=%s", col, to)
		switch {
		case to == "" || a.used[flag]:
		case !a.used["--rename "+col.String()]:
			errs = append(errs, fmt.Errorf("%s: column %s is not about to be dropped while another is added", flag, col))
		default:
			var added []string
			for _, p := range pairs {
				if p.dropped() == col {
					added = append(added, p.To)
				}
			}
			errs = append(errs, fmt.Errorf("%s: %s has no new column %s; it has %s", flag, col.Table, to, strings.Join(added, ", ")))
		}
	}
	return errors.Join(errs...)
}

func (a *answers) fill(col Column, typ schema.Type) (string, error) {
	if value, ok := a.defaults[col]; ok {
		a.used["--default "+col.String()] = true
		text, err := a.scratch.literal(value, typ)
		if err != nil {
			return "", fmt.Errorf("--default %s: %w", col, err)
		}
		return text, nil
	}
	// A column that may be the new name of another is asked about first.
	if a.Check || slices.ContainsFunc(a.open.Renames, func(r Rename) bool { return r.added() == col }) {
		return "", nil
	}
	if a.AskDefault == nil {
		a.open.Defaults = append(a.open.Defaults, col)
		return "", nil
	}
	for {
		value, err := a.AskDefault(col)
		if err != nil {
			return "", err
		}
		text, err := a.scratch.literal(value, typ)
		if err == nil {
			return text, nil
		}
		if a.Invalid == nil {
			return "", fmt.Errorf("%s: %w", col, err)
		}
		a.Invalid(fmt.Errorf("%s: %w", col, err))
	}
}

func (a *answers) settled() error {
	if len(a.open.Renames) > 0 || len(a.open.Defaults) > 0 {
		return &a.open
	}
	var errs []error
	for _, col := range inOrder(a.defaults) {
		if !a.used["--default "+col.String()] {
			errs = append(errs, fmt.Errorf("--default %s: no rows need a value for it: it is not new, or may be null, or has a default", col))
		}
	}
	return errors.Join(errs...)
}

// reversal are the choices of a way back: renames the other way round, and plain values where the old ones are lost.
type reversal struct {
	scratch *scratch
	forward []Rename
}

func (r reversal) renames([]candidate) ([]Rename, error) {
	back := make([]Rename, 0, len(r.forward))
	for _, f := range slices.Backward(r.forward) {
		back = append(back, Rename{f.Table, f.To, f.From})
	}
	return back, nil
}

func (r reversal) fill(_ Column, typ schema.Type) (string, error) { return r.scratch.zero(typ), nil }

func (r reversal) settled() error { return nil }
