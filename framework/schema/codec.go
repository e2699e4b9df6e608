package schema

import (
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
	Type   string // "example.org/shop/user.SignupInput"
	Print  uint64 // of the type as it was; see Layout
	Read   func(r *Reader, o *Object, at unsafe.Pointer) error
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
		m := &o.members[i]
		fmt.Fprintf(h, "%s %q %d %d %s %s %v\n", m.Field, m.Name, m.offset, m.node.size, m.node.t, m.node.t.Kind(),
			[]any{m.always(), m.readOnly, m.node.direct()})
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
}

// A MemberLayout is what a codec knows about a member.
type MemberLayout struct {
	Field  string
	Key    string // "name":
	Offset uintptr
	Size   uintptr
	Type   string // of a value that codecs read and write themselves, "" for one that they leave to the plan
	Always bool   // outputs never leave it out
	Reads  bool   // inputs read it
}

// direct is the Go type of values that codecs read and write themselves, "" for those that they leave to the plan.
func (n *node) direct() string {
	if n.kind != n.out || n.enum != nil {
		return "" // the node of a type that holds itself may not be finished, and is none of these
	}
	switch n.kind {
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

// layout tells what a codec is to know about the object.
func (o *Object) layout() Layout {
	l := Layout{Package: o.t.PkgPath(), Type: o.t.Name(), Print: o.print(), Rest: o.rest != nil}
	for i := range o.members {
		m := &o.members[i]
		l.Members = append(l.Members, MemberLayout{Field: m.Field, Key: m.key, Offset: m.offset, Size: m.node.size, Type: m.node.direct(), Always: m.always(), Reads: !m.readOnly})
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
	return slices.CompactFunc(l, func(a, b Layout) bool { return a.Package == b.Package && a.Type == b.Type })
}
