package log

import (
	"context"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

// statements counts what a request asks of databases. The first text has no map, for most requests have one.
type statements struct {
	total  int
	failed int
	took   time.Duration
	first  string
	firsts int
	others map[string]int
}

// maxTexts is how many different statements of a request are told apart.
const maxTexts = 50

func (s *statements) add(st db.Statement) {
	s.total++
	s.took += st.Took
	if st.Err != nil {
		s.failed++
	}
	switch {
	case s.firsts == 0 || s.first == st.Query:
		s.first, s.firsts = st.Query, s.firsts+1
		return
	case s.others == nil:
		s.others = map[string]int{}
	}
	if _, known := s.others[st.Query]; known || len(s.others) < maxTexts {
		s.others[st.Query]++
	}
}

// A repeated statement ran often within one request: once for each row of another, most of the time.
type repeated struct {
	Query string `json:"query"`
	Count int    `json:"count"`
}

// repeated lists statements that ran that often or more.
func (s *statements) repeated(often int) (l []repeated) {
	if s.firsts >= often {
		l = append(l, repeated{s.first, s.firsts})
	}
	for text, n := range s.others {
		if n >= often {
			l = append(l, repeated{text, n})
		}
	}
	return l
}

// Observe counts a statement for the request of ctx. It is a db.Observer.
func (l *Log) Observe(ctx context.Context, s db.Statement) {
	rec := recorderOf(ctx)
	if rec == nil {
		return
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if !rec.over {
		rec.queries.add(s)
	}
}
