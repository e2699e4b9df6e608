package golang

import (
	"strings"

	"github.com/utilmeta/utilmeta-go/internal/client/model"
)

// operation is one that is printed.
type operation struct {
	*model.Operation
	*printer
	receiver, client, method string
	prefix                   string // of the names of its types

	input  string // the type of in, "" for none
	direct bool   // in is the body
	params []string
	answer *model.Answer // what a call returns, nil for nothing or more than that
	output string        // its type
	result []resultField // of a struct that a call returns
}

// resultField is a body in a result.
type resultField struct {
	name, expr string
	answer     *model.Answer
}

func (o *operation) print() {
	if o.receiver != "Client" {
		o.prefix = strings.TrimSuffix(o.receiver, "API")
	}
	o.planInput()
	o.planOutput()
	more := []string{"It sends " + o.Operation.Method + " " + model.OneLine(o.Path) + "."}
	for _, a := range o.Errors {
		if t := o.failure(a); t != "" {
			more[0] += " An error with the status " + model.OneLine(a.Status) + " is a *Failure[" + t + "]."
		}
	}
	o.comment(o.method, o.Doc, o.Deprecated, more...)
	args := "ctx context.Context"
	if o.input != "" {
		args += ", in " + o.input
	}
	switch {
	case o.answer != nil && o.answer.Kind == model.EventsBody:
		o.uses["stream.go"] = true
		o.f("func (a *%s) %s(%s, o *StreamOptions) iter.Seq2[*%s, error] {\n", o.receiver, o.method, args, o.output)
	case o.output != "":
		o.f("func (a *%s) %s(%s) (out %s, err error) {\n", o.receiver, o.method, args, o.output)
	default:
		o.f("func (a *%s) %s(%s) error {\n", o.receiver, o.method, args)
	}
	o.f("r := %s.call(%s, %s, %s, %s)\n", o.client, quote(o.ID), quote(o.Operation.Method), quote(o.Path), quote(o.Accept()))
	o.send()
	o.receive()
	o.f("}\n\n")
}

// structLike tells a type that is handed over by pointer.
func structLike(t *model.Type) bool { return t.Kind == model.Object || t.Kind == model.Union }

// bodyExpr is the type of a body.
func (o *operation) bodyExpr(byPointer bool) string {
	b := o.Body
	switch b.Kind {
	case model.TextBody:
		if !b.Required {
			return "*string"
		}
		return "string"
	case model.FileBody:
		o.uses["file.go"] = true
		return "*File"
	}
	expr := o.expr(b.Type)
	if b.Type.Kind != model.Nullable && !nilable(b.Type) && (!b.Required || byPointer && structLike(b.Type)) {
		return "*" + expr
	}
	return expr
}

// planInput decides what a call takes, and writes its struct if it is one of its own.
func (o *operation) planInput() {
	switch {
	case len(o.Operation.Params) == 0 && o.Body == nil:
		return
	case len(o.Operation.Params) == 0:
		o.input, o.direct = o.bodyExpr(true), true
		return
	}
	name := o.scope.Take(o.prefix + o.method + "Input")
	o.input = "*" + name
	o.f("// %s is what %s takes.\ntype %[1]s struct {\n", name, o.method)
	scope := model.Scope{}
	if o.Body != nil {
		scope["Body"] = 1
	}
	for _, q := range o.Operation.Params {
		field := scope.Take(ident(q.Name))
		o.params = append(o.params, field)
		t := q.Type
		if t.Kind == model.Nullable {
			t = t.Elem
		}
		expr := o.expr(t)
		if !nilable(t) && (!q.Required || q.Type.Kind == model.Nullable) {
			expr = "*" + expr
		}
		o.comment("", q.Doc, false)
		o.f("%s %s // %s\n", field, expr, q.In)
	}
	if o.Body != nil {
		o.comment("", o.Body.Doc, false)
		o.f("Body %s\n", o.bodyExpr(false))
	}
	o.f("}\n\n")
}

// send writes what makes the request.
func (o *operation) send() {
	if strings.HasPrefix(o.input, "*") && (!o.direct || o.Body.Required && o.Body.Kind != model.FileBody && o.Body.Kind != model.TextBody && o.Body.Type.Kind != model.Nullable) {
		o.f("if in == nil { in = new(%s) }\n", o.input[1:])
	}
	for i, q := range o.Operation.Params {
		o.f("r.param(param{in: %s, name: %s, style: %s", quote(q.In), quote(q.Name), quote(q.Style))
		for _, flag := range []struct {
			name string
			on   bool
		}{{"explode", q.Explode}, {"reserved", q.Reserved}, {"rest", q.Rest}, {"required", q.Required}} {
			if flag.on {
				o.f(", %s: true", flag.name)
			}
		}
		o.f("}, in.%s)\n", o.params[i])
	}
	if len(o.Security) > 0 {
		var l []string
		for _, together := range o.Security {
			var all []string
			for _, s := range together {
				all = append(all, o.client+".credential"+o.fields[s]+"()")
			}
			l = append(l, "[]credential{"+strings.Join(all, ", ")+"}")
		}
		o.f("r.authorize(%s)\n", strings.Join(l, ", "))
	}
	if o.Body != nil {
		o.sendBody()
	}
}

func (o *operation) sendBody() {
	b, v := o.Body, "in.Body"
	if o.direct {
		v = "in"
	}
	if b.Kind == model.FileBody {
		o.f("r.sendFile(%s, %s, %t)\n", v, quote(b.Media), b.Required)
		return
	}
	pointer := strings.HasPrefix(o.bodyExpr(o.direct), "*")
	if !b.Required {
		o.f("if %s != nil {\n", v)
		defer o.f("}\n")
	} else if b.Kind == model.JSONBody && nilable(b.Type) && b.Type.Kind != model.Any {
		o.f("if %s == nil { %[1]s = %s{} }\n", v, o.expr(b.Type))
	}
	switch b.Kind {
	case model.JSONBody:
		o.f("r.sendJSON(%s, %s)\n", v, quote(b.Media))
	case model.TextBody:
		if pointer {
			v = "*" + v
		}
		o.f("r.sendBytes([]byte(%s), %s)\n", v, quote(b.Media))
	default:
		o.f("parts := []part{\n")
		for _, f := range o.fieldsOf(b.Type) {
			o.f("{%s, %s.%s, %s},\n", quote(f.Name), v, f.name, quote(f.Media))
		}
		o.f("}\n")
		if b.Type.Elem != nil {
			o.f("for name, value := range %s.Further { parts = append(parts, part{name, value, \"\"}) }\n", v)
		}
		if b.Kind == model.PartsBody {
			o.uses["file.go"] = true
			o.f("r.sendParts(parts)\n")
		} else {
			o.f("r.sendForm(parts)\n")
		}
	}
}
