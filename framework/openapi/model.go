package openapi

import (
	"encoding/json"
	"fmt"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// A Doc is an OpenAPI 3.1 document.
type Doc struct {
	OpenAPI    string               `json:"openapi"`
	Info       Info                 `json:"info"`
	Servers    []Server             `json:"servers,omitempty"`
	Security   []Requirement        `json:"security"` // none: each operation tells its own
	Tags       []Tag                `json:"tags,omitempty"`
	Paths      Map[PathItem]        `json:"paths"`
	Webhooks   Map[json.RawMessage] `json:"webhooks,omitempty"` // of other documents
	Components Components           `json:"components,omitzero"`

	// Clashes are operations of other documents that were left out, because another one has their path and method.
	Clashes []Clash `json:"-"`
}

// A Clash is an operation that two documents tell of.
type Clash struct {
	Where string // "GET /api/pets"
	Kept  string // whose operation stands in the document
	Left  string // the name of the source whose operation does not
}

func (c Clash) String() string {
	return fmt.Sprintf("%s: %s has it too: that of %s is kept", c.Where, c.Left, c.Kept)
}

// Info says what the service is.
type Info struct {
	Title       string   `json:"title"`
	Description string   `json:"description,omitempty"`
	Contact     *Contact `json:"contact,omitempty"`
	License     *License `json:"license,omitempty"`
	Version     string   `json:"version"`

	raw json.RawMessage // as another document has it
}

// MarshalJSON writes what another document says of itself with all that it says.
func (i Info) MarshalJSON() ([]byte, error) {
	type plain Info
	return rawOr(i.raw, plain(i))
}

// rawOr is the JSON that is there already, or that of v.
func rawOr(raw json.RawMessage, v any) ([]byte, error) {
	if raw != nil {
		return raw, nil
	}
	return plainJSON(v)
}

// Contact is whom to ask about the service.
type Contact struct {
	Name  string `json:"name,omitempty"`
	URL   string `json:"url,omitempty"`
	Email string `json:"email,omitempty"`
}

// License is under which the service may be used. Identifier is one of SPDX; it or URL is set.
type License struct {
	Name       string `json:"name"`
	Identifier string `json:"identifier,omitempty"`
	URL        string `json:"url,omitempty"`
}

// A Server is an address that the paths are below.
type Server struct {
	URL         string `json:"url"`
	Description string `json:"description,omitempty"`

	raw json.RawMessage // as another document has it
}

// MarshalJSON writes a server of another document with all that it says.
func (s Server) MarshalJSON() ([]byte, error) {
	type plain Server
	return rawOr(s.raw, plain(s))
}

// A Tag groups operations.
type Tag struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`

	raw json.RawMessage // as another document has it
}

// MarshalJSON writes a tag of another document with all that it says.
func (t Tag) MarshalJSON() ([]byte, error) {
	type plain Tag
	return rawOr(t.raw, plain(t))
}

// A PathItem has the operations of a path by their methods in lower case.
type PathItem = Map[*Operation]

// An Operation is one endpoint.
type Operation struct {
	Tags        []string       `json:"tags,omitempty"`
	Summary     string         `json:"summary,omitempty"`
	Description string         `json:"description,omitempty"`
	OperationID string         `json:"operationId"`
	Ref         string         `json:"x-ref,omitempty"` // the endpoint in code: "user.API.Signup"
	Parameters  []*Parameter   `json:"parameters,omitempty"`
	RequestBody *RequestBody   `json:"requestBody,omitempty"`
	Responses   Map[*Response] `json:"responses"`
	Deprecated  bool           `json:"deprecated,omitempty"`
	Idempotent  bool           `json:"x-idempotent,omitempty"`
	Security    []Requirement  `json:"security,omitempty"`

	bare bool // of a raw handler, of which the contract knows nothing more
}

// A Requirement is a way to be let in: the names of schemes that a request needs together, each with its scopes. An
// empty one lets everybody in.
type Requirement map[string][]string

// A Parameter is read from the path, the query, a header or a cookie.
type Parameter struct {
	Name        string             `json:"name"`
	In          string             `json:"in"`
	Description string             `json:"description,omitempty"`
	Required    bool               `json:"required,omitempty"`
	Style       string             `json:"style,omitempty"`
	Explode     *bool              `json:"explode,omitempty"`
	Schema      *schema.JSONSchema `json:"schema"`
	Rest        bool               `json:"x-rest,omitempty"` // of a path: all that is left of it, slashes as they are
}

// A RequestBody may be sent in any of its media types.
type RequestBody struct {
	Required bool           `json:"required,omitempty"`
	Content  Map[MediaType] `json:"content"`
}

// A MediaType is the form of a body.
type MediaType struct {
	Schema   *Schema       `json:"schema,omitempty"`
	Encoding Map[Encoding] `json:"encoding,omitempty"`
}

// A Schema is that of a body. The keys name the members of an envelope.
type Schema struct {
	*schema.JSONSchema
	ResultKey  string `json:"x-response-result-key,omitempty"`
	MessageKey string `json:"x-response-message-key,omitempty"`
	StateKey   string `json:"x-response-state-key,omitempty"`
	CountKey   string `json:"x-response-count-key,omitempty"`
}

// An Encoding says of a part of a form which media types it may have.
type Encoding struct {
	ContentType string `json:"contentType"`
}

// A Response is an answer, or a reference to one.
type Response struct {
	Ref         string         `json:"$ref,omitempty"`
	Description string         `json:"description,omitempty"`
	Name        string         `json:"x-response-name,omitempty"` // of the field, where an output is one of several answers
	Headers     Map[Header]    `json:"headers,omitempty"`
	Content     Map[MediaType] `json:"content,omitempty"`
}

// A Header is one of an answer.
type Header struct {
	Description string             `json:"description,omitempty"`
	Required    bool               `json:"required,omitempty"`
	Schema      *schema.JSONSchema `json:"schema"`
}

// Components are what the rest of the document refers to.
type Components struct {
	Schemas         Map[*schema.JSONSchema] `json:"schemas,omitempty"`
	Responses       Map[*Response]          `json:"responses,omitempty"`
	SecuritySchemes Map[SecurityScheme]     `json:"securitySchemes,omitempty"`

	// What other documents have besides.
	Parameters    Map[json.RawMessage] `json:"parameters,omitempty"`
	Examples      Map[json.RawMessage] `json:"examples,omitempty"`
	RequestBodies Map[json.RawMessage] `json:"requestBodies,omitempty"`
	Headers       Map[json.RawMessage] `json:"headers,omitempty"`
	Links         Map[json.RawMessage] `json:"links,omitempty"`
	Callbacks     Map[json.RawMessage] `json:"callbacks,omitempty"`
	PathItems     Map[json.RawMessage] `json:"pathItems,omitempty"`
}

// A SecurityScheme is a way in which requests say whose they are.
type SecurityScheme struct {
	Type             string `json:"type"`
	Description      string `json:"description,omitempty"`
	Name             string `json:"name,omitempty"`
	In               string `json:"in,omitempty"`
	Scheme           string `json:"scheme,omitempty"`
	BearerFormat     string `json:"bearerFormat,omitempty"`
	OpenIDConnectURL string `json:"openIdConnectUrl,omitempty"`
}
