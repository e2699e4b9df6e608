package password

import "github.com/utilmeta/utilmeta-go/framework/schema"

// JSONSchema says that it is a password, so that whoever shows a form hides what is typed.
func (Plain) JSONSchema() *schema.JSONSchema {
	return &schema.JSONSchema{Type: schema.SchemaTypes{"string"}, Format: "password"}
}
