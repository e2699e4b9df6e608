package api

import (
	"context"
	"net/http"
	"reflect"
	"slices"
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
