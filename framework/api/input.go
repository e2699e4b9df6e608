package api

import (
	"context"
	"net/http"
	"net/textproto"
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// input is the plan of an input: what is read from where, into which place.
type input struct {
	t       reflect.Type
	inject  []slot
	params  []param
	asks    bool // some parameter is of the query
	query   []queryKey
	plainly *plainParams // nil if only the long way can read the parameters
	judges  bool         // something has a Validate of its own
	cookie  bool
	aliased bool // some parameter has further names
	loads   []loadSlot
	body    body
	checks  []slot // structs among the parameters that have a Validate of their own, inner first
}

// queryKey is the name of a parameter of the query that is no object.
type queryKey struct {
	name string
	i    int // of the parameter
}

// slot is a value inside the input.
type slot struct {
	t      reflect.Type
	offset uintptr
}

type param struct {
	*schema.Param
	offset uintptr
	path   int // its place in the path
}

// loadSlot is a value that a Load fills in, after the parameters from first up to last.
type loadSlot struct {
	slot
	load        func(context.Context, unsafe.Pointer) error
	first, last int
}

func (s slot) value(in unsafe.Pointer) reflect.Value {
	return reflect.NewAt(s.t, unsafe.Add(in, s.offset))
}

// read fills in the input at in, or says what is wrong with the request.
func (p *input) read(ctx context.Context, c *Call, in unsafe.Pointer) error {
	if err := p.runInjectors(ctx, in); err != nil {
		return err
	}
	if len(p.params) == 0 && len(p.loads) == 0 && p.body.none() && !p.judges {
		return nil
	}
	r := &c.s.reader
	c.s.read = true
	if len(p.params) > 0 && !p.readPlain(c, in) {
		p.gather(c)
		for i := range p.params {
			q := &p.params[i]
			c.s.wrong[i] = !q.Read(r, unsafe.Add(in, q.offset), c.s.texts[i]...)
		}
	}
	if err := p.runLoads(ctx, c.s.wrong, in); err != nil {
		return err
	}
	if !p.body.none() {
		if err := p.body.read(c, in); err != nil {
			return err
		}
	}
	if len(r.Faults) == 0 && p.judges {
		if err := p.validate(ctx, r, in, c.s.texts); err != nil {
			return err
		}
	}
	return c.invalid()
}

// readPlain reads the parameters in the short way, if they can be and nothing is wrong with them.
func (p *input) readPlain(c *Call, in unsafe.Pointer) bool {
	if p.plainly == nil {
		return false
	}
	if p.plainly.read(c, in) {
		return true
	}
	c.s.reader.Reset()
	return false
}

func (p *input) runInjectors(ctx context.Context, in unsafe.Pointer) error {
	for _, s := range p.inject {
		if err := s.value(in).Interface().(Injector).Inject(ctx); err != nil {
			return err
		}
	}
	return nil
}

// invalid is the answer to a request that is not valid, nil for one that is. Where no plugin could keep it, it stands in
// the scratch of the call.
func (c *Call) invalid() error {
	faults := c.s.reader.Faults
	switch {
	case len(faults) == 0:
		return nil
	case len(c.ep.layers) == 0:
		return c.s.problem.invalid(faults)
	}
	return new(Problem).invalid(c.s.reader.Take())
}

// invalid makes p tell everything that is wrong with a request at once.
func (p *Problem) invalid(faults []Fault) *Problem {
	p.Status, p.Code, p.Detail, p.Errors = http.StatusUnprocessableEntity, "invalid", "the request is not valid", faults
	if f := &faults[0]; f.In == "" && (f.Code == "syntax" || f.Code == "encoding") {
		p.Status, p.Code, p.Detail = http.StatusBadRequest, "malformed", "the body cannot be read"
	}
	return p
}

// runLoads leaves out those whose parameters are wrong.
func (p *input) runLoads(ctx context.Context, wrong []bool, in unsafe.Pointer) error {
	for i := range p.loads {
		l := &p.loads[i]
		if slices.Contains(wrong[l.first:l.last], true) {
			continue
		}
		if err := l.load(ctx, unsafe.Add(in, l.offset)); err != nil {
			return err
		}
	}
	return nil
}

// named is how many values come by name: parameters, then fields of a form.
func (p *input) named() int {
	if p.body.form == nil {
		return len(p.params)
	}
	return len(p.params) + len(p.body.form.fields)
}

// byName returns the i-th value that comes by name.
func (p *input) byName(i int) *param {
	if i < len(p.params) {
		return &p.params[i]
	}
	return &p.body.form.fields[i-len(p.params)]
}

// validate asks the Validators of what was sent: texts are those of each value that comes by name.
func (p *input) validate(ctx context.Context, r *schema.Reader, in unsafe.Pointer, texts [][]string) error {
	form := slices.ContainsFunc(texts[len(p.params):], func(t []string) bool { return len(t) > 0 })
	if p.body.members != nil && !form {
		if err := p.body.members.Validate(ctx, r, in); err != nil {
			return err
		}
	}
	if p.body.whole != nil {
		if err := p.body.whole.Validate(ctx, r, unsafe.Add(in, p.body.offset)); err != nil {
			return err
		}
	}
	for i, sent := range texts {
		if len(sent) == 0 {
			continue
		}
		q := p.byName(i)
		if err := q.Validate(ctx, r, unsafe.Add(in, q.offset)); err != nil {
			return err
		}
	}
	for _, s := range p.checks {
		if err := r.Judge(s.value(in).Interface().(schema.Validator).Validate(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// gather puts the texts of all parameters into the scratch.
func (p *input) gather(c *Call) {
	texts, r := c.s.texts, c.s.req
	for i := range p.params {
		switch q := &p.params[i]; q.In {
		case "path":
			texts[i] = append(texts[i], c.s.values[q.path])
		case "header":
			texts[i] = append(texts[i], r.Header[q.Name]...)
			for _, alias := range q.Aliases {
				texts[i] = append(texts[i], r.Header[alias]...)
			}
		}
	}
	if p.asks && r.URL.RawQuery != "" {
		p.gatherQuery(c)
	}
	if p.cookie {
		for _, line := range r.Header["Cookie"] {
			p.gatherCookies(c, line)
		}
	}
}

// gatherQuery walks the query once, without a map.
func (p *input) gatherQuery(c *Call) {
	escaped := strings.IndexByte(c.s.req.URL.RawQuery, '%') >= 0 || strings.IndexByte(c.s.req.URL.RawQuery, '+') >= 0
	next := 0
	for q := c.s.req.URL.RawQuery; q != ""; {
		var pair string
		pair, q, _ = strings.Cut(q, "&")
		k, v, _ := strings.Cut(pair, "=")
		ok := true
		if escaped {
			k, ok = unescapeQuery(k, &c.s.chunk)
		}
		var i int
		var member string
		if i, next, member = p.findQuery(k, next); !ok || i < 0 {
			continue
		}
		if escaped {
			if v, ok = unescapeQuery(v, &c.s.chunk); !ok {
				text, _ := schema.English.Text("escape")
				c.s.reader.Report(Fault{In: "query", Name: k, Code: "escape", Detail: text})
				continue
			}
		}
		if member != "" || next == 0 && p.params[i].Deep() {
			c.s.texts[i] = append(c.s.texts[i], member)
		}
		c.s.texts[i] = append(c.s.texts[i], v)
	}
}

// findQuery finds the parameter of the query with the name k, and what member of it an object is given. Most clients
// send the parameters in their order: next is the place of the one that is expected.
func (p *input) findQuery(k string, next int) (i, at int, member string) {
	for n := next; n < len(p.query); n++ {
		if p.query[n].name == k {
			return p.query[n].i, n + 1, ""
		}
	}
	if i = p.find("query", k); i < 0 || p.params[i].Deep() {
		i, member = p.findDeep(k)
	}
	return i, 0, member
}

// findDeep finds the object that a name such as filter[status] gives a member.
func (p *input) findDeep(k string) (i int, member string) {
	name, member, ok := strings.Cut(k, "[")
	member, closed := strings.CutSuffix(member, "]")
	if !ok || !closed {
		return -1, ""
	}
	if i = p.find("query", name); i < 0 || !p.params[i].Deep() {
		return -1, ""
	}
	return i, member
}

func (p *input) find(in, name string) int {
	for i := range p.params {
		if q := &p.params[i]; q.Name == name && q.In == in {
			return i
		}
	}
	if p.aliased {
		return slices.IndexFunc(p.params, func(q param) bool { return q.In == in && slices.Contains(q.Aliases, name) })
	}
	return -1
}

// gatherCookies takes the first cookie of each name, which is the one of the most specific path.
func (p *input) gatherCookies(c *Call, line string) {
	for line != "" {
		var pair string
		pair, line, _ = strings.Cut(line, ";")
		name, value, _ := strings.Cut(textproto.TrimString(pair), "=")
		if i := p.find("cookie", name); i >= 0 && len(c.s.texts[i]) == 0 {
			c.s.texts[i] = append(c.s.texts[i], strings.Trim(value, `"`))
		}
	}
}

// steps names what happens before the handler, for people.
func (p *input) steps() (l []string) {
	for _, s := range p.inject {
		l = append(l, s.t.String())
	}
	for _, s := range p.loads {
		l = append(l, "load "+s.t.String())
	}
	return l
}
