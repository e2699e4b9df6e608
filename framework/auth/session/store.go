package session

import (
	"context"
	"encoding/json"
	"time"
)

// A Store keeps sessions: [EntStore] in a table, [MemoryStore] in the process, [SCS] in any store of
// github.com/alexedwards/scs. Tokens arrive hashed: SHA-256, in unpadded base64 for URLs. Two more methods are optional:
//
//	Check() error // says that the store cannot work, when an API is mounted
//	Atomic(ctx context.Context, fn func(ctx context.Context) error) error // runs a change: the Find that it
//	// begins with, and what it writes, with nobody else's change to the same session in between
type Store interface {
	// Find returns the session of the token. It may return one that has ended.
	Find(ctx context.Context, token string) (r Record, found bool, err error)
	// Create adds a session. The token is new.
	Create(ctx context.Context, token string, r Record) error
	// Update replaces a session. It must not bring back one that is gone: that is found false.
	Update(ctx context.Context, token string, r Record) (found bool, err error)
	// Touch notes that a session is in use. It must not bring back one that is gone.
	Touch(ctx context.Context, token string, activity, expiry time.Time) (found bool, err error)
	// Delete removes a session, if it is there.
	Delete(ctx context.Context, token string) error
	// Purge removes the sessions that expired before now and tells how many there were.
	Purge(ctx context.Context, now time.Time) (n int, err error)
}

// A Record is a session as a Store keeps it. Times are in UTC, to the microsecond.
type Record struct {
	Data     []byte    // the values and the deadline, encoded
	Activity time.Time // of the last use, to within Config.Touch
	Expiry   time.Time // the end, unless it is used again
	Deadline time.Time // the end, however much it is used

	Values  Values         // what is in Data; set for Create and Update only
	Columns map[string]any // what Config.Columns says; set for Create and Update only
}

func (r *Record) ended(now time.Time) bool { return !now.Before(r.Expiry) }

// Values are what a session holds, as JSON. They are for reading only.
type Values map[string]json.RawMessage

// Get decodes the value into v, a pointer. It is false when there is none, or none that fits v.
func (v Values) Get(key string, into any) bool {
	raw, ok := v[key]
	return ok && json.Unmarshal(raw, into) == nil
}

// round gives a time as every database keeps it.
func round(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
