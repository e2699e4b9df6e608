package model

import (
	"cmp"
	"slices"
	"strings"
)

// operation reads one operation, and tells its tag.
func (b *builder) operation(path, method string, item, n *node) (tag string, op *Operation) {
	if tags := n.texts("tags"); len(tags) > 0 && len(Words(tags[0])) > 0 {
		tag = tags[0]
	}
	op = &Operation{Method: strings.ToUpper(method), Path: path, Deprecated: n.is("deprecated")}
	op.ID = n.text("operationId")
	if len(Words(op.ID)) == 0 {
		op.ID = method + " " + strings.NewReplacer("{", "by ", "}", "").Replace(path)
	}
	op.Name = withoutPrefix(op.ID, tag)
	op.Doc = cmp.Or(n.text("description"), n.text("summary"))
	if summary := n.text("summary"); !strings.HasPrefix(op.Doc, summary) {
		op.Doc = summary + "\n\n" + op.Doc
	}
	op.Params = b.params(op, path, item, n)
	op.Body = b.body(n.get("requestBody"), op.ID)
	b.answers(op, n.get("responses"))
	b.security(op, n)
	return tag, op
}

// params are those of the operation and of its path, the former in the place of the latter.
func (b *builder) params(op *Operation, path string, item, n *node) (l []*Param) {
	type key struct{ in, name string }
	at := map[key]int{}
	for _, p := range slices.Concat(item.list("parameters"), n.list("parameters")) {
		p = b.deref(p)
		q := b.param(p, op.ID)
		if q == nil || q.In == "path" && !strings.Contains(path, "{"+q.Name+"}") {
			continue
		}
		k := key{q.In, q.Name}
		if i, ok := at[k]; ok {
			l[i] = q
			continue
		}
		at[k] = len(l)
		l = append(l, q)
	}
	for rest := path; ; {
		_, after, ok := strings.Cut(rest, "{")
		name, after, closed := strings.Cut(after, "}")
		if !ok || !closed {
			return l
		}
		rest = after
		if _, ok := at[key{"path", name}]; !ok {
			at[key{"path", name}] = len(l)
			l = append(l, &Param{Name: name, In: "path", Required: true, Style: "simple", Type: &Type{Kind: String}})
		}
	}
}

// notParams are headers that other parts of a document tell.
var notParams = map[string]bool{"accept": true, "content-type": true, "authorization": true}

func (b *builder) param(n *node, name string) *Param {
	p := &Param{Name: n.text("name"), In: n.text("in"), Doc: n.text("description"), Required: n.is("required"), Style: n.text("style"), Reserved: n.is("allowReserved")}
	switch p.In {
	case "path":
		p.Required = true
		p.Style = cmp.Or(p.Style, "simple")
	case "query", "cookie":
		p.Style = cmp.Or(p.Style, "form")
	case "header":
		p.Style = "simple"
		if notParams[strings.ToLower(p.Name)] {
			return nil
		}
	default:
		if n != nil {
			b.failf(n, "a parameter in %q: it must be in path, query, header or cookie", p.In)
		}
		return nil
	}
	if p.Name == "" {
		b.failf(n, "a parameter without a name")
		return nil
	}
	p.Explode = p.Style == "form"
	if n.has("explode") {
		p.Explode = n.is("explode")
	}
	s := n.get("schema")
	if content := n.get("content"); content != nil && len(content.keys) > 0 {
		s = content.get(content.keys[0]).get("schema")
		p.Style = "json"
	}
	p.Type = b.schema(s, in, name+" "+p.Name)
	return p
}

// media is the media type without its parameters.
func media(s string) string {
	s, _, _ = strings.Cut(s, ";")
	return strings.ToLower(strings.TrimSpace(s))
}

// kindOf tells how a media type is written.
func kindOf(s string) BodyKind {
	switch s = media(s); {
	case s == "application/json" || s == "text/json" || strings.HasSuffix(s, "+json"):
		return JSONBody
	case s == "multipart/form-data":
		return PartsBody
	case s == "application/x-www-form-urlencoded":
		return FormBody
	case s == "text/event-stream":
		return EventsBody
	case s == "text/plain" || s == "text/html":
		return TextBody
	}
	return FileBody
}

// choose takes the media type that says most.
func choose(content *node, order ...BodyKind) (string, BodyKind) {
	if content == nil {
		return "", NoBody
	}
	for _, kind := range order {
		for _, m := range content.keys {
			if kindOf(m) == kind {
				return m, kind
			}
		}
	}
	return "", NoBody
}

