package api

import (
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/utilmeta/utilmeta-go/framework/internal/router"
	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// scratch is what requests take in turns. Nothing in it that is written again may be reached from an input, an output or
// a problem that somebody else gets.
type scratch struct {
	req     *http.Request // as it is now
	out     []byte
	reader  schema.Reader
	writer  schema.Writer
	values  []string   // of the path's parameters
	texts   [][]string // of every parameter, then of every field of a form
	wrong   []bool     // of every parameter
	chunk   chunk      // unescaped texts are cut from it
	problem Problem    // of a request that is not valid, where nobody but the framework gets it
	status  int
	items   int          // of an answer that is a list
	typ     []string     // Content-Type of the answer
	form    string       // media type that the client wants, of an output with several
	after   []func()     // what to do once the request is answered
	around  http.Header  // what middleware has set for any answer
	read    bool         // parameters or a body have been read
	asked   bool         // attachments were asked before the first byte
	written bool         // the answer is on its way
	running atomic.Int32 // how many of what is below run: the handler with the reading before it, what middleware goes around
	crossed bool         // middleware of others went around: it may hold on to the call
	closed  atomic.Bool  // the chain has returned
}

const (
	maxPooled = 64 << 10 // bytes of a buffer that is kept
	maxTexts  = 64       // of a parameter, likewise
)

// scratchOf finds the scratch of a visit, with place for what the endpoint reads by name.
func (e *Endpoint) scratchOf(v *router.Visit) *scratch {
	s, _ := v.Keep.(*scratch)
	if s == nil {
		s = &scratch{out: make([]byte, 0, 512)}
		v.Keep = s
	}
	n := e.plan.named()
	s.texts = slices.Grow(s.texts[:0], n)[:n]
	s.wrong = slices.Grow(s.wrong[:0], n)[:n]
	return s
}

func (s *scratch) reset() {
	s.req, s.around, s.values = nil, nil, nil
	s.status, s.items, s.typ, s.form, s.asked, s.written = 0, 0, nil, "", false, false
	if s.out = s.out[:0]; cap(s.out) > maxPooled {
		s.out = nil
	}
	if !s.read {
		return
	}
	s.read = false
	if s.problem.Errors != nil {
		s.problem = Problem{}
	}
	s.reader.Reset()
	clear(s.wrong)
	for i, t := range s.texts {
		if len(t) == 1 {
			t[0] = ""
		} else {
			clear(t)
		}
		if s.texts[i] = t[:0]; cap(t) > maxTexts {
			s.texts[i] = nil
		}
	}
}
