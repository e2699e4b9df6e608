package openapi

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/foreign"
	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/tree"
)

// merger puts one foreign document into ours.
type merger struct {
	*builder
	from    *Foreign
	doc     *tree.Object                 // a copy of it, to be changed
	names   map[string]map[string]string // of its components, by section: what they are called here
	paths   map[string]string            // of it: what they are here
	ids     map[string]string            // of its operations: what they are here
	actions []foreign.Action
	bare    map[*tree.Object]*Operation // operations that describe a raw handler of ours
	shared  map[component]bool          // components that we have too
	needs   map[component][]component   // of its components
	placed  map[[2]string]bool          // its operations, by path and method
}

func (b *builder) merge(f *Foreign) {
	m := &merger{builder: b, from: f, doc: tree.Clone(f.doc).(*tree.Object), paths: map[string]string{}, ids: map[string]string{}, bare: map[*tree.Object]*Operation{}, placed: map[[2]string]bool{}}
	m.rename()
	actions, _ := foreign.Actions(m.doc) // it went well when the document was read
	before := m.mentioned(actions)
	for _, a := range actions {
		if old := a.Path; m.place(&a) {
			m.paths[old] = a.Path
			m.actions = append(m.actions, a)
		}
	}
	m.drop(before)
	m.tags()
	for _, a := range m.actions {
		m.identify(&a)
	}
	for _, a := range m.actions {
		m.add(a)
	}
	if b.about.Prefix == "" {
		m.webhooks()
	}
	m.components()
}

// title is what operations without a tag are grouped by.
func (m *merger) title() string {
	if title := m.doc.Object("info").Text("title"); title != "" && len(title) < 200 {
		return title
	}
	return m.from.name
}

// tags adds those of the document; one that is there already stays as it is.
func (m *merger) tags() {
	var used []string
	for _, a := range m.actions {
		if len(a.Operation.List("tags")) == 0 {
			a.Operation.Set("tags", []any{m.title()})
		}
		used = append(used, stringsIn(a.Operation.List("tags"))...)
	}
	known := map[string]bool{}
	for _, t := range m.builder.doc.Tags {
		known[t.Name] = true
	}
	wanted := map[string]bool{}
	for _, name := range used {
		wanted[name] = true
	}
	for _, v := range m.doc.List("tags") {
		t, _ := v.(*tree.Object)
		name := t.Text("name")
		if name == "" || known[name] || m.about.Prefix != "" && !wanted[name] {
			continue
		}
		known[name] = true
		m.builder.doc.Tags = append(m.builder.doc.Tags, Tag{Name: name, Description: t.Text("description"), raw: tree.Append(nil, t)})
	}
	for _, name := range used {
		if !known[name] {
			known[name] = true
			t := Tag{Name: name}
			if name == m.title() {
				t.Description = m.doc.Object("info").Text("description")
			}
			m.builder.doc.Tags = append(m.builder.doc.Tags, t)
		}
	}
}

// viewOf is what an Operation has fields for.
func viewOf(o *tree.Object) *Operation {
	op := &Operation{
		Tags: stringsIn(o.List("tags")), Summary: o.Text("summary"), Description: o.Text("description"), OperationID: o.Text("operationId"),
		Ref: o.Text("x-ref"), Deprecated: o.Get("deprecated") == true,
	}
	for _, v := range o.List("security") {
		r := Requirement{}
		v, _ := v.(*tree.Object)
		for _, m := range v.All() {
			scopes, _ := m.Value.([]any)
			r[m.Key] = append([]string{}, stringsIn(scopes)...)
		}
		op.Security = append(op.Security, r)
	}
	return op
}

func stringsIn(l []any) (texts []string) {
	for _, v := range l {
		if s, ok := v.(string); ok {
			texts = append(texts, s)
		}
	}
	return texts
}

var noName = regexp.MustCompile(`[^A-Za-z0-9]+`)

// identify gives the operation, and those of its callbacks, ids that nothing else has.
func (m *merger) identify(a *foreign.Action) {
	foreign.Walk(foreign.Operation, a.Operation, func(kind foreign.Kind, o *tree.Object) {
		if kind != foreign.Operation {
			return
		}
		id := o.Text("operationId")
		if ours := m.bare[o]; ours != nil {
			m.linked(id, ours.OperationID)
			o.Set("operationId", ours.OperationID)
			return
		}
		if id == "" && o == a.Operation {
			id = strings.Trim(noName.ReplaceAllString(a.Method+a.Path, "_"), "_")
		}
		if id == "" {
			return
		}
		free := m.unique(id)
		m.linked(id, free)
		o.Set("operationId", free)
	})
}

// linked remembers what the operation of an id is called here, for links to it.
func (m *merger) linked(old, id string) {
	if old != "" {
		m.ids[old] = id
	}
}

// rewrite gives references, links and schemes in v the names that they have here.
func (m *merger) rewrite(kind foreign.Kind, v *tree.Object) {
	foreign.Rewrite(kind, v, func(ref string) string {
		steps, ok := foreign.Pointer(ref)
		switch {
		case !ok || len(steps) < 2:
			return ref
		case steps[0] == "paths":
			steps[1] = cmp.Or(m.paths[steps[1]], steps[1])
		case steps[0] == "components" && len(steps) > 2:
			steps[2] = cmp.Or(m.names[steps[1]][steps[2]], steps[2])
		default:
			return ref
		}
		return foreign.Ref(steps...)
	})
	foreign.Walk(kind, v, func(kind foreign.Kind, o *tree.Object) {
		switch kind {
		case foreign.Link:
			if id := m.ids[o.Text("operationId")]; id != "" {
				o.Set("operationId", id)
			}
		case foreign.Operation:
			for _, r := range o.List("security") {
				r, _ := r.(*tree.Object)
				foreign.RenameMembers(r, m.names["securitySchemes"])
			}
		}
	})
}

// add puts an operation into the document.
func (m *merger) add(a foreign.Action) {
	m.rewrite(foreign.Operation, a.Operation)
	if ours := m.bare[a.Operation]; ours != nil {
		complete(a.Operation, ours)
	}
	item := m.item(a.Path)
	entry := Entry[*Operation]{Key: a.Method, Value: viewOf(a.Operation), Raw: tree.Append(nil, a.Operation)}
	if i := slices.IndexFunc(*item, func(e Entry[*Operation]) bool { return e.Key == a.Method }); i >= 0 {
		(*item)[i] = entry // a raw handler, described
	} else {
		*item = append(*item, entry)
	}
	m.origin[[2]string{a.Path, a.Method}] = m.from.name
}

// webhooks adds those of the document.
func (m *merger) webhooks() {
	var names foreign.Names
	for _, e := range m.builder.doc.Webhooks {
		names.Take(e.Key)
	}
	for _, hook := range m.doc.Object("webhooks").All() {
		o, ok := hook.Value.(*tree.Object)
		if !ok {
			continue
		}
		foreign.Walk(foreign.PathItem, o, func(kind foreign.Kind, op *tree.Object) {
			if id := op.Text("operationId"); kind == foreign.Operation && id != "" {
				op.Set("operationId", m.unique(id))
			}
		})
		m.rewrite(foreign.PathItem, o)
		entry := Entry[json.RawMessage]{Key: names.Take(hook.Key), Value: tree.Append(nil, o)}
		m.builder.doc.Webhooks = append(m.builder.doc.Webhooks, entry)
	}
}
