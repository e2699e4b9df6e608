package data

import (
	"context"

	"entgo.io/ent/schema/field"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
)

// A Table tells what a table is.
type Table struct {
	Name        string            `json:"name"` // in the database
	Ref         string            `json:"ref"`  // by which calls name it
	Ident       string            `json:"ident"`
	ModelName   string            `json:"model_name"`
	Backend     string            `json:"model_backend"`
	Base        *string           `json:"base"`
	Database    string            `json:"database"` // alias
	Description string            `json:"description"`
	Deprecated  bool              `json:"deprecated"`
	Tags        []string          `json:"tags"`
	Metadata    map[string]string `json:"metadata"`
	Fields      fields            `json:"fields"`
}

// A Field tells what a column is. What is false or empty is left out.
type Field struct {
	Schema      map[string]any `json:"schema,omitempty"`
	Title       string         `json:"title,omitempty"`
	Description string         `json:"description,omitempty"`
	PrimaryKey  bool           `json:"primary_key,omitempty"`
	ForeignKey  bool           `json:"foreign_key,omitempty"`
	Unique      bool           `json:"unique,omitempty"`
	Index       bool           `json:"index,omitempty"`
	Null        bool           `json:"null,omitempty"`
	Required    bool           `json:"required,omitempty"`
	ReadOnly    bool           `json:"readonly,omitempty"`
	Category    string         `json:"category"`
	ToModel     string         `json:"to_model,omitempty"`
	ToField     string         `json:"to_field,omitempty"`
	RelateName  string         `json:"relate_name,omitempty"`
	Secret      bool           `json:"secret,omitempty"`
}

func (s *service) tables(ctx context.Context, _ *api.Empty) (*wire.Answer[[]Table], error) {
	l := []Table{}
	for _, t := range s.catalog.tables {
		if grant.Of(ctx).Allows(grant.DataView, t.ident) {
			l = append(l, t.describe())
		}
	}
	return wire.OK(l), nil
}

func (t *table) describe() Table {
	d := Table{
		Name: t.Table, Ref: t.ref, Ident: t.ident, ModelName: t.Name, Backend: "ent", Database: t.alias,
		Tags: []string{t.App}, Metadata: map[string]string{"app_label": t.App},
	}
	for _, c := range t.columns {
		d.Fields = append(d.Fields, namedField{c.name, c.describe(t)})
	}
	return d
}

func (c *column) describe(t *table) Field {
	f := Field{
		Schema: c.schema(), Description: c.field.Doc, PrimaryKey: c.key, ForeignKey: c.edge != nil, Unique: c.field.Unique, Index: c.indexed && !c.key,
		Null: c.field.Nullable, ReadOnly: c.readonly, Category: c.category(), Secret: c.secret,
	}
	if c.field.Name != c.name && c.edge == nil {
		f.Title = c.field.Name
	}
	f.Required = !c.field.Nullable && !c.field.HasDefault && !c.readonly
	if c.target != nil {
		f.ToModel, f.ToField, f.RelateName = c.target.ident, c.target.Key.Column, c.reverse(t)
	}
	return f
}

// reverse is the name of the edge that leads back, "" for none.
func (c *column) reverse(t *table) string {
	for _, e := range c.target.Edges {
		if e.Target() == t.Model && e.Stored == orm.There && e.Column == c.name {
			return e.Name
		}
	}
	return ""
}

// categories are what the kinds of columns are called.
var categories = map[field.Type]string{
	field.TypeBool: "BoolField", field.TypeTime: "DateTimeField", field.TypeJSON: "JSONField", field.TypeUUID: "UUIDField", field.TypeBytes: "BytesField",
	field.TypeEnum: "EnumField", field.TypeString: "StringField", field.TypeOther: "OtherField",
	field.TypeInt8: "Int8Field", field.TypeInt16: "Int16Field", field.TypeInt32: "Int32Field", field.TypeInt: "IntField", field.TypeInt64: "Int64Field",
	field.TypeUint8: "Uint8Field", field.TypeUint16: "Uint16Field", field.TypeUint32: "Uint32Field", field.TypeUint: "UintField", field.TypeUint64: "Uint64Field",
	field.TypeFloat32: "Float32Field", field.TypeFloat64: "FloatField",
}

func (c *column) category() string {
	switch {
	case c.edge != nil:
		return "ForeignKey"
	case c.field.GoType == hashType:
		return "PasswordField"
	case c.field.Date:
		return "DateField"
	case c.isDecimal():
		return "DecimalField"
	}
	return categories[c.field.Kind]
}
