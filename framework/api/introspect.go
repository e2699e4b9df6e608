package api

import (
	"reflect"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/naming"
)

// A SecurityScheme is a way in which requests say whose they are, in the words of OpenAPI.
type SecurityScheme struct {
	Name        string // of the scheme in the document: "session"
	Type        string // "apiKey", "http", "openIdConnect", ...
	In          string // of an apiKey: "cookie", "header" or "query"
	Parameter   string // of an apiKey: the name of the cookie, header or parameter
	Scheme      string // of http: "bearer"
	Format      string // of a bearer token: "JWT"
	URL         string // of openIdConnect
	Description string
}

// An Identifier is a plugin or an injected type that knows how the requests of an endpoint say whose they are.
// Each scheme is enough by itself. Optional tells an endpoint that serves nobody too; others answer nobody with 401.
type Identifier interface {
	SecuritySchemes(ep *Endpoint) (schemes []SecurityScheme, optional bool)
}

// A Refuser is a plugin or an injected type that answers some requests of the endpoint with a problem of its own.
// It tells the statuses, for the document.
type Refuser interface {
	Refusals(ep *Endpoint) []int
}

// Parameters lists what the endpoint reads from the path, the query, headers and cookies, in the order of the input.
func (e *Endpoint) Parameters() []*schema.Param { return views(e.plan.params) }

func views(params []param) []*schema.Param {
	l := make([]*schema.Param, len(params))
	for i := range params {
		l[i] = params[i].Param
	}
	return l
}

// A Body is how the body of a request is read: as JSON, by Members or Whole; as a form, a text or a file, whichever the
// client sends; or as it is.
type Body struct {
	Members *schema.Object // an object whose members are fields of the input
	Whole   *schema.Plan   // one value
	Form    *Form
	Text    []string  // media types of a text, nil for none
	File    *FormFile // the body is a file
	Raw     []string  // media types of bytes, nil for none or beside JSON
}

// A Form is what is read from a form: texts and files.
type Form struct {
	Fields []*schema.Param
	Files  []FormFile
}

// A FormFile is a file, or a list of them, in a form.
type FormFile struct {
	Name     string
	Required bool
	Many     bool
	MinItems int
	MaxItems int
	MaxSize  int64    // bytes of one
	Accept   []string // media types, such as image/*; none for all
}

// Body tells how the endpoint reads the body, nil if it reads none.
func (e *Endpoint) Body() *Body {
	b := &e.plan.body
	if b.none() {
		return nil
	}
	view := &Body{Members: b.members, Whole: b.whole}
	if b.text != nil {
		view.Text = orElse(b.text.accept, "text/plain")
	}
	if b.raw != nil && !b.hasJSON() {
		view.Raw = orElse(b.accept, "application/octet-stream")
	}
	if b.file != nil {
		view.File = b.file.view()
	}
	if f := b.form; f != nil {
		view.Form = &Form{Fields: views(f.fields)}
		for _, q := range f.files {
			view.Form.Files = append(view.Form.Files, *q.view())
		}
	}
	return view
}

func (q *fileField) view() *FormFile {
	return &FormFile{Name: q.name, Required: q.required, Many: q.t == fileListType, MinItems: q.least, MaxItems: q.most, MaxSize: q.size, Accept: q.accept}
}

// An Output is how an endpoint answers when all goes well. All are zero for an endpoint that answers without a body.
type Output struct {
	Members *schema.Object // the body is an object whose members are fields of the output
	Whole   *schema.Plan   // the body is the output
	Headers []*schema.Param
	Status  bool       // the output has a field with the status
	Key     string     // of the tag wrap: the body stands under it
	Count   string     // and the number of its items under this
	Events  bool       // Whole is an event of a stream
	File    bool       // an Attachment
	Moved   bool       // a Redirect
	Raw     bool       // the handler writes what it likes
	Forms   []string   // media types besides JSON that the client may ask for
	Answers []Response // the output is one of several answers; the rest is zero then
}

// A Response is one of several answers of an output.
type Response struct {
	Status int
	Field  string // of the output
	Output Output
}

// Output tells how the endpoint answers.
func (e *Endpoint) Output() Output {
	view := e.out.view()
	view.Raw, view.Events = e.raw != nil, e.Streams
	return view
}

func (o *output) view() (view Output) {
	if o == nil {
		return view
	}
	view = Output{Members: o.members, Whole: o.value, Headers: views(o.headers), Status: o.status >= 0, Key: o.wrap.key, Count: o.wrap.count}
	if o.forms != nil {
		view.Forms = o.forms[1:]
	}
	if o.answers {
		view.Moved = o.t == reflect.TypeFor[Redirect]()
		view.File = !view.Moved
	}
	for _, r := range o.responses {
		view.Answers = append(view.Answers, Response{r.status, r.field, r.out.view()})
	}
	return view
}

// PathNames lists the parameters of the path.
func (e *Endpoint) PathNames() []string {
	l := make([]string, len(e.vars))
	for i := range e.vars {
		l[i] = e.vars[i].name
	}
	return l
}

// Pattern is the regular expression that a parameter of the path must match for a request to be the endpoint's, "" for
// any. Rest tells one that takes all that is left of the path.
func (e *Endpoint) Pattern(param string) (pattern string, rest bool) {
	for _, v := range e.vars {
		if v.name == param && v.pattern != nil {
			pattern = v.pattern.String()
		}
		rest = rest || v.name == param && v.rest
	}
	return pattern, rest
}

// Methods lists the verbs that the endpoint answers: Method, and for a Raw further ones.
func (e *Endpoint) Methods() []string { return e.verbs() }

// Injected lists a zero value of each injected type of the input, as pointers.
func (e *Endpoint) Injected() []Injector {
	l := make([]Injector, len(e.plan.inject))
	for i, s := range e.plan.inject {
		l[i] = reflect.New(s.t).Interface().(Injector)
	}
	return l
}

// Loads lists the types that a Load fills in before the body is read.
func (e *Endpoint) Loads() []reflect.Type {
	l := make([]reflect.Type, len(e.plan.loads))
	for i := range e.plan.loads {
		l[i] = e.plan.loads[i].t
	}
	return l
}

// Field is the name of the endpoint's field: "Signup".
func (e *Endpoint) Field() string { return e.Name[strings.LastIndexByte(e.Name, '.')+1:] }

// Group is the path of fields that leads to the endpoint's struct, "" at the top: the ID without its end.
func (e *Endpoint) Group() string {
	return strings.TrimSuffix(strings.TrimSuffix(e.ID, naming.Snake(e.Field())), "_")
}
