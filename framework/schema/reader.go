package schema

import (
	"strconv"
	"unicode/utf8"
)

// Bounds of a document that no declaration can widen.
const (
	maxDepth  = 64
	maxFaults = 100
	copyAbove = 64 << 10 // bytes of a document above which strings do not share its memory
)

// A Reader reads values and gathers what is wrong with them. It may be used again after Reset; what was read
// never points into it.
type Reader struct {
	Faults []Fault
	in     string // of the faults to come, with name: "path", "query", "header", "cookie"
	name   string
	s      scanner
	texts  []string // lists of strings are cut from it
}

// Reset forgets everything.
func (r *Reader) Reset() {
	clear(r.Faults)
	*r = Reader{Faults: r.Faults[:0]}
}

// fault reports a fault of the value that is being read; whoever called for the value puts it in its place.
func (r *Reader) fault(code string, args ...any) {
	r.Report(Fault{In: r.in, Name: r.name, Code: code, Detail: message(code, args), Args: args})
}

// Report adds a fault, unless there are too many already.
func (r *Reader) Report(f Fault) {
	switch n := len(r.Faults); {
	case n < maxFaults:
		r.Faults = append(r.Faults, f)
	case n == maxFaults:
		r.Faults = append(r.Faults, Fault{Code: "faults", Detail: message("faults", nil)})
	}
}

// under puts the faults since the nth under a member or an item.
func (r *Reader) under(n int, pointer string) {
	for i := n; i < len(r.Faults) && i < maxFaults; i++ {
		r.Faults[i].Pointer = pointer + r.Faults[i].Pointer
	}
}

func (r *Reader) underItem(n, item int) { r.under(n, "/"+strconv.Itoa(item)) }

// begin starts on a document. Its bytes must stay as they are for as long as what is read from it lives.
func (r *Reader) begin(doc []byte) {
	r.in, r.name = "", ""
	r.s = scanner{b: doc, limit: maxDepth, copy: len(doc) > copyAbove}
}

// document reads a whole document with read. It is false when the document is no JSON at all: then that is the
// only fault.
func (r *Reader) document(doc []byte, read func() error) bool {
	r.begin(doc)
	before := len(r.Faults)
	if !utf8.Valid(doc) {
		r.fault("encoding")
		return false
	}
	err := read()
	if err == nil {
		err = r.s.end()
	}
	if err == nil {
		return true
	}
	r.Faults = r.Faults[:min(before, len(r.Faults))]
	if err == errDepth {
		r.fault("depth", maxDepth)
		return true
	}
	r.fault("syntax")
	r.Faults[len(r.Faults)-1].Detail = "is not valid JSON at byte " + strconv.Itoa(r.s.i+1)
	return false
}

// wrongType reports a value of the wrong type, if that is what err says, and passes over it.
func (r *Reader) wrongType(err error, n *node) error {
	if err != errType {
		return err
	}
	if r.s.space() == 'n' {
		r.fault("null")
	} else {
		r.fault("type", n.wants())
	}
	return r.s.skip()
}
