package typescript

import (
	"fmt"
	"strings"

	"github.com/utilmeta/utilmeta-go/internal/client/model"
)

func (p *printer) laterf(format string, a ...any) { fmt.Fprintf(&p.later, format, a...) }

// call writes what the runtime is told of an operation.
func (p *printer) call(op *model.Operation, indent string) {
	p.f("%sname: %s, method: %s, path: %s, accept: %s,\n", indent, quote(op.ID), quote(op.Method), quote(op.Path), quote(op.Accept()))
	if len(op.Params) > 0 {
		p.f("%sparams: [\n", indent)
		for i, field := range params(op) {
			q := op.Params[i]
			p.f("%s  { in: %s, name: %s, style: %s%s, value: input.%s },\n", indent, quote(q.In), quote(q.Name), quote(q.Style), flags(q), field)
		}
		p.f("%s],\n", indent)
	}
	if len(op.Security) > 0 {
		p.f("%ssecurity: [%s],\n", indent, p.security(op))
	}
	if op.Body != nil {
		p.body(op, indent)
	}
	var l []string
	for _, a := range op.Answers {
		kind := map[model.BodyKind]string{model.JSONBody: "json", model.TextBody: "text", model.FileBody: "file", model.RedirectBody: "redirect"}[a.Kind]
		if kind == "" {
			kind = "none"
		}
		s := fmt.Sprintf("[%s, { kind: %s", quote(a.Status), quote(kind))
		if a.Result != "" {
			s += ", result: " + quote(a.Result)
		}
		l = append(l, s+" }]")
	}
	p.f("%sanswers: [%s],\n", indent, strings.Join(l, ", "))
	l = nil
	for _, a := range op.Errors {
		if a.Message != "" || a.State != "" {
			l = append(l, fmt.Sprintf("[%s, { message: %s, state: %s }]", quote(a.Status), quote(a.Message), quote(a.State)))
		}
	}
	if l != nil {
		p.f("%ssealed: [%s],\n", indent, strings.Join(l, ", "))
	}
	if whole(op) {
		p.f("%swhole: true,\n", indent)
	}
}

func flags(q *model.Param) (s string) {
	for _, flag := range []struct {
		name string
		on   bool
	}{{"explode", q.Explode}, {"reserved", q.Reserved}, {"rest", q.Rest}, {"required", q.Required}} {
		if flag.on {
			s += ", " + flag.name + ": true"
		}
	}
	return s
}

func (p *printer) security(op *model.Operation) string {
	kinds := map[model.SchemeKind]string{
		model.Bearer: "bearer", model.Basic: "basic", model.KeyInHeader: "header", model.KeyInQuery: "query", model.KeyInCookie: "cookie",
	}
	var l []string
	for _, together := range op.Security {
		var all []string
		for _, s := range together {
			all = append(all, fmt.Sprintf("[%s, %s, config.auth?.%s]", quote(kinds[s.Kind]), quote(s.Key), p.auth[s]))
		}
		l = append(l, "["+strings.Join(all, ", ")+"]")
	}
	return strings.Join(l, ", ")
}

func (p *printer) body(op *model.Operation, indent string) {
	b, value := op.Body, "input.body"
	if len(op.Params) == 0 {
		value = "input"
	}
	kind := map[model.BodyKind]string{
		model.JSONBody: "json", model.TextBody: "text", model.FileBody: "file", model.FormBody: "form", model.PartsBody: "parts",
	}[b.Kind]
	fields := ""
	if b.Kind == model.PartsBody || b.Kind == model.FormBody {
		for _, m := range b.Type.Members {
			if m.Media == "application/json" {
				fields += fmt.Sprintf("[%s, %s], ", quote(m.Name), quote(m.Media))
			}
		}
	}
	if fields != "" {
		fields = ", fields: [" + strings.TrimSuffix(fields, ", ") + "]"
	}
	p.f("%sbody: { kind: %s, media: %s, value: %s%s },\n", indent, quote(kind), quote(b.Media), value, fields)
}
