// Package log records requests: what came, what was answered, how long it took, what was logged meanwhile and what it
// asked of databases and of other services. A record is on disk before the last byte of its answer goes out, and in the
// store a little later; see the packages spill and store. A request never waits for either.
package log

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Level is how serious a record is.
type Level int8

// The levels.
const (
	Debug Level = iota + 1
	Info
	Warn
	Error
	Never // above all: for what shall not be stored
)

// String is the level's name in answers.
func (l Level) String() string {
	if l < Debug || l > Error {
		return "NEVER"
	}
	return [...]string{"DEBUG", "INFO", "WARN", "ERROR"}[l-Debug]
}

// Stored is the level's number in the store, where DEBUG is 0.
func (l Level) Stored() int64 { return int64(l - Debug) }

// Options say which requests are recorded and how much of them. The zero value has the defaults that stand here.
type Options struct {
	// From which level on bodies of requests, bodies of answers, and headers are stored: Info in development, Warn in
	// production.
	StoreDataLevel    Level
	StoreResultLevel  Level
	StoreHeadersLevel Level

	// PersistLevel and PersistDuration say which records are kept until they are of MaxRetention: those of that level
	// or above, Warn, and those of requests that took that long, 5 s. The others are volatile, and kept for
	// VolatileMaintain, 7 days; unless NotVolatile says that none is.
	PersistLevel     Level
	PersistDuration  time.Duration
	VolatileMaintain time.Duration
	NotVolatile      bool

	// Requests that are left out unless they fail or something is logged meanwhile: those with one of the methods
	// (OPTIONS, HEAD, TRACE and CONNECT; an empty list leaves out none), answered with one of the statuses, or with one
	// of the headers.
	ExcludeMethods         []string
	ExcludeStatuses        []int
	ExcludeRequestHeaders  []string
	ExcludeResponseHeaders []string

	// HideAddress and HideUser keep who made a request from everybody who reads the log.
	HideAddress bool
	HideUser    bool

	// MaxBody is how many bytes of a body are stored at most: 64 KiB. Of a longer one nothing but its size is.
	MaxBody int

	// Retention keeps records of a level for a time of its own, MaxBytes all of them within that size, the oldest going
	// first.
	Retention map[Level]time.Duration
	MaxBytes  int64

	// SpillDir is the folder for records that are not in the store yet; .meta/spill beside the store's SQLite file, or
	// in the working directory. SpillBytes is how much it may hold: 256 MiB. Above it the oldest are lost, and counted.
	SpillDir   string
	SpillBytes int64

	// KeepDefault leaves slog's default logger alone. Otherwise what is logged through it while a request is served
	// becomes part of the request's record, and secrets in what it prints are hidden.
	KeepDefault bool

	// ManyQueries is how often one statement may run within a request before the record is marked as one with a query
	// for each row: 10.
	ManyQueries int
}

// filled has the defaults.
func (o Options) filled(production bool) Options {
	stored := Info
	if production {
		stored = Warn
	}
	for _, level := range []*Level{&o.StoreDataLevel, &o.StoreResultLevel, &o.StoreHeadersLevel} {
		if *level == 0 {
			*level = stored
		}
	}
	if o.PersistLevel == 0 {
		o.PersistLevel = Warn
	}
	if o.PersistDuration == 0 {
		o.PersistDuration = 5 * time.Second
	}
	if o.VolatileMaintain == 0 {
		o.VolatileMaintain = 7 * 24 * time.Hour
	}
	if o.ExcludeMethods == nil {
		o.ExcludeMethods = []string{http.MethodOptions, http.MethodHead, http.MethodTrace, http.MethodConnect}
	}
	if o.MaxBody == 0 {
		o.MaxBody = 64 << 10
	}
	if o.ManyQueries == 0 {
		o.ManyQueries = 10
	}
	o.ExcludeMethods = mapped(o.ExcludeMethods, strings.ToUpper)
	o.ExcludeRequestHeaders = mapped(o.ExcludeRequestHeaders, http.CanonicalHeaderKey)
	o.ExcludeResponseHeaders = mapped(o.ExcludeResponseHeaders, http.CanonicalHeaderKey)
	return o
}

func mapped(l []string, f func(string) string) []string {
	out := make([]string, len(l))
	for i, s := range l {
		out[i] = f(s)
	}
	return out
}

// Check reports everything that is wrong with the options.
func (o Options) Check() error {
	var errs []error
	fail := func(format string, a ...any) { errs = append(errs, fmt.Errorf("Log."+format, a...)) }
	for name, level := range map[string]Level{
		"StoreDataLevel": o.StoreDataLevel, "StoreResultLevel": o.StoreResultLevel, "StoreHeadersLevel": o.StoreHeadersLevel, "PersistLevel": o.PersistLevel,
	} {
		if level < 0 || level > Never {
			fail("%s is %d: take one of log.Debug, log.Info, log.Warn, log.Error, log.Never", name, level)
		}
	}
	for name, d := range map[string]time.Duration{"PersistDuration": o.PersistDuration, "VolatileMaintain": o.VolatileMaintain} {
		if d < 0 {
			fail("%s is %v: it cannot be negative", name, d)
		}
	}
	for _, m := range o.ExcludeMethods {
		if m == "" || strings.ContainsFunc(m, func(r rune) bool { return r <= ' ' || r > '~' }) {
			fail("ExcludeMethods: %q is no method: write it as HEAD", m)
		}
	}
	for _, s := range o.ExcludeStatuses {
		if s < 100 || s > 599 {
			fail("ExcludeStatuses: %d is no status", s)
		}
	}
	for _, h := range slices.Concat(o.ExcludeRequestHeaders, o.ExcludeResponseHeaders) {
		if h == "" || strings.ContainsAny(h, " :\t\r\n") {
			fail("exclusion of headers: %q is no name of a header", h)
		}
	}
	for level, d := range o.Retention {
		if level < Debug || level > Error || d <= 0 {
			fail("Retention: %v for the level %v: levels are log.Debug to log.Error, times above zero", d, level)
		}
	}
	if o.MaxBody < 0 || o.MaxBody > 4<<20 {
		fail("MaxBody is %d: it is between 0 and 4 MiB", o.MaxBody)
	}
	if o.MaxBytes < 0 || o.SpillBytes < 0 || o.ManyQueries < 0 {
		fail("MaxBytes, SpillBytes, ManyQueries: they cannot be negative")
	}
	return errors.Join(errs...)
}
