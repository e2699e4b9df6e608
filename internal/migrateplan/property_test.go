package migrateplan

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"entgo.io/ent/dialect"
	entschema "entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/go-cmp/cmp"
)

// kind is a column of random schemas.
type kind struct {
	name    string
	column  entschema.Column
	values  [2]string // distinct, as SQL
	ask     string    // what a developer answers for rows without a value
	literal any       // a default
}

var kinds = []kind{
	{"c_int", entschema.Column{Type: field.TypeInt}, [2]string{"1", "-2"}, "7", 5},
	{"c_int8", entschema.Column{Type: field.TypeInt8}, [2]string{"3", "4"}, "7", 5},
	{"c_uint64", entschema.Column{Type: field.TypeUint64}, [2]string{"9007199254740993", "6"}, "7", nil},
	{"c_float", entschema.Column{Type: field.TypeFloat64}, [2]string{"1.5", "-2.25"}, "7.5", 0.5},
	{"c_bool", entschema.Column{Type: field.TypeBool}, [2]string{"TRUE", "FALSE"}, "true", true},
	{"c_str", entschema.Column{Type: field.TypeString}, [2]string{"'it''s'", "'a;b -- c'"}, "el'se\nCOMMIT;\n-- meta:b\r\n", "d'x"},
	{"c_str9", entschema.Column{Type: field.TypeString, Size: 9}, [2]string{"'ä'", "''"}, "nine", "x"},
	{"c_text", entschema.Column{Type: field.TypeString, Size: 1 << 30}, [2]string{"'long'", "'longer'"}, "text", nil},
	{"c_time", entschema.Column{Type: field.TypeTime}, [2]string{"'2026-01-01 10:00:00+00:00'", "'1999-12-31 23:59:59+00:00'"}, "2026-05-05", nil},
	{"c_json", entschema.Column{Type: field.TypeJSON}, [2]string{`'{"a": 1}'`, `'[1, 2]'`}, "{\"b\":\n2}", nil},
	{"c_uuid", entschema.Column{Type: field.TypeUUID}, [2]string{"'6ba7b810-9dad-11d1-80b4-00c04fd430c8'", "'6ba7b811-9dad-11d1-80b4-00c04fd430c8'"}, "6ba7b812-9dad-11d1-80b4-00c04fd430c8", nil},
	{"c_enum", entschema.Column{Type: field.TypeEnum, Enums: []string{"on", "off"}}, [2]string{"'on'", "'off'"}, "on", "off"},
}

// canIndex tells which columns an index can be on: PostgreSQL's json has no order.
func (k kind) canIndex() bool { return k.name != "c_json" }

// canBeUnique tells which columns stay unique when a row without a value is given one.
func (k kind) canBeUnique() bool { return k.canIndex() && k.name != "c_bool" && k.name != "c_enum" }

// randomSchema makes up to three tables with columns, indexes and references, also in circles.
func randomSchema(rng *rand.Rand) []*entschema.Table {
	var tables []*entschema.Table
	for _, name := range []string{"alphas", "betas", "gammas", "deltas"} {
		if len(tables) < 3 && (rng.IntN(4) > 0 || len(tables) == 0 && name == "deltas") {
			tables = append(tables, randomTable(rng, name))
		}
	}
	for _, t := range tables {
		for _, to := range tables {
			if rng.IntN(3) == 0 {
				onDelete := []entschema.ReferenceOption{entschema.Cascade, entschema.SetNull, entschema.NoAction}[rng.IntN(3)]
				refer(t, to, null(num("f_"+to.Name)), onDelete)
			}
		}
	}
	return tables
}

func randomTable(rng *rand.Rand, name string) *entschema.Table {
	t := table(name)
	for _, k := range kinds {
		if rng.IntN(2) == 0 {
			continue
		}
		c := k.column
		c.Name = k.name
		c.Nullable = rng.IntN(2) == 0
		// Two rows get one value when a column that must not be null comes in, so that one cannot be unique.
		c.Unique = c.Nullable && k.canBeUnique() && rng.IntN(4) == 0
		if k.literal != nil && !c.Unique && rng.IntN(3) == 0 {
			c.Default = k.literal
		}
		t.AddColumn(&c)
		if k.canIndex() && rng.IntN(5) == 0 {
			t.AddIndex(name+"_"+c.Name+"_extra", false, []string{c.Name, "id"})
		}
	}
	return t
}

