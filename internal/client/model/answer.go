package model

import (
	"regexp"
	"slices"
	"strings"
)

var statuses = regexp.MustCompile(`^([1-5]([0-9]{2}|[xX]{2})|default)$`)

// answers reads what comes back.
func (b *builder) answers(op *Operation, responses *node) {
	if responses == nil {
		return
	}
	var other *Answer // a redirect, or the default
	for _, status := range responses.keys {
		n := b.deref(responses.get(status))
		if n == nil || strings.HasPrefix(status, "x-") {
			continue
		}
		if !statuses.MatchString(status) {
			b.failf(n, "%q is no status: known are 200, 2XX and the like, and default", status)
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
			} else if m := failureMedia(n.get("content")); m != "" {
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
		if strings.HasPrefix(status, "2") || strings.HasPrefix(status, "3") {
			return true
		}
	}
	return false
}

// failureMedia is the media type of an error that is JSON and no problem of RFC 9457, "" for none.
func failureMedia(content *node) string {
	if content == nil {
		return ""
	}
	for _, m := range content.keys {
		if kindOf(m) == JSONBody && media(m) != "application/problem+json" {
			return m
		}
	}
	return ""
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
