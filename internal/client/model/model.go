// Package model says what an OpenAPI document means to a client, in no language: operations with what goes in and
// comes out, and the types of both. A printer for each language writes it down.
//
// Names are those of the document. They and all texts may hold anything: a printer makes names of its own language
// and quotes texts.
package model

// An API is what a document describes.
type API struct {
	Title, Version string
	Server         string // the first address; may be relative or ""
	Groups         []*Group
	Types          []*Type // with names, in the order in which they are met
	Schemes        []*Scheme
}

// A Group has the operations of a tag; that of no tag has the name "".
type Group struct {
	Name, Doc  string
	Operations []*Operation
}

// An Operation is a method of a client.
type Operation struct {
	ID           string // words: "user_signup"
	Name         string // ID without the words of its group: "signup"
	Method, Path string
	Doc          string
	Deprecated   bool
	Params       []*Param
	Body         *Body       // nil for none
	Answers      []*Answer   // of success
	Errors       []*Answer   // with JSON of their own, which is no problem, or in envelopes
	Security     [][]*Scheme // any of these, each together; nil for none
	Open         bool        // a request may do without any
}

// A Param is sent in the path, the query, a header or a cookie.
type Param struct {
	Name, In string
	Doc      string
	Required bool
	Style    string // form, simple, label, matrix, spaceDelimited, pipeDelimited, deepObject; json for JSON as text
	Explode  bool
	Rest     bool // of a path: its slashes are the path's
	Reserved bool // characters that have a meaning in addresses stay as they are
	Type     *Type
}

// BodyKind says how a body is written.
type BodyKind int

// The kinds of bodies.
const (
	NoBody BodyKind = iota
	JSONBody
	TextBody
	FileBody  // any bytes
	FormBody  // application/x-www-form-urlencoded: Type is an Object
	PartsBody // multipart/form-data: Type is an Object
	EventsBody
	RedirectBody // no body: where to go is in a header
)

// A Body is what a request sends.
type Body struct {
	Kind     BodyKind
	Media    string
	Required bool
	Type     *Type
	Doc      string
}

// An Answer is what comes back with a status.
type Answer struct {
	Status  string // "200", "2XX" or "default"
	Doc     string
	Kind    BodyKind
	Media   string
	Type    *Type  // of JSON and events
	Result  string // the member of an envelope that is the answer; "" for no envelope
	Message string // of an envelope
	State   string // of an envelope
	Headers []*Param
}

// A Scheme is a way in which requests say whose they are.
type Scheme struct {
	Name, Doc string
	Kind      SchemeKind
	Key       string // the name of the header, parameter or cookie
}

// SchemeKind says where a credential goes.
type SchemeKind int

// The kinds of schemes. OAuth 2 and OpenID Connect are Bearer.
const (
	Bearer SchemeKind = iota
	Basic
	KeyInHeader
	KeyInQuery
	KeyInCookie
)

// Kind is that of a type.
type Kind int

// The kinds of types.
const (
	Any Kind = iota
	String
	Integer
	Number
	Boolean
	Enum     // Values, all strings or all integers
	List     // of Elem
	Map      // of Elem
	Object   // Members; Elem is the type of further ones, nil for none that matter
	Union    // Variants
	Nullable // Elem or null; Elem is never Nullable or Any
	File     // a part of a form
)

// A Type is that of a value. Types with a name are listed in API.Types; of the others there may be many alike.
type Type struct {
	Kind          Kind
	Name          string // words
	Doc           string
	Deprecated    bool
	Format        string // date-time, date, int32, byte ...; see JSON Schema and OpenAPI
	Elem          *Type
	Tuple         []*Type // of a List whose first items have types of their own
	Members       []*Member
	Values        []string // as in JSON without quotes
	Base          Kind     // of an Enum: String or Integer
	Variants      []*Variant
	Form          bool   // of an Object: it is a form
	Discriminator string // a member of all variants that tells which it is; "" for none
}

// A Member is one of an Object.
type Member struct {
	Name       string
	Doc        string
	Deprecated bool
	Required   bool
	Type       *Type
	Media      string // of a part of a form
}

// A Variant is one of a Union.
type Variant struct {
	Type   *Type
	Name   string   // words, different within the union
	Values []string // of the discriminator
}
