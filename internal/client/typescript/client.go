package typescript

import (
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/internal/client/model"
)

// authType writes what requests may say whose they are with.
func (p *printer) authType() {
	p.f("/** Sent with the requests that ask for them. */\nexport interface Auth {\n")
	scope := model.Scope{}
	for _, s := range p.api.Schemes {
		p.auth[s] = scope.Take(model.LowerCamel(s.Name))
		p.comment("  ", s.Doc, false)
		kind := "string"
		if s.Kind == model.Basic {
			kind = "{ user: string; password: string }"
		}
		p.f("  %s?: %s;\n", p.auth[s], kind)
	}
	p.f("}\n\n")
}

// createClient writes the function that makes a client.
func (p *printer) createClient() {
	p.f("/** Makes a client.")
	if server := strings.Join(lines(p.api.Server), " "); server != "" {
		p.f(" A baseUrl that is not given is %s.", server)
	}
	p.f(" */\nexport function createClient(options: ClientOptions = {}) {\n")
	p.f("  const config: ClientOptions = { baseUrl: %s, ...options };\n  return {\n", quote(p.api.Server))
	scope := model.Scope{}
	for _, g := range p.api.Groups {
		indent := "    "
		methods := scope
		prefix := ""
		if g.Name != "" {
			field := scope.Take(model.LowerCamel(g.Name))
			p.comment(indent, g.Doc, false)
			p.f("%s%s: {\n", indent, field)
			indent += "  "
			methods, prefix = model.Scope{}, model.Title(field)
		}
		for _, op := range g.Operations {
			p.operation(op, indent, methods.Take(model.LowerCamel(op.Name)), prefix)
		}
		if g.Name != "" {
			p.f("    },\n")
		}
	}
	p.f("  };\n}\n\n/** What createClient makes. */\nexport type Client = ReturnType<typeof createClient>;\n\n")
}

func (p *printer) operation(op *model.Operation, indent, method, prefix string) {
	name := prefix + model.Title(method)
	input := p.input(op, name)
	result, events := p.result(op)
	more := []string{op.Method + " " + op.Path}
	if failures := p.failures(op); failures != "" {
		failure := p.scope.Take(name + "Failure")
		p.laterf("export type %s = ApiError<%s>;\n\n", failure, failures)
		more = append(more, "Throws "+failure+".")
	}
	p.comment(indent, op.Doc, op.Deprecated, more...)
	switch {
	case events != nil:
		p.streams = true
		text := events.Kind == model.String
		p.f("%s%s: (%soptions?: StreamOptions): AsyncGenerator<%s, void, undefined> =>\n%s  events<%[4]s>(config, {\n", indent, method, input, p.expr(events), indent)
		p.call(op, indent+"    ")
		p.f("%s  }, %t, options),\n", indent, text)
	default:
		p.f("%s%s: (%soptions?: RequestOptions): Promise<%s> =>\n%s  send(config, {\n", indent, method, input, result, indent)
		p.call(op, indent+"    ")
		p.f("%s  }, options) as Promise<%s>,\n", indent, result)
	}
}

// params are the names of parameters in the input.
func params(op *model.Operation) (l []string) {
	scope := model.Scope{}
	if op.Body != nil {
		scope["body"] = 1
	}
	for _, q := range op.Params {
		l = append(l, scope.Take(model.LowerCamel(q.Name)))
	}
	return l
}

func (p *printer) bodyType(b *model.Body) string {
	switch b.Kind {
	case model.TextBody:
		return "string"
	case model.FileBody:
		return "Blob"
	}
	return p.expr(b.Type)
}

// input is the parameter of a call with its type, which is declared if it is one of its own.
func (p *printer) input(op *model.Operation, name string) string {
	switch {
	case len(op.Params) == 0 && op.Body == nil:
		return ""
	case len(op.Params) == 0 && op.Body.Required:
		return "input: " + p.bodyType(op.Body) + ", "
	case len(op.Params) == 0:
		return "input?: " + p.bodyType(op.Body) + ", "
	}
	name = p.scope.Take(name + "Input")
	whole := p.Buffer
	p.Buffer = p.later
	p.f("export interface %s {\n", name)
	needed := false
	line := func(field, kind, doc string, required bool) {
		p.comment("  ", doc, false)
		if required {
			needed = true
			p.f("  %s: %s;\n", field, kind)
		} else {
			p.f("  %s?: %s | undefined;\n", field, kind)
		}
	}
	for i, field := range params(op) {
		q := op.Params[i]
		line(field, p.expr(q.Type), q.Doc, q.Required)
	}
	if op.Body != nil {
		line("body", p.bodyType(op.Body), op.Body.Doc, op.Body.Required)
	}
	p.f("}\n\n")
	p.later, p.Buffer = p.Buffer, whole
	if needed {
		return "input: " + name + ", "
	}
	return "input: " + name + " = {}, "
}

// result is the type of what a call gives, or that of its events.
func (p *printer) result(op *model.Operation) (result string, events *model.Type) {
	var kinds []string
	for _, a := range op.Answers {
		kind := "undefined"
		switch a.Kind {
		case model.JSONBody:
			kind = p.expr(a.Type)
		case model.TextBody:
			kind = "string"
		case model.FileBody:
			kind = "Download"
		case model.RedirectBody:
			kind = "Redirect"
		case model.EventsBody:
			return "", a.Type
		}
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 0 || len(kinds) == 1 && kinds[0] == "undefined" {
		kinds = []string{"void"}
	}
	result = strings.Join(kinds, " | ")
	if !whole(op) {
		return result, nil
	}
	if result == "void" {
		result = "undefined"
	}
	return "{ status: number; headers: Headers; body: " + result + " }", nil
}

// whole tells an operation whose status and headers are part of what a call gives.
func whole(op *model.Operation) bool {
	return slices.ContainsFunc(op.Answers, func(a *model.Answer) bool {
		return len(a.Headers) > 0 && a.Kind != model.FileBody && a.Kind != model.RedirectBody && a.Kind != model.EventsBody
	})
}

// failures is the type of the bodies of errors that have one of their own, "" for none.
func (p *printer) failures(op *model.Operation) string {
	var kinds []string
	for _, a := range op.Errors {
		if a.Message != "" || a.State != "" {
			continue
		}
		if kind := p.expr(a.Type); kind != "unknown" && !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return strings.Join(kinds, " | ")
}
