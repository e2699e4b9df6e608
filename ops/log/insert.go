package log

import (
	"context"
	"database/sql"
	"encoding/json"
	"os"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/store"
)

// insert stores a batch in one transaction, once: its name is stored with it.
func (f *flusher) insert(ctx context.Context, b *batch) (err error) {
	s := f.log.config.Store
	if !s.Postgres() {
		ctx = context.WithoutCancel(ctx) // the driver has a goroutine for each statement that could be cancelled
	}
	tx, err := s.DB().SQL().BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // refused once it is committed
	defer func() {
		if err != nil {
			clear(f.endpoints) // those of this transaction are not there
		}
	}()
	fresh, err := f.claim(ctx, tx, b.name)
	if err != nil || !fresh {
		return err
	}
	if err := f.know(ctx, tx, b.idents()); err != nil {
		return err
	}
	log, err := take(ctx, tx, "log", len(b.records))
	if err != nil {
		return err
	}
	request, err := take(ctx, tx, "request_log", len(b.outgoing))
	if err != nil {
		return err
	}
	put := &inserter{ctx: ctx, tx: tx, copies: s.Postgres()}
	if err := put.all(logColumns, f.alike(b.records), func(i int, args []any) []any { return row(&b.records[i], log+int64(i), args) }); err != nil {
		return err
	}
	detailed := rows{indexes: b.detailed()}
	err = put.all(detailColumns, []rows{detailed}, func(i int, args []any) []any { return append(args, log+int64(i), clean(b.records[i].Detail)) })
	if err != nil {
		return err
	}
	sent := rows{same: f.shared(), indexes: count(len(b.outgoing))}
	err = put.all(requestColumns, []rows{sent}, func(i int, args []any) []any { return b.outgoing[i].row(request+int64(i), log, args) })
	if err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	f.done = nil
	return nil
}

// claim notes that the segment is stored, and tells whether it was not before. Names of segments that are gone are
// forgotten.
func (f *flusher) claim(ctx context.Context, tx *sql.Tx, name string) (fresh bool, err error) {
	for _, done := range f.done {
		if _, err := tx.ExecContext(ctx, "DELETE FROM ops_spill WHERE name = $1", done); err != nil {
			return false, err
		}
	}
	res, err := tx.ExecContext(ctx, "INSERT INTO ops_spill (name, time) VALUES ($1, $2) ON CONFLICT DO NOTHING", name, time.Now().UnixMicro())
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// know finds the keys of endpoints.
func (f *flusher) know(ctx context.Context, tx *sql.Tx, idents map[string]string) error {
	for ident, ref := range idents {
		if _, known := f.endpoints[ident]; known {
			continue
		}
		var id int64
		err := tx.QueryRowContext(ctx, `INSERT INTO ops_endpoint (service, ident, ref) VALUES ($1, $2, $3)
ON CONFLICT (service, ident) DO UPDATE SET ref = excluded.ref RETURNING id`, f.log.config.Service, clean(ident), clean(ref)).Scan(&id)
		if err != nil {
			return err
		}
		f.endpoints[ident] = id
	}
	return nil
}

// take takes n ids, and returns the first.
func take(ctx context.Context, tx *sql.Tx, sequence string, n int) (first int64, err error) {
	if n == 0 {
		return 0, nil
	}
	err = tx.QueryRowContext(ctx, "UPDATE ops_sequence SET next = next + $1 WHERE name = $2 RETURNING next", n, sequence).Scan(&first)
	return first - int64(n), err
}

// shared are the values that all rows of a batch have.
func (f *flusher) shared() []any {
	c := &f.log.config
	return []any{c.Service, optional(c.Node()), nil, nil, pid}
}

// pid is the process, under which its rows are stored.
var pid = int64(os.Getpid())

// rows are some of a table that have the same values in its first columns: they are given once for a statement.
type rows struct {
	same    []any
	indexes []int
}

// count is the indexes of n rows.
func count(n int) []int {
	l := make([]int, n)
	for i := range l {
		l[i] = i
	}
	return l
}

// likeness is what many requests have in common.
type likeness struct {
	level                     Level
	status                    int
	endpoint, method, host    string
	requestType, responseType string
	tls, volatile             bool
}

// alike groups records by what they have in common.
func (f *flusher) alike(records []record) []rows {
	var groups []rows
	places := map[likeness]int{}
	shared := f.shared()
	for i := range records {
		r := &records[i]
		key := likeness{r.Level, r.Status, r.Endpoint, r.Method, r.Host, r.RequestType, r.ResponseType, r.TLS, r.Volatile}
		at, known := places[key]
		if !known {
			at = len(groups)
			places[key] = at
			groups = append(groups, rows{same: append(shared[:len(shared):len(shared)], r.Level.Stored(), store.Optional(int64(r.Status)), store.Optional(f.endpoints[r.Endpoint]),
				strings.ToLower(clean(r.Method)), optional(r.Host), optional(r.RequestType), optional(r.ResponseType), flag(r.TLS), flag(r.Volatile))})
		}
		groups[at].indexes = append(groups[at].indexes, i)
	}
	return groups
}

// row is what a record has of its own.
func row(r *record, id int64, args []any) []any {
	ip, public := origin(r.Address)
	return append(args, id, r.Time, r.Duration, clean(r.Path), optional(r.Query), optional(r.UserID), ip, flag(public), optional(r.UserAgent),
		r.Length, r.In, r.Out, int64(r.Queries), store.Optional(r.AccessToken))
}

// row has under context_id the record of the request that caused it; first is the id of the first of the batch.
func (o *sent) row(id, first int64, args []any) []any {
	var cause any
	if o.cause >= 0 {
		cause = first + int64(o.cause)
	}
	var content any
	if o.Content != nil {
		text, err := json.Marshal(o.Content)
		if err == nil {
			content = clean(string(text))
		}
	}
	return append(args, id, cause, o.Time, o.Duration, store.Optional(int64(o.Status)), strings.ToLower(clean(o.Method)), o.Scheme, clean(o.Host), clean(o.Path),
		clean(o.FullURL), optional(o.RequestType), optional(o.ResponseType), o.Length, int64(o.Failure), flag(o.Volatile), content)
}
