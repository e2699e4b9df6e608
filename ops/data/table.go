package data

import (
	"slices"
	"strings"

	"entgo.io/ent/schema/field"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
)

// A table is a model with its columns.
type table struct {
	*orm.Model
	db        orm.DB
	alias     string // of its database
	ref       string
	ident     string
	columns   []*column
	byName    map[string]*column // "pk", in the database, of the field, of the edge whose key it is
	relations map[string]*relation
}

// A column is a field of a model, or the key that an edge of it leads to.
type column struct {
	name     string // in the database
	field    *orm.Field
	edge     *orm.Edge // whose key it is, nil for none
	target   *table    // of the edge, nil if it has no table here
	key      bool
	secret   bool
	readonly bool // it makes itself
	indexed  bool
}

// A relation leads from a table to another one.
type relation struct {
	*orm.Edge
	target *table
}

// relate finds where the edges of the table lead.
func (t *table) relate(tables map[*orm.Model]*table) {
	for _, e := range t.Edges {
		if target := tables[e.Target()]; target != nil {
			t.relations[e.Name] = &relation{e, target}
		}
	}
}

// fill lists the columns: the key, then the fields, then keys of edges that are no fields.
func (t *table) fill(tables map[*orm.Model]*table, secrets *mask.Names) {
	isMade := t.Create == nil || t.Create(t.db.ORM().Client).SetKey == nil
	t.add(&column{name: t.Key.Column, field: t.Key, key: true, indexed: true, readonly: isMade}, t.Key.Name, "pk")
	for _, f := range t.Fields {
		c := &column{name: f.Column, field: f, indexed: f.Indexed, readonly: f.Immutable && f.HasDefault || t.Create == nil}
		if f.Edge != "" {
			c.edge = t.Edge(f.Edge)
			c.target = tables[c.edge.Target()]
			t.add(c, f.Name, f.Edge)
			continue
		}
		c.secret = f.Kind != field.TypeBool && (f.Sensitive || secrets.Has(f.Name) || secrets.Has(f.Column))
		t.add(c, f.Name)
	}
	for _, e := range t.Edges {
		if e.Stored == orm.Here && e.Field == "" && e.Target().Key != nil {
			t.add(&column{name: e.Column, field: fieldOf(e), edge: e, target: tables[e.Target()], indexed: true, readonly: t.Create == nil}, e.Name)
		}
	}
}

func (t *table) add(c *column, others ...string) {
	t.columns = append(t.columns, c)
	for _, name := range append(others, c.name) {
		t.byName[name] = c
	}
}

// fieldOf is what the column of an edge holds that is no field of its own: the key of the target.
func fieldOf(e *orm.Edge) *orm.Field {
	key := e.Target().Key
	return &orm.Field{Name: e.Name, Column: e.Column, Doc: e.Doc, Kind: key.Kind, GoType: key.GoType, Rules: key.Rules, Nullable: !e.Required, Immutable: e.Immutable, Cell: key.Cell}
}

// key is the column of the key.
func (t *table) key() *column { return t.columns[0] }

// query is a new query of ent for rows of the table.
func (t *table) query() orm.Query { return t.Query(t.db.ORM().Client) }

func (t *table) dialect() string { return t.db.ORM().Driver.Dialect() }

// knows tells whether the table has what a path begins with.
func (t *table) knows(path string) bool {
	first, _, _ := strings.Cut(path, "__")
	return t.byName[path] != nil || t.byName[first] != nil || t.relations[first] != nil
}

// unknown is the error about a name that nothing has.
func (t *table) unknown(name string) error {
	names := []string{"pk"}
	for _, c := range t.columns {
		names = append(names, c.name)
	}
	for n := range t.relations {
		names = append(names, n)
	}
	slices.Sort(names)
	return api.BadRequest("field", "%s has no field %.100q: take of %s", t.ref, name, strings.Join(slices.Compact(names), ", "))
}
