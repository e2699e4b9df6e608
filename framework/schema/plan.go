package schema

import (
	"context"
	"reflect"
	"unsafe"
)

// A Plan reads, checks and writes values of one Go type. Plans are made once and used by many goroutines.
type Plan struct {
	n            *node
	limits, item *limits // of the whole value
}

// PlanOf makes the plan of t, or says everything that is wrong with its declaration. Each error is, or joins,
// *PlanError values.
func PlanOf(t reflect.Type) (*Plan, error) {
	n, err := planOf(t)
	if err != nil {
		return nil, err
	}
	return &Plan{n: n}, nil
}

// Type is the plan's Go type.
func (p *Plan) Type() reflect.Type { return p.n.t }

// Object is the plan's object, nil when the type is no struct.
func (p *Plan) Object() *Object { return p.n.obj }

// Read reads the JSON text doc into the value at v, which must be of the plan's type and zero. What is wrong
// with it is in r.Faults; ok is false when doc is no JSON at all. The bytes of doc must not change while v lives,
// unless r.Copy is set.
func (p *Plan) Read(r *Reader, doc []byte, v unsafe.Pointer) (ok bool) {
	return r.document(doc, func() error { return p.n.read(r, v, p.limits, p.item) })
}

// Validate asks every Validator in the value at v. The error is none of the value's fault.
func (p *Plan) Validate(ctx context.Context, r *Reader, v unsafe.Pointer) error {
	return p.n.validate(ctx, r, v)
}

// Append writes the value at v as JSON. What JSON cannot say, such as NaN, is written as null and told by err.
func (p *Plan) Append(b []byte, v unsafe.Pointer) (_ []byte, err error) {
	return p.AppendWith(new(Writer), b, v)
}

// AppendWith is Append with a Writer that may have been used before.
func (p *Plan) AppendWith(w *Writer, b []byte, v unsafe.Pointer) (_ []byte, err error) {
	*w = Writer{}
	if p.n.out == object {
		b = p.n.obj.append(b, v, w)
	} else {
		b = p.n.append(b, v, w)
	}
	return b, w.err
}

// AppendInput writes the value at v as an input that Read takes; see Object.AppendInput.
func (p *Plan) AppendInput(b []byte, v unsafe.Pointer) (_ []byte, err error) {
	w := Writer{input: true}
	b = p.n.append(b, v, &w)
	return b, w.err
}

// Unmarshal reads the JSON text doc into v, checks it, and returns what is wrong with it. It is what an
// endpoint does with a body, for code that has none.
func Unmarshal[T any](ctx context.Context, doc []byte, v *T) ([]Fault, error) {
	p, err := PlanOf(reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	r := Reader{Copy: true}
	if p.Read(&r, doc, unsafe.Pointer(v)); len(r.Faults) == 0 {
		err = p.Validate(ctx, &r, unsafe.Pointer(v))
	}
	return r.Faults, err
}

// Marshal writes v as JSON.
func Marshal[T any](v *T) ([]byte, error) {
	p, err := PlanOf(reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	return p.Append(nil, unsafe.Pointer(v))
}

// A Builder gathers the members of an object that stand among the other fields of a struct, as those of a body
// stand in an input.
type Builder struct {
	p *planner
	o *Object
}

// NewBuilder starts an object whose members are fields of t, or of structs in it.
func NewBuilder(t reflect.Type) *Builder {
	p := newPlanner()
	return &Builder{p, &Object{t: t, plan: p}}
}

// Add makes the field f a member. It stands offset bytes from the start of the struct, and owner is the struct
// whose model, if it embeds the marker of one, the field belongs to: the one that declares it, or that embeds that.
func (b *Builder) Add(f reflect.StructField, offset uintptr, owner reflect.Type) {
	b.o.add(f, offset, b.p.modelFor(owner))
}

// Rest makes the field f, which stands offset bytes from the start of the struct, the one that keeps members that are
// not declared; see IsRest.
func (b *Builder) Rest(f reflect.StructField, offset uintptr) { b.o.addRest(f, offset) }

// Additional reads a blank field's tag additional.
func (b *Builder) Additional(f reflect.StructField) { b.o.setAdditional(f) }

// Build finishes the object; it is nil when it has no members.
func (b *Builder) Build() (*Object, error) {
	b.o.finish()
	err := b.p.finish()
	if len(b.o.members) == 0 && b.o.rest == nil {
		return nil, err
	}
	return b.o, err
}

// Read reads the JSON text doc into the struct at v; see Plan.Read.
func (o *Object) Read(r *Reader, doc []byte, v unsafe.Pointer) (ok bool) {
	return r.document(doc, func() error {
		err := o.read(r, v)
		if err == errType {
			r.fault("type", "object")
			err = r.s.skip()
		}
		return err
	})
}

// Validate asks the Validators of the members; the struct itself is the caller's to ask.
func (o *Object) Validate(ctx context.Context, r *Reader, v unsafe.Pointer) error {
	return o.validate(ctx, r, v)
}

// AppendInput writes the struct at v as an input that Read takes: what is zero and optional, or only shown by
// outputs, is left out; secrets are in the clear.
func (o *Object) AppendInput(b []byte, v unsafe.Pointer) (_ []byte, err error) {
	w := Writer{input: true}
	b = o.append(b, v, &w)
	return b, w.err
}

// Defaults sets the members of the struct at v that are zero and have a default.
func (o *Object) Defaults(v unsafe.Pointer) {
	for i := range o.members {
		m := &o.members[i]
		p := unsafe.Add(v, m.offset)
		if m.byDefault != nil && !m.readOnly && reflect.NewAt(m.node.t, p).Elem().IsZero() {
			m.byDefault(p)
		}
	}
}

// Append writes the struct at v as an output; see Plan.Append.
func (o *Object) Append(b []byte, v unsafe.Pointer) (_ []byte, err error) {
	return o.AppendWith(new(Writer), b, v)
}

// AppendWith is Append with a Writer that may have been used before.
func (o *Object) AppendWith(w *Writer, b []byte, v unsafe.Pointer) (_ []byte, err error) {
	*w = Writer{}
	b = o.append(b, v, w)
	return b, w.err
}
