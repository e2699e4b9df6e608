package openapi

import (
	"net/url"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/foreign"
	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/tree"
)

// place finds the path of an operation in our document, and tells whether it is for that.
func (m *merger) place(a *foreign.Action) bool {
	m.serve(a)
	if !below(a.Path, m.about.Prefix) {
		return false
	}
	names := map[string]string{}
	a.Path = m.path(a.Path, names)
	m.nameParameters(a.Operation, names)
	var ours *Operation
	if i, there := m.items[a.Path]; there {
		ours, _ = m.builder.doc.Paths[i].Value.Get(a.Method)
	}
	at := [2]string{a.Path, a.Method}
	whose, merged := m.origin[at]
	switch {
	case m.placed[at]:
		m.clash(a, m.from.name)
		return false
	case ours == nil || ours.bare && !merged:
		if ours != nil {
			m.describe(a.Operation, ours)
		}
		m.placed[at] = true
		return true
	case merged:
		m.clash(a, whose)
	default:
		m.clash(a, ours.Ref)
	}
	m.linked(a.Operation.Text("operationId"), ours.OperationID)
	return false
}

func (m *merger) clash(a *foreign.Action, kept string) {
	d := m.builder.doc
	d.Clashes = append(d.Clashes, Clash{strings.ToUpper(a.Method) + " " + a.Path, kept, m.from.name})
}

// describe takes a foreign operation for the description of a raw handler of ours: what it does not tell is from us.
func (m *merger) describe(op *tree.Object, ours *Operation) {
	m.bare[op] = ours
	ours.bare = false
	if op.Text("summary") == "" {
		op.Set("summary", ours.Summary)
	}
	if op.Text("description") == "" && ours.Description != "" {
		op.Set("description", ours.Description)
	}
	if len(op.List("tags")) == 0 {
		tags := []any{}
		for _, tag := range ours.Tags {
			tags = append(tags, tag)
		}
		op.Set("tags", tags)
	}
	if ours.Ref != "" {
		op.Set("x-ref", ours.Ref)
	}
	if ours.Deprecated {
		op.Set("deprecated", true)
	}
}

// complete adds to the description of a raw handler what runs around it: how it is told whose a request is, and the
// problems that it is answered with, if the description says nothing of them.
func complete(op *tree.Object, ours *Operation) {
	told := op.Object("responses")
	silent := told == nil
	if silent {
		told = &tree.Object{}
		op.Set("responses", told)
	}
	for _, r := range ours.Responses {
		if !silent && strings.HasPrefix(r.Key, "2") || told.Has("default") || told.Has(r.Key) || told.Has(r.Key[:1]+"XX") {
			continue
		}
		text, _ := r.JSON() // plain data: it cannot fail
		told.Set(r.Key, parsed(text))
	}
	if !op.Has("security") && len(ours.Security) > 0 {
		text, _ := plainJSON(ours.Security)
		op.Set("security", parsed(text))
	}
}

// nameParameters gives parameters of the path the names that the path has for them here.
func (m *merger) nameParameters(op *tree.Object, names map[string]string) {
	parameters := op.List("parameters")
	for i, p := range parameters {
		key := foreign.ParameterKey(m.doc, p)
		if key[0] != "path" || names[key[1]] == "" || names[key[1]] == key[1] {
			continue
		}
		o := tree.Clone(foreign.Follow(m.doc, p)).(*tree.Object)
		o.Set("name", names[key[1]])
		parameters[i] = o
	}
}

// serve puts the path of an operation below the service's address, if one of the operation's servers is there; else the
// operation keeps its servers.
func (m *merger) serve(a *foreign.Action) {
	if !strings.HasPrefix(a.Path, "/") {
		a.Path = "/" + a.Path
	}
	ours, err := url.Parse(m.about.BaseURL)
	if err != nil {
		ours = &url.URL{}
	}
	servers := a.Operation.List("servers")
	a.Operation.Delete("servers")
	if len(servers) == 0 {
		if m.from.at == nil {
			return
		}
		servers = []any{&tree.Object{Members: []tree.Member{{Key: "url", Value: "/"}}}} // as the specification says
	}
	for _, s := range servers {
		s, _ := s.(*tree.Object)
		u, err := url.Parse(withDefaults(s))
		if err != nil {
			continue
		}
		if m.from.at != nil {
			u = m.from.at.ResolveReference(u)
		}
		if u.Host != "" && !sameHost(u, ours) {
			continue
		}
		base := "/" + strings.Trim(u.Path, "/")
		if base == "/" && u.Host == "" {
			return // it says nothing
		}
		if below(base, ours.Path) {
			a.Path = strings.TrimSuffix(strings.TrimPrefix(base, strings.TrimSuffix(ours.Path, "/")), "/") + a.Path
			return
		}
	}
	for _, s := range servers {
		if s, ok := s.(*tree.Object); ok && m.from.at != nil {
			absolute(s, m.from.at)
		}
	}
	a.Operation.Set("servers", servers)
}

// withDefaults is the address of a server with the defaults of its variables.
func withDefaults(s *tree.Object) string {
	address := s.Text("url")
	for _, v := range s.Object("variables").All() {
		o, _ := v.Value.(*tree.Object)
		address = strings.ReplaceAll(address, "{"+v.Key+"}", o.Text("default"))
	}
	return address
}

// absolute makes an address that is relative to the document's one that is not.
func absolute(s *tree.Object, at *url.URL) {
	u, err := url.Parse(s.Text("url"))
	if err != nil || u.Host != "" || strings.HasPrefix(s.Text("url"), "{") {
		return
	}
	whole := at.ResolveReference(u)
	whole.RawQuery, whole.Fragment = "", ""
	s.Set("url", strings.TrimSuffix(strings.NewReplacer("%7B", "{", "%7D", "}").Replace(whole.String()), "/"))
}

// sameHost compares hosts, the usual ports being none.
func sameHost(a, b *url.URL) bool {
	return b.Host != "" && strings.EqualFold(a.Hostname(), b.Hostname()) && portOf(a) == portOf(b)
}

func portOf(u *url.URL) string {
	if port := u.Port(); port != "80" && port != "443" {
		return port
	}
	return ""
}
