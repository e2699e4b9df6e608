package migrateplan

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"entgo.io/ent/dialect/entsql"
	entschema "entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"
	"github.com/rogpeppe/go-internal/lockedfile"
)

// Schema is what an application's ent schemas ask of the database.
type Schema struct {
	tables func() ([]*entschema.Table, error) // made anew on each call: planning changes them
	models map[string]*model                  // by table
}

// model is the ent type behind a table, so that flags may name either.
type model struct {
	label   string            // such as "user"
	columns map[string]string // by field
}

// LoadSchema reads the ent schemas in dir. It compiles and runs a program of ent's in the folder .entc of the working
// directory, which must be inside the application's module.
func LoadSchema(ctx context.Context, dir string) (*Schema, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("ent schema folder %s: not there; run this inside a project", dir)
	}
	unlock, err := LockEntc(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	storage, err := gen.NewStorage("sql")
	if err != nil {
		return nil, err
	}
	// A relative path without a dot is an import path to the loader.
	if !filepath.IsAbs(dir) {
		dir = "." + string(filepath.Separator) + filepath.Clean(dir)
	}
	graph, err := entc.LoadGraph(dir, &gen.Config{Storage: storage})
	if err != nil {
		return nil, fmt.Errorf("ent schema folder %s: %w", dir, err)
	}
	return SchemaOf(graph), nil
}

// LockEntc waits until no other process runs ent's loader in the working directory: all use the one folder .entc and
// remove it when they end.
func LockEntc(ctx context.Context) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	here, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	cache, err := os.UserCacheDir()
	if err != nil { // no home directory
		cache = os.TempDir()
	}
	dir := filepath.Join(cache, "utilmeta-go")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(here))
	return lockedfile.MutexAt(filepath.Join(dir, "entc-"+hex.EncodeToString(sum[:8])+".lock")).Lock()
}

// SchemaOf returns the schema of a graph that is loaded already.
func SchemaOf(graph *gen.Graph) *Schema {
	s := &Schema{tables: graph.Tables, models: make(map[string]*model)}
	for _, node := range graph.Nodes {
		m := &model{label: node.Label(), columns: make(map[string]string)}
		for _, f := range node.Fields {
			m.columns[f.Name] = f.StorageKey()
		}
		s.models[node.Table()] = m
	}
	return s
}

// label returns what a table is called in file names.
func (s *Schema) label(table string) string {
	if m := s.models[table]; m != nil {
		return m.label
	}
	return table
}

// tableOf returns the table that a flag names, by itself or by its model.
func (s *Schema) tableOf(name string) string {
	if s.models[name] != nil {
		return name
	}
	for table, m := range s.models {
		if m.label == name || strings.ReplaceAll(m.label, "_", "") == strings.ToLower(name) {
			return table
		}
	}
	return name
}

// columnOf returns the column that a flag names, by itself or by its field.
func (s *Schema) columnOf(table, name string) string {
	if m := s.models[table]; m != nil {
		if column, ok := m.columns[name]; ok {
			return column
		}
	}
	return name
}

// indexForeignKeys adds an index on every foreign key that no other index serves: without one, deleting a parent
// reads the whole child table. Databases make none by themselves, nor does ent.
func indexForeignKeys(tables []*entschema.Table) {
	taken := make(map[string]bool)
	for _, t := range tables {
		taken[t.Name] = true
		for _, idx := range t.Indexes {
			taken[idx.Name] = true
		}
	}
	for _, t := range tables {
		for _, fk := range t.ForeignKeys {
			if len(fk.Columns) == 0 || served(t, fk.Columns) {
				continue
			}
			idx := &entschema.Index{Columns: fk.Columns, Name: indexName(t.Name, fk.Columns, taken)}
			taken[idx.Name] = true
			t.Indexes = append(t.Indexes, idx)
		}
	}
}

// served tells whether some index starts with the columns.
func served(t *entschema.Table, columns []*entschema.Column) bool {
	leads := func(index []*entschema.Column) bool {
		if len(index) < len(columns) {
			return false
		}
		for i, c := range columns {
			if index[i].Name != c.Name {
				return false
			}
		}
		return true
	}
	if leads(t.PrimaryKey) || len(columns) == 1 && columns[0].Unique {
		return true
	}
	for _, idx := range t.Indexes {
		if leads(idx.Columns) && !partial(idx.Annotation) {
			return true
		}
	}
	return false
}

func partial(a *entsql.IndexAnnotation) bool { return a != nil && a.Where != "" }
