package migrateplan

import (
	"fmt"
	"strings"
)

// UndecidedError tells what the schema does not say and nobody could be asked. The command ends with status 3.
type UndecidedError struct {
	Renames  []Rename // renamed, or dropped and added?
	Defaults []Column // which value do existing rows get?
}

func (e *UndecidedError) Error() string {
	var parts []string
	for _, r := range e.Renames {
		parts = append(parts, fmt.Sprintf("%s: renamed to %s? pass --rename %s, or --rename %s= to drop it and add %s", r.dropped(), r.To, r, r.dropped(), r.To))
	}
	for _, c := range e.Defaults {
		parts = append(parts, fmt.Sprintf("%s: must not be null; give existing rows a value with --default %s=VALUE", c, c))
	}
	return strings.Join(parts, "; ")
}

// Flags returns the flags that decide, each rename confirmed and each value to fill in.
func (e *UndecidedError) Flags() []string {
	var flags []string
	for _, r := range e.Renames {
		flags = append(flags, "--rename "+r.String())
	}
	for _, c := range e.Defaults {
		flags = append(flags, "--default "+c.String()+"=VALUE")
	}
	return flags
}
