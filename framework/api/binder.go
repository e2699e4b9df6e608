package api

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"strings"
	"sync"
	"unsafe"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// A Binder is the reading of an input's parameters as code, which meta generate --codecs prints. It reads them as long as
// nothing is wrong with them, as the plan does, and is not used once the type is not as it was; see schema.Codec.
type Binder struct {
	Type  string // "example.org/shop/user.ListInput"
	Print uint64 // of the type as it was
	Bind  func(p *Params, at unsafe.Pointer) (ok bool)
}

var binders = struct {
	sync.Mutex
	byType map[string]*Binder
}{byType: map[string]*Binder{}}

// Register makes binders known, for APIs that are mounted from then on. Generated code calls it as the program starts.
func Register(l ...Binder) {
	binders.Lock()
	defer binders.Unlock()
	for i := range l {
		binders.byType[l[i].Type] = &l[i]
	}
}

// findBinder sets the code that reads the parameters, if there is some that is still right.
func (p *input) findBinder() {
	if p.plainly == nil || p.t.Name() == "" {
		return
	}
	binders.Lock()
	b := binders.byType[p.t.PkgPath()+"."+p.t.Name()]
	binders.Unlock()
	if b != nil && b.Print == p.binder().Print {
		p.plainly.bind = b.Bind
	}
}

// binder tells what a binder is printed from.
func (p *input) binder() *schema.BinderLayout {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d\n", binderVersion)
	l := &schema.BinderLayout{}
	for i := range p.params {
		q := p.params[i].Layout(p.params[i].offset)
		l.Params = append(l.Params, q)
		fmt.Fprintf(h, "%v %s\n", q, p.params[i].Type())
	}
	l.Print = binary.BigEndian.Uint64(h.Sum(nil))
	return l
}

// binderVersion changes with what binders may rely on.
const binderVersion = 1

// Params are the parameters of a request on their way into an input, for a Binder. They are named by their place in the
// declaration.
type Params struct {
	call  *Call
	plain *plainParams
	in    unsafe.Pointer
	rest  string // of the query
	seen  uint64
	wrong bool // the long way has to tell why
}

// run has the parameters of the call read into the input at in.
func (p *Params) run(c *Call, plain *plainParams, in unsafe.Pointer) bool {
	*p = Params{call: c, plain: plain, in: in, rest: c.s.req.URL.RawQuery}
	ok := plain.bind(p, in)
	*p = Params{}
	return ok
}

// Ahead goes over the name of a parameter of the query, if it is next: name=
func (p *Params) Ahead(name string) bool {
	if !strings.HasPrefix(p.rest, name) {
		return false
	}
	p.rest = p.rest[len(name):]
	return true
}

// Query reads what is left of the query, and sets what it does not have; read is whether that was all of it.
func (p *Params) Query(read bool) (ok bool) {
	return !p.wrong && p.plain.readQuery(p.call, p.in, p.rest, p.seen)
}

// String reads a parameter into v.
func (p *Params) String(param int, v *string) (ok bool) {
	q := &p.plain.all[param]
	text, there := p.take(q)
	return p.fine(!there || q.ReadString(&p.call.s.reader, v, text))
}

// Int reads a parameter into v.
func (p *Params) Int(param int, v *int) (ok bool) {
	q := &p.plain.all[param]
	text, there := p.take(q)
	return p.fine(!there || q.ReadInt(&p.call.s.reader, v, text))
}

// Int64 reads a parameter into v.
func (p *Params) Int64(param int, v *int64) (ok bool) {
	q := &p.plain.all[param]
	text, there := p.take(q)
	return p.fine(!there || q.ReadInt64(&p.call.s.reader, v, text))
}

// Value reads a parameter by the plan, into its place.
func (p *Params) Value(param int) (ok bool) {
	q := &p.plain.all[param]
	text, there := p.take(q)
	return p.fine(!there || q.Read(&p.call.s.reader, unsafe.Add(p.in, q.offset), text))
}

// fine notes what is not.
func (p *Params) fine(ok bool) bool {
	p.wrong = p.wrong || !ok
	return !p.wrong
}

// take finds the text of a parameter: of the query the one that is next. Of a header that is not there it is not.
func (p *Params) take(q *plainParam) (text string, there bool) {
	switch q.in {
	case inPath:
		return p.call.s.values[q.path], true
	case inHeader:
		switch v := p.call.s.req.Header[q.name]; len(v) {
		case 0:
			p.wrong = p.wrong || !q.Absent(unsafe.Add(p.in, q.offset))
			return "", false
		case 1:
			return v[0], true
		}
		p.wrong = true
		return "", false
	}
	p.wrong = p.wrong || p.seen&q.bit != 0
	p.seen |= q.bit
	text, rest, ok := value(p.rest, &p.call.s.chunk)
	p.rest = rest
	p.wrong = p.wrong || !ok
	return text, true
}