// body reads what a request sends.
func (b *builder) body(n *node, name string) *Body {
	if n == nil {
		return nil
	}
	n = b.deref(n)
	content := n.get("content")
	m, kind := choose(content, JSONBody, PartsBody, FormBody, TextBody, FileBody)
	if kind == NoBody {
		return nil
	}
	// A form with files says more than the JSON beside it.
	if form, ok := choose(content, PartsBody); ok == PartsBody && b.hasFiles(content.get(form).get("schema")) {
		m, kind = form, PartsBody
	}
	body := &Body{Kind: kind, Media: m, Required: n.is("required"), Doc: n.text("description")}
	s := content.get(m).get("schema")
	switch kind {
	case JSONBody:
		body.Type = b.schema(s, in, name+" body")
	case PartsBody, FormBody:
		body.Type = b.form(s, content.get(m).get("encoding"), name+" form")
	case FileBody:
		if strings.Contains(m, "*") {
			body.Media = "application/octet-stream"
		}
	}
	return body
}

// answers reads what comes back.
func (b *builder) answers(op *Operation, responses *node) {
	if responses == nil {
		return
	}
	var other *Answer // a redirect, or the default
	for _, status := range responses.keys {
		n := b.deref(responses.get(status))
		if n == nil {
			continue
		}
		first := strings.ToUpper(status)[0]
		a := &Answer{Status: strings.ToUpper(status), Doc: n.text("description")}
		if status == "default" {
			a.Status = status
		}
		switch {
		case first == '2':
			b.answer(a, n, op)
			op.Answers = append(op.Answers, a)
		case first == '3' && other == nil && n.get("headers").has("Location"):
			a.Kind, other = RedirectBody, a
		case first == '4' || first == '5' || status == "default":
			if status == "default" && !hasSuccess(responses) {
				b.answer(a, n, op)
				op.Answers = append(op.Answers, a)
			} else if m, kind := choose(n.get("content"), JSONBody); kind == JSONBody && !problemOnly(n.get("content")) {
				b.json(a, m, n, op.ID+" error "+a.Status)
				if a.Kind == JSONBody || a.Message != "" || a.State != "" {
					op.Errors = append(op.Errors, a)
				}
			}
		}
	}
	if len(op.Answers) == 0 && other != nil {
		op.Answers = []*Answer{other}
	}
	// What answers with events is called for them.
	if i := slices.IndexFunc(op.Answers, func(a *Answer) bool { return a.Kind == EventsBody }); i >= 0 {
		op.Answers = op.Answers[i : i+1]
	}
}

func hasSuccess(responses *node) bool {
	for _, status := range responses.keys {
		if status[0] == '2' || status[0] == '3' {
			return true
		}
	}
	return false
}

// problemOnly tells an error that is a problem of RFC 9457.
func problemOnly(content *node) bool {
	for _, m := range content.keys {
		if media(m) == "application/problem+json" {
			return true
		}
	}
	return false
}

func (b *builder) answer(a *Answer, n *node, op *Operation) {
	if headers := n.get("headers"); headers != nil {
		for _, name := range headers.keys {
			h := b.deref(headers.get(name))
			p := &Param{Name: name, In: "header", Doc: h.text("description"), Required: h.is("required"), Style: "simple", Explode: h.is("explode")}
			p.Type = b.schema(h.get("schema"), out, op.ID+" header "+name)
			a.Headers = append(a.Headers, p)
		}
	}
	a.Media, a.Kind = choose(n.get("content"), JSONBody, EventsBody, TextBody, FileBody)
	switch a.Kind {
	case JSONBody:
		b.json(a, a.Media, n, op.ID+" result")
	case EventsBody:
		a.Type = b.schema(n.get("content").get(a.Media).get("schema"), out, op.ID+" event")
	}
	if op.Method == "HEAD" {
		a.Kind, a.Type = NoBody, nil
	}
}

// json reads the schema of an answer, and takes it out of its envelope.
func (b *builder) json(a *Answer, m string, n *node, name string) {
	a.Media, a.Kind = m, JSONBody
	s := n.get("content").get(m).get("schema")
	target := s
	for range 16 {
		ref := target.text("$ref")
		if ref == "" {
			break
		}
		target = b.doc.at(ref)
	}
	if key := target.text("x-response-result-key"); key != "" {
		a.Result, a.Message, a.State = key, target.text("x-response-message-key"), target.text("x-response-state-key")
		s = target.get("properties").get(key)
	}
	if s != nil && isNull(s) {
		a.Kind = NoBody
		return
	}
	a.Type = b.schema(s, out, name)
}
