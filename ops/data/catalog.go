package data

import (
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/orm"
)

// catalog is all that names from outside may lead to.
type catalog struct {
	aliases map[string]string // by what calls name them
	tables  []*table
}

func newCatalog(o Options) *catalog {
	c := &catalog{aliases: map[string]string{}}
	for i, d := range o.Databases {
		if i == 0 {
			c.aliases["default"] = d.Alias
		}
		c.aliases[d.Alias] = d.Alias
		seen := map[*orm.Model]*table{}
		for _, m := range d.Conn.ORM().Models {
			if m.Key == nil || o.Hidden(m) {
				continue
			}
			t := newTable(d, m)
			seen[m] = t
			c.tables = append(c.tables, t)
		}
		for _, t := range seen {
			t.relate(seen)
			t.fill(seen, o.Secrets)
		}
	}
	return c
}

// find is a table by its ref, or else its ident, or else its name in the database.
func (c *catalog) find(t Target) (*table, error) {
	alias, ok := c.aliases[t.Using]
	if t.Using != "" && !ok {
		return nil, api.BadRequest("using", "Invalid database alias: %.100q", t.Using)
	}
	for _, is := range []func(*table) bool{
		func(x *table) bool { return x.ref == t.Model },
		func(x *table) bool { return x.ident == t.Model },
		func(x *table) bool { return x.Table == t.Model },
	} {
		for _, x := range c.tables {
			if (t.Using == "" || x.alias == alias) && is(x) {
				return x, nil
			}
		}
	}
	return nil, api.BadRequest("model", "Invalid model: %.100q", t.Model)
}

// newTable describes the model's table without its columns. Its ref is the app, which is the file that declares the
// schema, and the name of the entity: "user.User". The ident is the same in small letters; scopes name it.
func newTable(d Database, m *orm.Model) *table {
	ref := m.App + "." + m.Name
	return &table{Model: m, db: d.Conn, alias: d.Alias, ref: ref, ident: strings.ToLower(ref), relations: map[string]*relation{}, byName: map[string]*column{}}
}
