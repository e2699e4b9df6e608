package migrateplan

import (
	"slices"
	"strings"

	"ariga.io/atlas/sql/schema"
)

const (
	firstName   = "initial"
	unclearName = "auto"
	maxDerived  = 40
)

// deriveName tells in a file name what changes: user_add_bio, create_post_tag, user_email_to_mail.
func deriveName(sc *Schema, e *evolution) string {
	var verbs, objects []string
	say := func(verb, object string) {
		if !slices.Contains(verbs, verb) {
			verbs = append(verbs, verb)
		}
		objects = append(objects, object)
	}
	for _, r := range e.renames {
		say(sc.label(r.Table)+"_"+r.From+"_to", r.To)
	}
	for _, c := range e.changes {
		switch c := c.(type) {
		case *schema.AddTable:
			say("create", sc.label(c.T.Name))
		case *schema.DropTable:
			say("drop", sc.label(c.T.Name))
		case *schema.ModifyTable:
			columns := changedColumns(c, say, sc.label(c.T.Name))
			if columns == 0 && len(e.renames) == 0 {
				say(sc.label(c.T.Name), "constraints")
			}
		}
	}
	name := strings.ToLower(strings.Join(append(verbs, objects...), "_"))
	if len(verbs) != 1 || len(name) > maxDerived || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		return unclearName
	}
	return name
}

// changedColumns names what happens to columns, and returns to how many. Indexes and keys follow from them.
func changedColumns(m *schema.ModifyTable, say func(verb, object string), label string) (n int) {
	for _, c := range m.Changes {
		switch c := c.(type) {
		case *schema.AddColumn:
			say(label+"_add", c.C.Name)
		case *schema.DropColumn:
			say(label+"_drop", c.C.Name)
		case *schema.ModifyColumn:
			say(label+"_alter", c.To.Name)
		default:
			continue
		}
		n++
	}
	return n
}
