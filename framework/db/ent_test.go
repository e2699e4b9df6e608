package db_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/dialect/sql/sqlgraph"
	"entgo.io/ent/schema/field"
	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

// events is a table as ent describes it.
func events(t *testing.T, d dialect.Driver) {
	t.Helper()
	columns := []*schema.Column{
		{Name: "id", Type: field.TypeInt, Increment: true},
		{Name: "name", Type: field.TypeString, Unique: true},
		{Name: "at", Type: field.TypeTime},
		{Name: "data", Type: field.TypeJSON, Nullable: true},
		{Name: "raw", Type: field.TypeBytes, Nullable: true},
	}
	m, err := schema.NewMigrate(d)
	if err != nil {
		t.Fatal(err)
	}
	table := &schema.Table{Name: "events", Columns: columns, PrimaryKey: columns[:1]}
	if err := m.Create(t.Context(), table); err != nil {
		t.Fatal(err)
	}
}

func create(ctx context.Context, d dialect.Driver, name string, at time.Time, data any, raw []byte) error {
	spec := sqlgraph.NewCreateSpec("events", sqlgraph.NewFieldSpec("id", field.TypeInt))
	spec.SetField("name", field.TypeString, name)
	spec.SetField("at", field.TypeTime, at)
	if data != nil {
		spec.SetField("data", field.TypeJSON, data)
	}
	if raw != nil {
		spec.SetField("raw", field.TypeBytes, raw)
	}
	return sqlgraph.CreateNode(ctx, d, spec)
}

// rename is what UpdateOne of ent does: a transaction of its own around an UPDATE and a SELECT.
func rename(ctx context.Context, d dialect.Driver, id int, name string) error {
	spec := sqlgraph.NewUpdateSpec("events", []string{"id", "name"}, sqlgraph.NewFieldSpec("id", field.TypeInt))
	spec.Node.ID.Value = id
	spec.SetField("name", field.TypeString, name)
	spec.ScanValues = func(columns []string) ([]any, error) {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		return values, nil
	}
	spec.Assign = func([]string, []any) error { return nil }
	return sqlgraph.UpdateNode(ctx, d, spec)
}

// ent's own code, its migration and the transactions that it begins inside ours, works on the driver.
func TestEnt(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		events(t, d)
		err := d.Atomic(ctx, func(ctx context.Context) error {
			if err := errors.Join(create(ctx, d, "a", time.Now(), nil, nil), create(ctx, d, "b", time.Now(), nil, nil)); err != nil {
				return err
			}
			if err := rename(ctx, d, 1, "b"); !sqlgraph.IsUniqueConstraintError(err) {
				t.Errorf("got %v, want a unique violation", err)
			}
			return rename(ctx, d, 1, "c")
		})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := number(ctx, d, "SELECT count(*) FROM events WHERE name IN ($1, $2)", "b", "c"); n != 2 || err != nil {
			t.Errorf("%d rows (%v), want b and c", n, err)
		}
	})
}

// What ent writes comes back, and times in UTC, also behind a proxy.
func TestValuesRoundTrip(t *testing.T) {
	check := func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		events(t, d)
		east := time.FixedZone("east", 5*60*60)
		early := time.Date(2026, 1, 2, 3, 4, 5, 600_000_000, east)
		late := early.Add(time.Minute).In(time.FixedZone("west", -8*60*60))
		data := map[string]any{"k": "v"}
		if err := errors.Join(create(ctx, d, "early", early, data, []byte{0, 1, 255}), create(ctx, d, "late", late, data, nil)); err != nil {
			t.Fatal(err)
		}
		rows := &entsql.Rows{}
		query, args := entsql.Dialect(d.Dialect()).Select("name", "at", "data", "raw").From(entsql.Table("events")).
			Where(entsql.LT("at", early.Add(time.Second))).OrderBy("at").Query()
		if err := d.Query(ctx, query, args, rows); err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		if !rows.Next() {
			t.Fatal("no row: times do not compare across zones")
		}
		var (
			name string
			at   time.Time
			text []byte
			raw  []byte
			got  map[string]any
		)
		if err := rows.Scan(&name, &at, &text, &raw); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if _, offset := at.Zone(); name != "early" || !at.Equal(early) || offset != 0 {
			t.Errorf("got %s at %v, want early at %v in UTC", name, at, early)
		}
		if diff := cmp.Diff(data, got) + cmp.Diff([]byte{0, 1, 255}, raw); diff != "" {
			t.Error(diff)
		}
		if rows.Next() {
			t.Error("a second row: times do not compare across zones")
		}
	}
	testdb.Each(t, check)
	t.Run("postgres without statements", func(t *testing.T) {
		check(t, testdb.Open(t, postgresConfig(t, func(c *db.Config) { c.StatementCache = -1 })))
	})
}

// ent's session variables are set on the connection of the statement and reset after it.
func TestEntSessionVariables(t *testing.T) {
	d := testdb.Postgres(t)
	read := func(ctx context.Context) (string, error) {
		rows := &entsql.Rows{}
		if err := d.Query(ctx, "SELECT coalesce(current_setting('app.viewer', true), '')", []any{}, rows); err != nil {
			return "", err
		}
		defer rows.Close()
		return entsql.ScanString(rows)
	}
	with := entsql.WithVar(t.Context(), "app.viewer", "ann")
	for _, test := range []struct {
		ctx  context.Context
		want string
	}{{with, "ann"}, {t.Context(), ""}} {
		if got, err := read(test.ctx); got != test.want || err != nil {
			t.Errorf("got %q, %v, want %q", got, err, test.want)
		}
	}
	err := d.Atomic(with, func(ctx context.Context) error {
		if got, err := read(ctx); got != "ann" || err != nil {
			t.Errorf("in a transaction: got %q, %v", got, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if got, err := read(t.Context()); got != "" || err != nil {
		t.Errorf("after the transaction: got %q, %v", got, err)
	}
}

func postgresConfig(t testing.TB, change func(*db.Config)) db.Config {
	t.Helper()
	c, err := db.Parse(testdb.PostgresURL(t))
	if err != nil {
		t.Fatal(err)
	}
	change(&c)
	return c
}