// contents are the cells of a database by table, column and id.
type contents map[string]map[string][]string

func (b *bench) contents(tables []*entschema.Table) contents {
	b.t.Helper()
	all := make(contents)
	for _, t := range tables {
		all[t.Name] = make(map[string][]string)
		for _, c := range t.Columns {
			all[t.Name][c.Name] = b.rows(fmt.Sprintf("SELECT %s FROM %s ORDER BY id", b.scratch.quote(c.Name), b.scratch.quote(t.Name)))
		}
	}
	return all
}

// populate puts two rows in every table, and refers from each row to one of the same id. Where it may, the second
// row has nulls.
func (b *bench) populate(rng *rand.Rand, tables []*entschema.Table) {
	b.t.Helper()
	for _, t := range tables {
		for row := range 2 {
			names, values := []string{"id"}, []string{strconv.Itoa(row + 1)}
			for _, c := range t.Columns {
				i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == c.Name })
				if i >= 0 && !(c.Nullable && row == 1 && rng.IntN(2) == 0) {
					names, values = append(names, c.Name), append(values, kinds[i].values[row])
				}
			}
			b.exec(fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", t.Name, strings.Join(names, ", "), strings.Join(values, ", ")))
		}
	}
	for _, t := range tables {
		for _, fk := range t.ForeignKeys {
			b.exec(fmt.Sprintf("UPDATE %s SET %s = id", t.Name, fk.Columns[0].Name))
		}
	}
}

// Random pairs of schemas: A with rows becomes B and A again. META_TEST_PAIRS multiplies how many.
func TestRandomPairs(t *testing.T) {
	t.Parallel()
	scale, err := strconv.ParseFloat(os.Getenv("META_TEST_PAIRS"), 64)
	if err != nil {
		scale = 1
	}
	if testing.Short() {
		scale = 0.1
	}
	for d, n := range map[string]float64{dialect.SQLite: 200, dialect.Postgres: 40} {
		t.Run(d, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, d)
			for seed := range uint64(n * scale) {
				b.pair(t, seed)
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
		})
	}
}

func (b *bench) pair(t *testing.T, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 0))
	from, to := randomSchema(rng), randomSchema(rng)
	b.fresh()
	b.step(Options{}, from...)
	b.populate(rng, from)
	before := b.contents(from)

	r := b.step(Options{
		AskRename: func(r Rename) (bool, error) {
			// What some other column holds refers to nothing, nor does the reverse mean anything.
			return !strings.HasPrefix(r.From, "f_") && !strings.HasPrefix(r.To, "f_") && rng.IntN(2) == 0, nil
		},
		AskDefault: func(c Column) (string, error) {
			for _, k := range kinds {
				if k.name == c.Name {
					return k.ask, nil
				}
			}
			return "", fmt.Errorf("asked for %s", c)
		},
	}, to...)
	if r.None() {
		return
	}
	b.mustBe(clone(to))
	compareKept(t, before, b.contents(to), r.Renames, r.Up)

	if err := b.undo(r); err != nil {
		t.Fatalf("down: %v\n%s", err, r.Down)
	}
	b.mustBe(clone(from))
	compareKept(t, before.thatWere(to, r.Renames), b.contents(from), nil, r.Down)
}

// thatWere returns the columns that went through the tables, so that a way back has them still.
func (c contents) thatWere(tables []*entschema.Table, renames []Rename) contents {
	kept := make(contents)
	for _, t := range tables {
		kept[t.Name] = make(map[string][]string)
		for column, cells := range c[t.Name] {
			i := slices.IndexFunc(renames, func(r Rename) bool { return r.dropped() == Column{t.Name, column} })
			if t.HasColumn(column) || i >= 0 {
				kept[t.Name][column] = cells
			}
		}
	}
	return kept
}

// compareKept checks the columns that are there before and after. A null may have become a value.
func compareKept(t *testing.T, before, after contents, renames []Rename, text string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(before)) {
		for column, was := range before[name] {
			now := column
			for _, r := range renames {
				if r.Table == name && r.From == column {
					now = r.To
				}
			}
			is, ok := after[name][now]
			if !ok {
				continue
			}
			was = slices.Clone(was)
			for i := range was {
				if was[i] == "<nil>" && i < len(is) {
					was[i] = is[i]
				}
			}
			if diff := cmp.Diff(was, is); diff != "" {
				t.Errorf("%s.%s: %s\n%s", name, column, diff, text)
			}
		}
	}
}
