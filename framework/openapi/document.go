package openapi

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/foreign"
	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/naming"
)

// About is what a document says of its service that no contract does.
type About struct {
	Title       string // "API" if empty
	Version     string // "0.1.0" if empty
	Description string
	BaseURL     string // where clients reach the service, without a slash at the end; none if empty
	Contact     *Contact
	License     *License
	Prefix      string   // only paths below it: "/api/user"; all if empty
	Docs        api.Docs // comments on groups and schemas

	Foreign []*Foreign // what others have written, to be merged
}

// Document makes the document of the endpoints, those tagged private left out. Operations have the ids of their
// endpoints, the paths the order of the declarations. Foreign documents are merged: see [Foreign].
func Document(about About, endpoints []*api.Endpoint) (*Doc, error) {
	b := &builder{about: about, doc: &Doc{OpenAPI: "3.1.1", Security: []Requirement{}, Paths: Map[PathItem]{}}}
	b.catalog = &schema.Catalog{Prefix: "#/components/schemas/", Doc: about.Docs.Schema, Taken: []string{"Problem", "Fault"}}
	b.doc.Info = Info{
		Title: cmp.Or(about.Title, "API"), Version: cmp.Or(about.Version, "0.1.0"), Description: about.Description,
		Contact: about.Contact, License: about.License,
	}
	if about.BaseURL != "" {
		b.doc.Servers = []Server{{URL: about.BaseURL}}
	}
	b.shapes, b.items, b.origin, b.problems = map[string]string{}, map[string]int{}, map[[2]string]string{}, map[int]bool{}
	for _, ep := range endpoints {
		if path := cmp.Or(ep.Path, "/"); !ep.Private && below(path, about.Prefix) {
			b.endpoint(ep, path)
		}
	}
	b.components()
	for _, f := range about.Foreign {
		b.merge(f)
	}
	if about.Prefix != "" && len(about.Foreign) > 0 {
		b.doc.prune()
	}
	return b.doc, errors.Join(b.errs...)
}

// below tells whether a path is at a prefix or under it.
func below(path, prefix string) bool {
	rest, ok := strings.CutPrefix(path, strings.TrimSuffix(prefix, "/"))
	return ok && (rest == "" || rest[0] == '/')
}

// builder is a document on its way.
type builder struct {
	about    About
	doc      *Doc
	catalog  *schema.Catalog
	shapes   map[string]string // paths by themselves without the names of their parameters
	ids      foreign.Names
	items    map[string]int       // places of paths in the document
	origin   map[[2]string]string // of merged operations: whose they are, by path and method
	problems map[int]bool         // statuses that are answered with a problem
	faults   bool                 // some envelope tells what is wrong with a request
	errs     []error
}

// endpoint adds the operations of ep: one, and for a raw handler one for each method.
func (b *builder) endpoint(ep *api.Endpoint, path string) {
	names := map[string]string{}
	path = b.path(strings.ReplaceAll(path, "...}", "}"), names)
	for i, method := range ep.Methods() {
		id := ep.ID
		if i > 0 {
			id += "_" + strings.ToLower(method)
		}
		op := b.operation(ep, names)
		op.OperationID = b.unique(id)
		item := b.item(path)
		key := strings.ToLower(method)
		if other, twice := item.Get(key); twice {
			b.errs = append(b.errs, fmt.Errorf("openapi: %s and %s both answer %s %s", other.Ref, ep.Name, method, path))
			continue
		}
		*item = append(*item, Entry[*Operation]{Key: key, Value: op})
	}
}

var variable = regexp.MustCompile(`\{[^{}]*\}`)

// path is the one that stands for all that differ by the names of parameters alone; names tells those of it.
func (b *builder) path(path string, names map[string]string) string {
	shape := variable.ReplaceAllString(path, "{}")
	first, known := b.shapes[shape]
	if !known {
		b.shapes[shape], first = path, path
	}
	vars := variable.FindAllString(path, -1)
	for i, v := range variable.FindAllString(first, -1) {
		names[strings.Trim(vars[i], "{}")] = strings.Trim(v, "{}")
	}
	return first
}

// item is that of a path in the document.
func (b *builder) item(path string) *PathItem {
	i, there := b.items[path]
	if !there {
		i = len(b.doc.Paths)
		b.items[path] = i
		b.doc.Paths = append(b.doc.Paths, Entry[PathItem]{Key: path})
	}
	return &b.doc.Paths[i].Value
}

// unique makes an id that stands in the document already another one: an API may be mounted twice.
func (b *builder) unique(id string) string {
	return b.ids.Take(id)
}

func (b *builder) operation(ep *api.Endpoint, names map[string]string) *Operation {
	op := &Operation{Ref: ep.Name, Deprecated: ep.Deprecated, Idempotent: ep.Idempotent, Tags: b.tags(ep), bare: ep.Output().Raw}
	op.Summary, op.Description = texts(ep)
	if len(ep.Doc) == 0 {
		op.Summary = sentence(strings.Join(naming.Words(ep.Field()), " "))
	}
	for _, p := range ep.Parameters() {
		if q := b.parameter(ep, p, names); q != nil {
			op.Parameters = append(op.Parameters, q)
		}
	}
	body := ep.Body()
	if body != nil {
		op.RequestBody = b.body(body)
	}
	var refused bool
	op.Security, refused = b.security(ep)
	statuses := statusesOf(ep, body, refused)
	op.Responses = b.success(ep)
	b.refusals(ep, op, statuses)
	slices.SortStableFunc(op.Responses, func(x, y Entry[*Response]) int { return cmp.Compare(x.Key, y.Key) })
	return op
}

// statusesOf lists the statuses of problems that the endpoint can answer with.
func statusesOf(ep *api.Endpoint, body *api.Body, refused bool) []int {
	l := append([]int{http.StatusBadRequest, http.StatusInternalServerError}, ep.Errors...)
	if refused {
		l = append(l, http.StatusUnauthorized)
	}
	if body != nil {
		l = append(l, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if len(ep.Parameters()) > 0 || body != nil && (body.Members != nil || body.Whole != nil || body.Form != nil || body.File != nil) {
		l = append(l, http.StatusUnprocessableEntity)
	}
	if strings.Contains(ep.Path, "{") {
		l = append(l, http.StatusNotFound)
	}
	for _, p := range ep.Plugins() {
		if r, ok := p.(api.Refuser); ok {
			l = append(l, r.Refusals(ep)...)
		}
	}
	for _, v := range ep.Injected() {
		if r, ok := v.(api.Refuser); ok {
			l = append(l, r.Refusals(ep)...)
		}
	}
	out := ep.Output()
	if out.File {
		l = append(l, http.StatusRequestedRangeNotSatisfiable)
	}
	if out.Forms != nil {
		l = append(l, http.StatusNotAcceptable)
	}
	slices.Sort(l)
	return slices.Compact(l)
}

// tags are those of the tag tags, or else the path of fields that leads to the endpoint.
func (b *builder) tags(ep *api.Endpoint) []string {
	tags := ep.Tags
	if len(tags) == 0 {
		tags = []string{cmp.Or(ep.Group(), b.doc.Info.Title)}
	}
	for _, tag := range tags {
		if !slices.ContainsFunc(b.doc.Tags, func(t Tag) bool { return t.Name == tag }) {
			b.doc.Tags = append(b.doc.Tags, Tag{Name: tag, Description: b.about.Docs.Group(ep.Group())})
		}
	}
	return tags
}
