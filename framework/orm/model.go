package orm

import (
	"context"
	"fmt"
	"reflect"

	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/schema/field"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// An Entity is a generated ent type. The extension of package ent/codegen gives it the method.
type Entity interface{ ORMModel() *Model }

// Model describes an entity and how to reach its builders. Models are generated and read only.
type Model struct {
	Package     string // import path of the generated package
	Name        string // of the entity's type: "User"
	App         string // the file that declares its schema, which is named after the app: "user"
	Table       string
	Key         *Field // nil for a composite key or a view
	Fields      []*Field
	Edges       []*Edge
	ForeignKeys []ForeignKey
	Uniques     []UniqueIndex
	Filtered    bool // the schema has interceptors or a policy, so that a row may be there and not be seen

	// The client of these functions is Conn.Client, the key has the type Key.GoType.
	Query  func(client any) Query
	Only   func(ctx context.Context, client any, where func(*sql.Selector)) (any, error) // the entity, a pointer
	Create func(client any) Builder                                                      // nil for a view
	Update func(client, key any) Builder                                                 // nil without a key
	Delete func(client, key any) Builder                                                 // nil without a key
}

// Field describes a column of a model.
type Field struct {
	Name   string
	Column string
	Doc    string
	Kind   field.Type
	GoType reflect.Type
	GoName string // of the field of the entity's struct, which may be a pointer to GoType
	Rules  schema.Rules

	Nullable   bool
	Unique     bool
	Immutable  bool
	Sensitive  bool
	HasDefault bool   // a value need not be given on create
	Indexed    bool   // it leads an index, a unique one included
	Date       bool   // a time of which the database keeps the day alone
	Edge       string // the edge whose key this field holds

	Validate func(v any) error // ent's validators, nil when there are none; v has the type GoType
	// Cell makes a destination for rows.Scan and a function that tells what was scanned, nil for NULL. It is set
	// for fields with a scanner outside their type only.
	Cell func() (dest any, value func() (any, error))
}

// Storage says where the database keeps a relation.
type Storage int

const (
	Here    Storage = iota // in a column of the edge's own table
	There                  // in a column of the target's table
	Between                // in a join table
)

// Edge describes a relation of a model.
type Edge struct {
	Name      string
	Doc       string
	Target    func() *Model
	Unique    bool // leads to one at most
	Required  bool
	Immutable bool
	Field     string // the model's field that holds the key, if it has one

	Stored  Storage
	Column  string   // the foreign key; in a join table the one that leads to this side
	Table   string   // the join table
	Other   string   // the join table's foreign key to the target
	Symbols []string // names of the join table's foreign keys
}

// ForeignKey is one of the table's own.
type ForeignKey struct{ Symbol, Column, RefTable, RefColumn, OnDelete string }

// UniqueIndex is a unique index over one or more columns.
type UniqueIndex struct {
	Name    string
	Columns []string
}

// Builder is one create, update or delete through ent's own builder: defaults, hooks, validators and policies run.
type Builder struct {
	Mutation ent.Mutation
	SetKey   func(key any) // nil when the database makes the key
	Edge     func(name string, op EdgeOp, keys []any) error
	Save     func(ctx context.Context) (any, error) // the entity, a pointer
}

// EdgeOp is a change of an edge.
type EdgeOp int

const (
	AddKeys   EdgeOp = iota // add keys, or set the one
	ClearKeys               // remove all
)

// Field returns the field of that exact name, nil if there is none. Names from outside reach the database only
// by way of it.
func (m *Model) Field(name string) *Field {
	return m.find(func(f *Field) bool { return f.Name == name })
}

// keyFrom turns the key that a caller names into the type of the model's. One that no row can have is a NotFoundError.
func (m *Model) keyFrom(key any) (any, error) {
	v := reflect.ValueOf(key)
	k, ok := fit(v, m.Key.GoType)
	switch {
	case ok && storable(k):
		return k.Interface(), nil
	case v.IsValid() && fits(v.Type(), m.Key.GoType):
		return nil, &NotFoundError{Model: m.Name, Key: key}
	}
	return nil, fmt.Errorf("orm: key of %s is %T: want %v", m.Name, key, m.Key.GoType)
}

func (m *Model) byColumn(column string) *Field {
	return m.find(func(f *Field) bool { return f.Column == column })
}

func (m *Model) find(is func(*Field) bool) *Field {
	if m.Key != nil && is(m.Key) {
		return m.Key
	}
	for _, f := range m.Fields {
		if is(f) {
			return f
		}
	}
	return nil
}

// Edge returns the edge of that exact name, nil if there is none.
func (m *Model) Edge(name string) *Edge {
	for _, e := range m.Edges {
		if e.Name == name {
			return e
		}
	}
	return nil
}
