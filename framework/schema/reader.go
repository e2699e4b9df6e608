package schema

import (
	"math"
	"strconv"
	"strings"
)

// Bounds of a document that no declaration can widen.
const (
	maxDepth   = 64
	maxFaults  = 100
	maxPointer = 1 << 10  // bytes of a fault's pointer
	maxKey     = 128      // bytes of a name that the client chose, in a pointer
	copyAbove  = 64 << 10 // bytes of a document above which strings do not share its memory
)

// What lists and maps of a document may take: a few bytes of JSON can ask for a struct of any size.
const (
	baseBudget    = 8 << 20
	budgetPerByte = 32
	mapCost       = 64 // of a map, and of an entry besides its value
)

// spend takes bytes from the budget of the document.
func (r *Reader) spend(bytes int) error {
	if r.budget -= bytes; r.budget < 0 {
		return errSize
	}
	return nil
}

// A Reader reads values and gathers what is wrong with them. It may be used again after Reset; what was read
// never points into it.
type Reader struct {
	Faults []Fault
	Copy   bool // strings get memory of their own instead of sharing the document's
	Side   Side // of the document; Request if not set

	count  int    // of faults, those too that Faults has no place for
	taken  int    // how many faults were taken last
	quiet  bool   // faults are counted and not kept
	budget int    // bytes that lists and maps may still take
	in     string // of the faults to come, with name: "path", "query", "header", "cookie"
	name   string
	s      scanner
	texts  []string // lists of strings are cut from it
}

// A Side is where a document comes from, which decides what of a type it holds and how it is judged.
type Side uint8

const (
	// Request is a document that a client sent: members that only outputs show are ignored, all rules hold.
	Request Side = iota
	// Answer is a document that this side wrote: members that only inputs take are ignored, the rules of values hold.
	Answer
	// Received is an answer that a server wrote, to whose rules it is left. It may be of any size.
	Received
)

// Reset forgets everything.
func (r *Reader) Reset() {
	clear(r.Faults)
	*r = Reader{Faults: r.Faults[:0], taken: r.taken}
}

// Take gives the faults away, for somebody who keeps them.
func (r *Reader) Take() []Fault {
	faults := r.Faults
	r.Faults, r.taken = nil, len(faults)
	return faults
}

// fault reports a fault of the value that is being read; whoever called for the value puts it in its place.
func (r *Reader) fault(code string, args ...any) {
	if r.quiet || len(r.Faults) > maxFaults {
		r.count++ // nobody reads the text, which takes time to make
		return
	}
	r.Report(Fault{In: r.in, Name: r.name, Code: code, Detail: english(code, args...), Args: args})
}

func english(code string, args ...any) string {
	text, _ := English.Text(code, args...)
	return text
}

// Report adds a fault, unless there are too many already.
func (r *Reader) Report(f Fault) {
	r.count++
	switch n := len(r.Faults); {
	case n < maxFaults:
		*r.place() = f
	case n == maxFaults:
		r.Faults = append(r.Faults, Fault{Code: "faults", Detail: english("faults")})
	}
}

// place makes place for one more fault.
func (r *Reader) place() *Fault {
	if r.Faults == nil {
		r.Faults = make([]Fault, 0, max(r.taken, 1))
	}
	r.Faults = append(r.Faults, Fault{})
	return &r.Faults[len(r.Faults)-1]
}

// under puts the faults since the nth under a member or an item. A pointer that grows too long ends at what holds
// the value.
func (r *Reader) under(n int, pointer string) {
	for i := n; i < len(r.Faults) && i < maxFaults; i++ {
		if f := &r.Faults[i]; len(pointer)+len(f.Pointer) <= maxPointer {
			if f.Pointer == "" {
				f.Pointer = pointer
			} else {
				f.Pointer = pointer + f.Pointer
			}
		} else {
			f.Pointer = pointer
		}
	}
}

// underKey puts the faults since the nth under a member whose name the client chose.
func (r *Reader) underKey(n int, name string) {
	if len(r.Faults) > n {
		if len(name) > maxKey {
			name = strings.ToValidUTF8(name[:maxKey], "") + "…"
		}
		r.under(n, "/"+escapePointer(name))
	}
}

func (r *Reader) underItem(n, item int) { r.under(n, "/"+strconv.Itoa(item)) }

// begin starts on a document. Its bytes must stay as they are for as long as what is read from it lives.
func (r *Reader) begin(doc []byte) {
	r.in, r.name = "", ""
	r.s = scanner{b: doc, limit: maxDepth, copy: r.Copy || len(doc) > copyAbove}
	r.budget = baseBudget + budgetPerByte*len(doc)
	if r.Side != Request {
		r.budget, r.s.limit = math.MaxInt, maxWriteDepth
	}
}

// document reads a whole document with read. It is false when the document is no JSON at all: then that is the
// only fault.
func (r *Reader) document(doc []byte, read func() error) bool {
	r.begin(doc)
	before := len(r.Faults)
	if !validUTF8(doc) {
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
	switch err {
	case errDepth:
		r.fault("depth", maxDepth)
		return true
	case errSize:
		r.fault("size")
		return true
	}
	r.fault("syntax", r.s.i+1)
	return false
}

// wrongType reports a value of the wrong type, if that is what err says, and passes over it.
func (r *Reader) wrongType(err error, n *node) error {
	if err != errType {
		return err
	}
	if r.s.space() == 'n' {
		if r.Side == Received {
			return r.s.word("null")
		}
		r.fault("null")
	} else {
		r.fault("type", n.wants()...)
	}
	return r.s.skip()
}
