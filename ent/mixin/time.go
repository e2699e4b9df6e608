package mixin

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/mixin"
)

// Time adds created_time and updated_time, both kept by ent.
type Time struct{ mixin.Schema }

// Fields returns the two.
func (Time) Fields() []ent.Field {
	return []ent.Field{
		field.Time("created_time").Default(Now).Immutable(),
		field.Time("updated_time").Default(Now).UpdateDefault(Now),
	}
}

// Now is the time as every database keeps it: in UTC, to the microsecond. SQLite compares times as text and
// PostgreSQL cuts what is finer. It serves as a field's default.
func Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
