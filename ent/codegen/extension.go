package codegen

import (
	_ "embed"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"
)

var (
	//go:embed orm.tmpl
	ormTemplate string
	//go:embed runtime.tmpl
	runtimeTemplate string
)

// Extension is the generator's part of ent's run, for an application that runs ent itself. [Generate] is simpler and
// also reads constraints such as MinLen from the schemas' source.
type Extension struct {
	entc.DefaultExtension
	// NoRuntime leaves out the import of ent's runtime package, for schemas that import the generated package: the
	// application's main imports it then.
	NoRuntime bool

	rules  map[string]rules
	tables []*schema.Table
	linked bool
}

// Templates returns the two that write the package's own files.
func (e *Extension) Templates() []*gen.Template {
	orm := gen.NewTemplate("orm_gen").Funcs(gen.Funcs).Funcs(map[string]any{
		"ormTable":  e.table,
		"ormJoin":   e.join,
		"ormUnique": uniqueIndexes,
		"ormRules":  e.fieldRules,
		"ormApp":    app,
		"ormLeads":  leads,
		"ormDate":   isDate,
	})
	runtime := gen.NewTemplate("orm_runtime_gen").SkipIf(func(g *gen.Graph) bool {
		e.linked = !e.NoRuntime && hooked(g)
		return !e.linked
	})
	return []*gen.Template{gen.MustParse(orm.Parse(ormTemplate)), gen.MustParse(runtime.Parse(runtimeTemplate))}
}

// Hooks returns the one that refuses schemas which the package's own files cannot stand beside.
func (*Extension) Hooks() []gen.Hook {
	return []gen.Hook{func(next gen.Generator) gen.Generator {
		return gen.GenerateFunc(func(g *gen.Graph) error {
			for _, n := range g.Nodes {
				if n.Name == "ORM" || n.Name == "Atomic" {
					return fmt.Errorf("schema %s: the client has a method of this name: call it something else", n.Name)
				}
			}
			return next.Generate(g)
		})
	}}
}

// hooked reports whether ent moves hooks, defaults and validators into a package that has to be imported.
func hooked(g *gen.Graph) bool {
	for _, n := range g.Nodes {
		if n.NumHooks()+n.NumInterceptors()+n.NumPolicy() > 0 {
			return true
		}
	}
	return false
}

// table finds the physical table of a type. Graph.Tables writes to shared state: it is asked once.
func (e *Extension) table(g *gen.Graph, n *gen.Type) (*schema.Table, error) {
	if e.tables == nil {
		var err error
		if e.tables, err = g.Tables(); err != nil {
			return nil, err
		}
	}
	for _, t := range e.tables {
		if t.Name == n.Table() {
			return t, nil
		}
	}
	if n.IsView() {
		return &schema.Table{}, nil
	}
	return nil, fmt.Errorf("%s has no table", n.Name)
}

// join finds the join table of an edge, nil if the edge has none.
func (e *Extension) join(edge *gen.Edge) *schema.Table {
	for _, t := range e.tables {
		if edge.M2M() && t.Name == edge.Rel.Table {
			return t
		}
	}
	return nil
}

// app is the name of the file that declares a schema.
func app(n *gen.Type) string {
	file, _, _ := strings.Cut(filepath.Base(n.Pos()), ":")
	return strings.TrimSuffix(file, ".go")
}

// leads tells whether a column is the first of an index.
func leads(t *schema.Table, column string) bool {
	return slices.ContainsFunc(t.Indexes, func(i *schema.Index) bool { return len(i.Columns) > 0 && i.Columns[0].Name == column })
}

// isDate tells whether a database keeps only the day of a time.
func isDate(f *gen.Field) bool {
	types := f.Column().SchemaType
	return f.IsTime() && (types[dialect.Postgres] == "date" || types[dialect.SQLite] == "date")
}

func uniqueIndexes(t *schema.Table) (unique []*schema.Index) {
	for _, i := range t.Indexes {
		if i.Unique {
			unique = append(unique, i)
		}
	}
	return unique
}
