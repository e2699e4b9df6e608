package migrateplan

import (
	"testing"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/entsql"
	entschema "entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"
)

// columnKinds are all the ways in which ent fields become columns.
func columnKinds() []*entschema.Column {
	on := func(d, typ string) map[string]string { return map[string]string{d: typ} }
	both := func(lite, pg string) map[string]string {
		return map[string]string{dialect.SQLite: lite, dialect.Postgres: pg}
	}
	return []*entschema.Column{
		{Name: "bool", Type: field.TypeBool},
		{Name: "bool_default", Type: field.TypeBool, Default: true},
		{Name: "int8", Type: field.TypeInt8},
		{Name: "int16", Type: field.TypeInt16},
		{Name: "int32", Type: field.TypeInt32, Default: -1},
		{Name: "int64", Type: field.TypeInt64, Nullable: true},
		{Name: "uint8", Type: field.TypeUint8},
		{Name: "uint32", Type: field.TypeUint32},
		{Name: "uint64", Type: field.TypeUint64},
		{Name: "float32", Type: field.TypeFloat32},
		{Name: "float64", Type: field.TypeFloat64, Default: 1.5},
		{Name: "decimal", Type: field.TypeFloat64, SchemaType: both("decimal(6,2)", "numeric(6,2)")},
		{Name: "string", Type: field.TypeString},
		{Name: "string_sized", Type: field.TypeString, Size: 40},
		{Name: "string_empty", Type: field.TypeString, Default: ""},
		{Name: "string_quote", Type: field.TypeString, Default: "it's; a -- \"test\""},
		{Name: "string_char", Type: field.TypeString, SchemaType: both("char(3)", "char(3)")},
		{Name: "text", Type: field.TypeString, Size: 1 << 31},
		{Name: "bytes", Type: field.TypeBytes},
		{Name: "bytes_sized", Type: field.TypeBytes, Size: 16},
		{Name: "time", Type: field.TypeTime},
		{Name: "time_now", Type: field.TypeTime, Default: entschema.Expr("CURRENT_TIMESTAMP")},
		{Name: "date", Type: field.TypeTime, SchemaType: both("date", "date")},
		{Name: "json", Type: field.TypeJSON},
		{Name: "json_default", Type: field.TypeJSON, Default: entschema.Expr(`'{"a": [1]}'`)},
		{Name: "jsonb_null", Type: field.TypeJSON, Nullable: true},
		{Name: "uuid", Type: field.TypeUUID},
		{Name: "uuid_default", Type: field.TypeUUID, SchemaType: on(dialect.Postgres, "uuid"), Default: entschema.Expr("'6ba7b810-9dad-11d1-80b4-00c04fd430c8'")},
		{Name: "enum", Type: field.TypeEnum, Enums: []string{"on", "off"}, Default: "on"},
		{Name: "unique", Type: field.TypeString, Unique: true},
		{Name: "inet", Type: field.TypeString, SchemaType: on(dialect.Postgres, "inet")},
		{Name: "array", Type: field.TypeOther, SchemaType: both("text", "text[]")},
		{Name: "comment", Type: field.TypeString, Comment: "it's said"},
		{Name: "other", Type: field.TypeOther, SchemaType: both("numeric", "interval")},
	}
}

// No kind of column is seen as changed when it is not.
func TestNoPhantomChanges(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		var all []*entschema.Table
		for _, c := range columnKinds() {
			all = append(all, table("t_"+c.Name, c))
		}
		checked := table("checked", num("a"), num("b"))
		checked.Annotation = &entsql.Annotation{Checks: map[string]string{"a_below_b": "a < b"}}
		partly := table("partly", str("a"), null(when("deleted")))
		partly.AddIndex("partly_a", true, []string{"a"})
		partly.Indexes[0].Annotation = &entsql.IndexAnnotation{Where: "deleted IS NULL"}
		backwards := table("backwards", str("a"), num("b"))
		backwards.AddIndex("backwards_a_b", false, []string{"a", "b"})
		backwards.Indexes[0].Annotation = &entsql.IndexAnnotation{DescColumns: map[string]bool{"b": true}}
		all = append(all, checked, partly, backwards)
		// migrate plans a second time and wants nothing.
		if r := b.migrate(Options{}, all...); r.None() {
			t.Fatal("nothing planned")
		}
		b.mustBe(clone(all))
	})
}
