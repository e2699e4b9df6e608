package orm

import (
	"fmt"
	"reflect"

	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/naming"
)

// Schema makes the struct that embeds it a view of the entity M: orm.Schema[ent.User].
// The members of the struct take over the constraints of the model's fields.
type Schema[M any] struct{}

// View is a struct that embeds [Schema].
type View interface {
	schema.Model
	ormModel() (*Model, error)
}

// ViewOf is a pointer to a struct that embeds [Schema] of M. It lets [Save] infer M.
type ViewOf[M any] interface {
	View
	ormEntity() *M
}

func (Schema[M]) ormEntity() *M { return nil }

func (Schema[M]) ormModel() (*Model, error) {
	e, ok := any((*M)(nil)).(Entity)
	if !ok {
		return nil, fmt.Errorf("orm: %v has no ORMModel: generate its package with meta generate", reflect.TypeFor[M]())
	}
	return e.ORMModel(), nil
}

// SchemaName is the model's name in documents: "user" for ent.User.
func (s Schema[M]) SchemaName() string {
	m, err := s.ormModel()
	if err != nil {
		return ""
	}
	return naming.Snake(m.Name)
}

// SchemaField tells the constraints of the model's field that f stands for.
func (s Schema[M]) SchemaField(f reflect.StructField) (facts schema.Facts, ok bool) {
	m, err := s.ormModel()
	if err != nil {
		return facts, false
	}
	n, ok := nameOf(f)
	if !ok {
		return facts, false
	}
	if mf := m.Field(n.model); mf != nil {
		return schema.Facts{Rules: mf.Rules, Name: n.model, Doc: mf.Doc, Nullable: mf.Nullable, Unique: mf.Unique, Secret: mf.Sensitive}, true
	}
	if e := m.Edge(n.model); e != nil {
		return schema.Facts{Name: n.model, Doc: e.Doc, Nullable: e.Unique && !e.Required}, true
	}
	return facts, false
}

// SchemaErrors lists the fields of t that do not fit the model.
func (Schema[M]) SchemaErrors(t reflect.Type) []error {
	_, err := planOf(t)
	if list, ok := err.(planErrors); ok {
		return list
	}
	if err != nil {
		return []error{err}
	}
	return nil
}

// Check reports everything that is wrong with the schema S: names that the model does not have, types that do not fit.
func Check[S View]() error {
	_, err := planOf(reflect.TypeFor[S]())
	return err
}

// embeddedPointer finds a pointer to a schema in what t embeds: there is nothing behind it to ask for the model.
func embeddedPointer(t reflect.Type) reflect.Type {
	for f := range t.Fields() {
		switch {
		case !f.Anonymous:
		case f.Type.Kind() == reflect.Pointer && isView(f.Type.Elem()):
			return f.Type
		case f.Type.Kind() == reflect.Struct:
			if p := embeddedPointer(f.Type); p != nil {
				return p
			}
		}
	}
	return nil
}
