package openapi

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

const (
	problemRef = "#/components/schemas/Problem"
	faultRef   = "#/components/schemas/Fault"
)

// problemName names the answer of a status among the components: "NotFound".
func problemName(status int) string {
	text := http.StatusText(status)
	if text == "" {
		return "Problem" + strconv.Itoa(status)
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -'", r) {
			return -1
		}
		return r
	}, text)
}

// components adds what the operations refer to.
func (b *builder) components() {
	c := &b.doc.Components
	for _, s := range b.catalog.Components() {
		c.Schemas = append(c.Schemas, Entry[*schema.JSONSchema]{Key: s.Name, Value: s.Schema})
	}
	if len(b.problems) > 0 {
		c.Schemas = append(c.Schemas, Entry[*schema.JSONSchema]{Key: "Problem", Value: problemSchema()})
	}
	if len(b.problems) > 0 || b.faults {
		c.Schemas = append(c.Schemas, Entry[*schema.JSONSchema]{Key: "Fault", Value: faultSchema()})
	}
	slices.SortFunc(c.Schemas, func(x, y Entry[*schema.JSONSchema]) int { return strings.Compare(x.Key, y.Key) })
	for _, status := range slices.Sorted(maps.Keys(b.problems)) {
		c.Responses = append(c.Responses, Entry[*Response]{Key: problemName(status), Value: &Response{Description: description(status), Content: problemContent()}})
	}
	slices.SortFunc(c.SecuritySchemes, func(x, y Entry[SecurityScheme]) int { return strings.Compare(x.Key, y.Key) })
}

func problemContent() Map[MediaType] {
	return Map[MediaType]{{Key: "application/problem+json", Value: MediaType{Schema: &Schema{JSONSchema: &schema.JSONSchema{Ref: problemRef}}}}}
}

func stringSchema(doc, format string) *schema.JSONSchema {
	return &schema.JSONSchema{Type: schema.SchemaTypes{"string"}, Description: doc, Format: format}
}

func problemSchema() *schema.JSONSchema {
	return &schema.JSONSchema{
		Type:        schema.SchemaTypes{"object"},
		Description: "An error, as RFC 9457 has it.",
		Required:    []string{"title", "status"},
		Properties: schema.SchemaProperties{
			{Name: "title", Schema: stringSchema("The text of the status.", "")},
			{Name: "type", Schema: stringSchema("The kind of problem.", "uri-reference")},
			{Name: "status", Schema: &schema.JSONSchema{Type: schema.SchemaTypes{"integer"}, Minimum: new(400.0), Maximum: new(599.0)}},
			{Name: "code", Schema: stringSchema("What went wrong, for programs: it does not change.", "")},
			{Name: "detail", Schema: stringSchema("What went wrong, for people.", "")},
			{Name: "instance", Schema: stringSchema("Under which the log of the service has more.", "uri-reference")},
			{Name: "errors", Schema: &schema.JSONSchema{
				Type: schema.SchemaTypes{"array"}, Description: "All that is wrong with the request.", Items: &schema.JSONSchema{Ref: faultRef},
			}},
		},
	}
}

func faultSchema() *schema.JSONSchema {
	return &schema.JSONSchema{
		Type:        schema.SchemaTypes{"object"},
		Description: "One thing that is wrong with a request: a parameter, or a member of its body.",
		Required:    []string{"code", "detail"},
		Properties: schema.SchemaProperties{
			{Name: "in", Schema: stringSchema("Where the parameter is.", "")},
			{Name: "parameter", Schema: stringSchema("The name of the parameter.", "")},
			{Name: "pointer", Schema: stringSchema("A JSON pointer to the member, as a fragment.", "")},
			{Name: "code", Schema: stringSchema("Which rule it breaks, for programs.", "")},
			{Name: "detail", Schema: stringSchema("Which rule it breaks, for people.", "")},
		},
	}
}
