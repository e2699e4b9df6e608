package schema

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unsafe"
)

// A Codec is the plan of a struct type as code, which meta generate --codecs prints. It reads and writes the same as the
// plan, which goes on to be used for what the code leaves to it, and in its place once the type is not as it was.
type Codec struct {
	Type   string                                              // "example.org/shop/user.SignupInput"
	Print  uint64                                              // of the type as it was; see Layout
	Read   func(r *Reader, o *Object, at unsafe.Pointer) error // nil leaves it to the plan, as Append
	Append func(w *Writer, o *Object, b []byte, at unsafe.Pointer) []byte
}

// codecs are those that generated code has registered.
var codecs = struct {
	sync.Mutex
	byType map[string]*Codec
}{byType: map[string]*Codec{}}

// Register makes codecs known, for plans that are made from then on. Generated code calls it as the program starts.
func Register(l ...Codec) {
	codecs.Lock()
	defer codecs.Unlock()
	for i := range l {
		codecs.byType[l[i].Type] = &l[i]
	}
}

// findCodec sets the code of an object, if there is some that is still right.
func (o *Object) findCodec() {
	codecs.Lock()
	c := codecs.byType[codecName(o.t)]
	codecs.Unlock()
	if c != nil && o.fitsCodec() && c.Print == o.print() {
		o.code = c
	}
}

// Coded tells whether generated code reads and writes the object.
func (o *Object) Coded() bool { return o.code != nil }

// codecName is a type as codecs name it, "" for one without a name.
func codecName(t reflect.Type) string {
	if t.Name() == "" {
		return ""
	}
	return t.PkgPath() + "." + t.Name()
}

// fitsCodec tells an object that codecs are made for: the set of its members is a word.
func (o *Object) fitsCodec() bool { return codecName(o.t) != "" && o.words == 1 && len(o.members) > 0 }

// print is the fingerprint of what a codec has of the type: names, places and types of its members, and which of them
// outputs leave out. Rules are not among it, because codecs ask the plan for them.
func (o *Object) print() uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %v\n", codecVersion, o.rest != nil)
	for i := range o.members {
		fmt.Fprintf(h, "%v %s\n", o.members[i].layout(), o.members[i].node.t)
	}
	return binary.BigEndian.Uint64(h.Sum(nil))
}

// codecVersion changes with what codecs may rely on.
const codecVersion = 1

// always tells a member that outputs never leave out.
func (m *Member) always() bool {
	return !m.writeOnly && !m.omitEmpty && !m.omitZero && m.node.kind != nullable
}

// A Layout is what a codec is printed from.
type Layout struct {
	Package, Type string // import path and name
	Print         uint64
	Members       []MemberLayout
	Rest          bool // it keeps members that are not declared
	Read, Written bool // inputs and outputs have it
}

// A MemberLayout is what a codec knows about a member.
type MemberLayout struct {
	Field    string
	Key      string // "name":
	Offset   uintptr
	Size     uintptr
	Type     string // in Go, of a value that the codec reads or writes itself
	Reads    bool   // the codec reads the value itself, and does not leave it to the plan
	Writes   bool   // it writes the value itself
	ReadOnly bool   // inputs ignore it
	Always   bool   // outputs never leave it out
}

// direct is the Go type of a value that codecs read or write themselves as a value of the kind k, "" for one that they
// leave to the plan.
func (n *node) direct(k kind) string {
	if n.enum != nil {
		return ""
	}
	switch k {
	case instant:
		return "time.Time"
	case str, boolean:
		return n.t.Kind().String()
	case signed, float:
		if n.size == 8 {
			return n.t.Kind().String()
		}
	}
	return ""
}

// layout tells what a codec is to know about the member. The node of a type that holds itself may not be finished: it is
// none of those that codecs read or write themselves.
func (m *Member) layout() MemberLayout {
	n := m.node
	in, out := n.direct(n.kind), n.direct(n.out)
	return MemberLayout{
		Field: m.Field, Key: m.key, Offset: m.offset, Size: n.size, Type: cmp.Or(in, out),
		Reads: in != "" && n.kind != instant, Writes: out != "", ReadOnly: m.readOnly, Always: m.always(),
	}
}

// layout tells what a codec is to know about the object.
func (o *Object) layout() Layout {
	l := Layout{Package: o.t.PkgPath(), Type: o.t.Name(), Print: o.print(), Rest: o.rest != nil}
	for i := range o.members {
		l.Members = append(l.Members, o.members[i].layout())
	}
	return l
}

// Layouts lists the layouts of the plan's type and of all that it holds, those of types without a name left out.
func (p *Plan) Layouts() []Layout { return layoutsOf(p.n) }

// Layouts lists the layouts of the object and of all that its members hold.
func (o *Object) Layouts() []Layout { return layoutsOf(&node{kind: object, obj: o}) }

func layoutsOf(n *node) (l []Layout) {
	n.some(func(n *node) bool {
		if n.obj != nil && n.obj.fitsCodec() {
			l = append(l, n.obj.layout())
		}
		return false
	}, map[*node]bool{})
	slices.SortFunc(l, func(a, b Layout) int {
		return strings.Compare(a.Package+"."+a.Type, b.Package+"."+b.Type)
	})
	return slices.CompactFunc(l, func(a, b Layout) bool {
		return a.Package == b.Package && a.Type == b.Type && a.Print == b.Print
	})
}
