package tables

import (
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
)

// catalog is all that names from outside may lead to: every name is looked up in it, exactly, and none reaches a
// statement otherwise.
type catalog struct {
	aliases []string
	tables  []*table
}

// A table is a model with its columns.
type table struct {
	*orm.Model
	db        orm.DB
	alias     string
	ref       string // "user.User"
	ident     string // "user.user"
	hidden    bool   // nobody sees it, or anything through it
	columns   []*column
	byName    map[string]*column
	relations map[string]*relation
}

// A column is a field of a model, or the key that an edge of it leads to.
type column struct {
	name    string // in the database
	field   *orm.Field
	edge    *orm.Edge // that it is the key of, nil for none
	target  *table    // of the edge
	key     bool
	secret  bool
	indexed bool
}

// A relation leads from a table to another one.
type relation struct {
	*orm.Edge
	target *table
}

func newCatalog(databases []Database, secrets *mask.Names) *catalog {
	c := &catalog{}
	for _, d := range databases {
		c.aliases = append(c.aliases, d.Alias)
		byModel := map[*orm.Model]*table{}
		for _, m := range d.Conn.ORM().Models {
			if m.Key == nil {
				continue // what has no key cannot be named
			}
			name := m.App + "." + m.Name
			t := &table{Model: m, db: d.Conn, alias: d.Alias, ref: name, ident: strings.ToLower(name), hidden: m.Field("token_hash") != nil}
			byModel[m] = t
			c.tables = append(c.tables, t)
		}
		for _, t := range byModel {
			t.relate(byModel)
			t.fill(byModel, secrets)
		}
	}
	return c
}

// relate finds where the edges of the table lead.
func (t *table) relate(tables map[*orm.Model]*table) {
	t.relations = map[string]*relation{}
	for _, e := range t.Edges {
		if target := tables[e.Target()]; target != nil {
			t.relations[e.Name] = &relation{e, target}
		}
	}
}

// fill lists the columns: the key, then the fields, then keys of edges that are no fields.
func (t *table) fill(tables map[*orm.Model]*table, secrets *mask.Names) {
	t.byName = map[string]*column{}
	add := func(c *column) {
		c.indexed = c.edge != nil || slices.ContainsFunc(t.Uniques, func(u orm.UniqueIndex) bool { return u.Columns[0] == c.name })
		t.columns = append(t.columns, c)
		t.byName[c.name] = c
		if c.edge == nil {
			t.byName[c.field.Name] = c
		}
	}
	add(&column{name: t.Key.Column, field: t.Key, key: true})
	for _, f := range t.Fields {
		c := &column{name: f.Column, field: f}
		if f.Edge != "" {
			c.edge = t.Edge(f.Edge)
			c.target = tables[c.edge.Target()]
		}
		c.secret = c.edge == nil && f.Kind.String() != "bool" && (f.Sensitive || secrets.Has(f.Name) || secrets.Has(f.Column))
		add(c)
	}
	for _, e := range t.Edges {
		if target := tables[e.Target()]; e.Stored == orm.Here && e.Field == "" && target != nil {
			add(&column{name: e.Column, field: edgeField(e, target), edge: e, target: target})
		}
	}
	t.byName["pk"] = t.columns[0]
}

// edgeField is what a column holds that is no field of its own: the key of the target.
func edgeField(e *orm.Edge, target *table) *orm.Field {
	f := *target.Key
	f.Name, f.Column, f.Doc, f.Nullable, f.Immutable, f.HasDefault, f.Unique = e.Name, e.Column, e.Doc, !e.Required, e.Immutable, false, false
	f.Validate = nil
	return &f
}

// find is a table by its ref, or else its ident or name in the database.
func (c *catalog) find(t Target) (*table, error) {
	if t.Using != "" && !slices.Contains(c.aliases, t.Using) {
		return nil, api.BadRequest("using", "Invalid database alias: %.60q", t.Using)
	}
	for _, is := range []func(*table) bool{
		func(x *table) bool { return x.ref == t.Model },
		func(x *table) bool { return x.ident == t.Model },
		func(x *table) bool { return x.Table == t.Model },
	} {
		for _, x := range c.tables {
			if !x.hidden && (t.Using == "" || x.alias == t.Using) && is(x) {
				return x, nil
			}
		}
	}
	return nil, api.BadRequest("model", "Invalid model: %.60q", t.Model)
}

// column is the column of that name: "pk", one of the database, a field, or an edge whose key it holds.
func (t *table) column(name string) *column {
	if c := t.byName[name]; c != nil {
		return c
	}
	if r := t.relations[name]; r != nil && r.Stored == orm.Here {
		for _, c := range t.columns {
			if c.edge == r.Edge {
				return c
			}
		}
	}
	return nil
}

// unknown is the error about a name that nothing has.
func (t *table) unknown(name string) error {
	var names []string
	for _, c := range t.columns {
		names = append(names, c.name)
	}
	for n, r := range t.relations {
		if !r.target.hidden {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return api.BadRequest("field", "%s has no field %.60q: take of %s", t.ref, name, strings.Join(slices.Compact(names), ", "))
}
