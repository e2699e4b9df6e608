package model

import (
	"strings"
)

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
