package migrateplan

import (
	"maps"
	"slices"
	"strings"

	"ariga.io/atlas/sql/schema"
)

// Rename is a column that may have been renamed: one is gone from a table and one of the same type is new in it.
type Rename struct{ Table, From, To string }

// String returns the rename as the flag --rename takes it, such as "users.email=mail".
func (r Rename) String() string { return r.Table + "." + r.From + "=" + r.To }

func (r Rename) dropped() Column { return Column{r.Table, r.From} }

func (r Rename) added() Column { return Column{r.Table, r.To} }

// Column names a column.
type Column struct{ Table, Name string }

// String returns the column as messages and flags name it, such as "users.email".
func (c Column) String() string { return c.Table + "." + c.Name }

func inOrder(m map[Column]string) []Column {
	return slices.SortedFunc(maps.Keys(m), func(a, b Column) int { return strings.Compare(a.String(), b.String()) })
}

// candidate is a pair of a dropped and an added column.
type candidate struct {
	Rename
	alike bool // of the same type and nullability
}

// renameCandidates pairs every dropped with every added column of a table.
func renameCandidates(s *scratch, changes []schema.Change) (pairs []candidate) {
	for t := range modifiedTables(changes) {
		for _, c := range t.Changes {
			drop, ok := c.(*schema.DropColumn)
			if !ok {
				continue
			}
			for _, c := range t.Changes {
				if add, ok := c.(*schema.AddColumn); ok {
					pairs = append(pairs, candidate{
						Rename: Rename{t.T.Name, drop.C.Name, add.C.Name},
						alike:  drop.C.Type.Null == add.C.Type.Null && s.sameType(drop.C, add.C),
					})
				}
			}
		}
	}
	return pairs
}
