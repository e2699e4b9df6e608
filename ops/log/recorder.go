package log

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
)

// A Recorder is the record of one request in the making, and the writer of its answer. Its memory is never used for
// another request: handlers may keep their context, and with it the recorder.
type Recorder struct {
	api.Link
	log    *Log
	w      http.ResponseWriter
	r      *http.Request
	begun  time.Time
	body   requestBody
	own    bool // the request is for the Operations API
	target *target
	values []string // of the path's parameters, if one of them is a secret
	user   any
	grant  *grant.Grant

	status   int
	length   int64
	expected int64 // bytes of the answer's body, -1 while not known
	result   *buffer
	hijacked bool

	mu      sync.Mutex // what follows is reached from any goroutine that has the context
	over    bool
	logged  atomic.Int32 // a Level; it is written under mu
	queries statements
	masker  *mask.Masker
	more    *more // nil for most requests
}

// more is what few requests have.
type more struct {
	trace    trace
	outgoing [][]byte
	seeded   *int64 // how much of the body the masker has seen, nil for nothing at all
}

// extra is what few requests have, made when it is needed.
func (rec *Recorder) extra() *more {
	if rec.more == nil {
		rec.more = &more{}
	}
	return rec.more
}

// sent lists the requests that this one caused.
func (rec *Recorder) sent() [][]byte {
	if rec.more == nil {
		return nil
	}
	return rec.more.outgoing
}

type recorderKey struct{}

// recorderOf is the record of the request that ctx belongs to, nil for none.
func recorderOf(ctx context.Context) *Recorder {
	if rec, ok := api.Attached[*Recorder](ctx); ok {
		return rec
	}
	rec, _ := ctx.Value(recorderKey{}).(*Recorder)
	return rec
}

// Handler records the requests that next answers. Those of the Operations API itself are told by own, and recorded only
// if they fail.
func (l *Log) Handler(next http.Handler, own func(*http.Request) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := l.begin(w, r)
		rec.own = own(r)
		defer rec.close()
		next.ServeHTTP(rec, r)
	})
}

// Around is Handler for a handler that is not of this framework: the record is found by the context of its requests.
func (l *Log) Around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := l.begin(w, r)
		rec.r = r.WithContext(context.WithValue(r.Context(), recorderKey{}, rec))
		defer rec.close()
		next.ServeHTTP(rec, rec.r)
	})
}

func (l *Log) begin(w http.ResponseWriter, r *http.Request) *Recorder {
	rec := &Recorder{log: l, w: w, r: r, begun: time.Now(), expected: -1}
	if r.Body != nil && r.Body != http.NoBody {
		rec.body.ReadCloser, rec.body.rec = r.Body, rec
		r.Body = &rec.body
	}
	return rec
}

// close ends the record when the handler has returned, or panics.
func (rec *Recorder) close() {
	rec.finish()
	rec.release()
}

// BeforeWrite looks at the call before its first byte is written: whose it is, and what for.
func (rec *Recorder) BeforeWrite(c *api.Call) error {
	ctx := c.Context()
	if rec.target = rec.log.targets[c.Endpoint()]; rec.target != nil && rec.target.secrets != nil {
		rec.values = c.PathValues()
	}
	rec.user = auth.Known(ctx)
	if rec.own {
		rec.grant = grant.Of(ctx)
		rec.timing(c)
	}
	return nil
}

// logOptions is the header by which a supervisor says how its calls are recorded.
const logOptions = "X-Utilmeta-Log-Options"

// asked tells whether a supervisor asks for something in the record of its call.
func (rec *Recorder) asked(option string) bool {
	if rec.grant == nil || rec.grant.Kind != grant.Supervisor {
		return false
	}
	for word := range strings.SplitSeq(rec.r.Header.Get(logOptions), ",") {
		if strings.TrimSpace(word) == option {
			return true
		}
	}
	return false
}

func (rec *Recorder) timing(c *api.Call) {
	if rec.asked("timing") || rec.asked("server-timing") {
		c.Header().Set("Server-Timing", fmt.Sprintf("total;dur=%.2f;ts=%.3f", float64(time.Since(rec.begun).Microseconds())/1e3, float64(time.Now().UnixMilli())/1e3))
	}
}

// Header is that of the answer.
func (rec *Recorder) Header() http.Header { return rec.w.Header() }

// WriteHeader notes the status.
func (rec *Recorder) WriteHeader(status int) {
	if status >= 200 && rec.status == 0 {
		rec.status = status
		if l := rec.w.Header()["Content-Length"]; len(l) == 1 {
			if n, err := strconv.ParseInt(l[0], 10, 64); err == nil {
				rec.expected = n
			}
		}
	}
	rec.w.WriteHeader(status)
}

// Write notes how much is written, and keeps it if the record needs it. The record is complete before the last byte of
// the answer is on its way.
func (rec *Recorder) Write(b []byte) (int, error) {
	if rec.status == 0 {
		rec.WriteHeader(http.StatusOK)
	}
	if rec.r.Method != http.MethodHead {
		rec.length += int64(len(b))
		if rec.level() >= rec.log.options.StoreResultLevel && !rec.own {
			rec.keep(b)
		}
		if rec.length == rec.expected {
			rec.finish()
		}
	}
	return rec.w.Write(b)
}

// keep adds to what is stored of the answer.
func (rec *Recorder) keep(b []byte) {
	if rec.result == nil {
		rec.result = takeBuffer()
	}
	rec.result.write(b, rec.log.options.MaxBody)
}

// level is that of the request so far: the more serious of what was logged and what its status says.
func (rec *Recorder) level() Level {
	return max(Level(rec.logged.Load()), levelOf(rec.status))
}

func levelOf(status int) Level {
	switch {
	case status == 0 || status >= 500:
		return Error
	case status >= 400:
		return Warn
	}
	return Info
}

// release gives buffers back once nobody writes into them.
func (rec *Recorder) release() {
	if rec.body.kept == nil && rec.result == nil {
		return
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.body.kept.release()
	rec.result.release()
	rec.body.kept, rec.result, rec.masker = nil, nil, nil
}
