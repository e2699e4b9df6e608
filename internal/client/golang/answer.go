package golang

import (
	"fmt"
	"slices"

	"github.com/utilmeta/utilmeta-go/internal/client/model"
)

// planOutput decides what a call returns, and writes its struct if it is one of its own.
func (o *operation) planOutput() {
	var bodies []resultField
	headers := false
	for _, a := range o.Answers {
		headers = headers || len(a.Headers) > 0
		expr := o.answerExpr(a)
		if expr == "" || slices.ContainsFunc(bodies, func(f resultField) bool { return f.expr == expr }) {
			continue
		}
		bodies = append(bodies, resultField{"Body" + suffix(a.Status), expr, a})
	}
	switch {
	case len(bodies) == 1 && (!headers || bodies[0].answer.Kind == model.FileBody || bodies[0].answer.Kind == model.EventsBody):
		o.answer, o.output = bodies[0].answer, bodies[0].expr
		if o.answer.Kind == model.EventsBody {
			o.output = o.expr(eventType(o.answer))
		}
		return
	case len(bodies) == 0 && !headers:
		return
	}
	if len(bodies) == 1 {
		bodies[0].name = "Body"
	}
	o.result = bodies
	name := o.scope.Take(o.prefix + o.method + "Result")
	o.output = "*" + name
	o.f("// %s is what %s answers.\ntype %[1]s struct {\nStatus int\nHeader http.Header\n", name, o.method)
	for _, h := range o.headers() {
		o.comment("", h.Doc, false)
		o.f("%s *%s\n", h.field, o.expr(notNull(h.Type)))
	}
	for _, b := range bodies {
		o.f("%s %s\n", b.name, b.expr)
	}
	o.f("}\n\n")
}

func notNull(t *model.Type) *model.Type {
	if t.Kind == model.Nullable {
		return t.Elem
	}
	return t
}

func suffix(status string) string {
	if status == "default" {
		return "Default"
	}
	return valueName(status)
}

type header struct {
	*model.Param
	field string
}

// headers are those of all answers, each once.
func (o *operation) headers() (l []header) {
	scope := model.Scope{"Status": 1, "Header": 1, "Body": 1}
	for _, b := range o.result {
		scope[b.name] = 1
	}
	for _, a := range o.Answers {
		for _, h := range a.Headers {
			if !slices.ContainsFunc(l, func(other header) bool { return other.Name == h.Name }) {
				l = append(l, header{h, scope.Take(ident(h.Name))})
			}
		}
	}
	return l
}

// answerExpr is the type of an answer, "" for none.
func (o *operation) answerExpr(a *model.Answer) string {
	switch a.Kind {
	case model.JSONBody:
		if structLike(a.Type) {
			return "*" + o.expr(a.Type)
		}
		return o.expr(a.Type)
	case model.TextBody:
		return "string"
	case model.FileBody:
		return "*Download"
	case model.RedirectBody:
		return "*Redirect"
	case model.EventsBody:
		return "events of " + o.expr(eventType(a))
	}
	return ""
}

// eventType is that of the events: any where the document does not say.
func eventType(a *model.Answer) *model.Type { return notNull(a.Type) }

// receive writes what reads the answer.
func (o *operation) receive() {
	failures := o.failures()
	switch {
	case o.answer != nil && o.answer.Kind == model.EventsBody:
		o.f("return events[%s](ctx, r, o, %s)\n", o.output, failures)
	case o.result != nil || o.output != "" && o.answer == nil:
		o.receiveResult(failures)
	case o.answer != nil:
		if o.answer.Kind == model.RedirectBody {
			o.f("r.manual = true\n")
		}
		o.f("_, err = r.do(ctx, []outcome{\n")
		for _, a := range o.Answers {
			o.outcome(a, "out")
		}
		o.f("}, %s)\nreturn out, err\n", failures)
	default:
		o.f("_, err := r.do(ctx, nil, %s)\nreturn err\n", failures)
	}
}

func (o *operation) receiveResult(failures string) {
	o.f("out = %s{}\nres, err := r.do(ctx, []outcome{\n", "&"+o.output[1:])
	for _, a := range o.Answers {
		into := ""
		for _, b := range o.result {
			if o.answerExpr(a) == b.expr {
				into = "out." + b.name
			}
		}
		o.outcome(a, into)
	}
	o.f("}, %s)\nif err != nil { return nil, err }\nout.Status, out.Header = res.StatusCode, res.Header\n", failures)
	for _, h := range o.headers() {
		o.f("if err := readHeader(res.Header, %s, &out.%s); err != nil { return nil, r.named(err) }\n", quote(h.Name), h.field)
	}
	o.f("return out, nil\n")
}

// outcome writes how the answer of a status is read.
func (o *operation) outcome(a *model.Answer, into string) {
	read := ""
	switch a.Kind {
	case model.JSONBody:
		read = fmt.Sprintf(", read: readJSON(&%s, %s)", into, quote(a.Result))
	case model.TextBody:
		read = fmt.Sprintf(", read: readText(&%s)", into)
	case model.FileBody:
		read = fmt.Sprintf(", read: readFile(&%s), keep: true", into)
	case model.RedirectBody:
		read = fmt.Sprintf(", read: readRedirect(&%s)", into)
	}
	o.f("{status: %s%s},\n", quote(a.Status), read)
}

// failure is the type of an error's answer, "" for one that is a problem and no more.
func (o *operation) failure(a *model.Answer) string {
	if a.Message != "" || a.State != "" || a.Type.Kind == model.Any {
		return ""
	}
	return o.expr(a.Type)
}

// failures writes how errors with types of their own are read.
func (o *operation) failures() string {
	s := ""
	for _, a := range o.Errors {
		if a.Message != "" || a.State != "" {
			s += fmt.Sprintf("{status: %s, read: sealed(%s, %s)},\n", quote(a.Status), quote(a.Message), quote(a.State))
		} else if t := o.failure(a); t != "" {
			s += fmt.Sprintf("{status: %s, read: failure[%s](%s)},\n", quote(a.Status), t, quote(a.Result))
		}
	}
	if s == "" {
		return "nil"
	}
	return "[]outcome{\n" + s + "}"
}
