package ops

import (
	"reflect"
	"strconv"

	"entgo.io/ent/dialect"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/framework/orm"
)

// A database is a client of ent whose tables are managed, under an alias.
type database struct {
	alias string
	conn  orm.DB
}

// discover finds the clients of ent that the APIs at roots have as fields, and adds more. The first of the service's
// databases is "default".
func discover(roots []any, more []orm.DB, databases []*db.DB) (l []database) {
	type identity struct {
		models string
		driver dialect.Driver
	}
	seen := map[identity]bool{}
	add := func(c orm.DB) {
		conn := c.ORM()
		key := identity{conn.Package, conn.Driver}
		if seen[key] {
			return
		}
		seen[key] = true
		l = append(l, database{conn: c})
	}
	w := walker{add: add, visited: map[uintptr]bool{}}
	for _, root := range roots {
		w.walk(reflect.ValueOf(root), 0)
	}
	for _, c := range more {
		add(c)
	}
	return named(l, databases)
}

// named gives each client the alias of its database: "default" for the first, the number of the others behind it.
func named(l []database, databases []*db.DB) []database {
	place := map[dialect.Driver]int{}
	for i, d := range databases {
		place[d] = i
	}
	taken := map[string]bool{}
	for i := range l {
		n, known := place[undecorated(l[i].conn.ORM().Driver)]
		if !known {
			n = len(databases) + i
		}
		alias := "default"
		if n > 0 && (known || i > 0) {
			alias += strconv.Itoa(n + 1)
		}
		for taken[alias] {
			alias += "_"
		}
		taken[alias] = true
		l[i].alias = alias
	}
	return l
}

func undecorated(d dialect.Driver) dialect.Driver {
	for {
		debug, ok := d.(*dialect.DebugDriver)
		if !ok {
			return d
		}
		d = debug.Driver
	}
}

// walker goes through the fields of APIs.
type walker struct {
	add     func(orm.DB)
	visited map[uintptr]bool
}

// maxNesting is how deep APIs are nested at the most.
const maxNesting = 32

var clientType = reflect.TypeFor[orm.DB]()

func (w *walker) walk(v reflect.Value, depth int) {
	if depth > maxNesting || !v.IsValid() {
		return
	}
	if v.Type().Implements(clientType) && v.Kind() == reflect.Pointer && !v.IsNil() && v.CanInterface() {
		w.add(v.Interface().(orm.DB))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || w.visited[v.Pointer()] {
			return
		}
		w.visited[v.Pointer()] = true
		w.walk(v.Elem(), depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && ofAPI(f.Type) {
				w.walk(v.Field(i), depth+1)
			}
		}
	}
}

// ofAPI tells the types of fields that may lead to a client.
func ofAPI(t reflect.Type) bool {
	return t.Kind() == reflect.Struct || t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct
}

// sensitive lists the names of the fields that models call so.
func sensitive(databases []database) (l []string) {
	for _, d := range databases {
		for _, m := range d.conn.ORM().Models {
			for _, f := range m.Fields {
				if f.Sensitive {
					l = append(l, f.Name)
				}
			}
		}
	}
	return l
}
