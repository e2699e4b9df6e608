package log

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
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
	put := &inserter{ctx: ctx, tx: tx, copies: s.Postgres(), shared: f.shared()}
	if err := put.all(logColumns, len(b.records), func(i int, args []any) []any { return f.row(&b.records[i], log+int64(i), args) }); err != nil {
		return err
	}
	var details []int
	for i := range b.records {
		if b.records[i].Detail != "" {
			details = append(details, i)
		}
	}
	err = put.all(detailColumns, len(details), func(i int, args []any) []any {
		return append(args, log+int64(details[i]), clean(b.records[details[i]].Detail))
	})
	if err != nil {
		return err
	}
	err = put.all(requestColumns, len(b.outgoing), func(i int, args []any) []any { return b.outgoing[i].row(request+int64(i), log, args) })
	if err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		clear(f.endpoints) // those of this transaction are not there
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

// columns are those of a table; the first ones have the same values in all rows of a batch.
type columns struct {
	table string
	same  []string
	names []string
	texts map[int]string // statements by their number of rows
}

func newColumns(table string, same, names []string) *columns {
	c := &columns{table: table, same: same, names: names, texts: map[int]string{}}
	for _, rows := range batchSizes {
		c.texts[rows] = c.insert(rows)
	}
	return c
}

// pid is the process, under which its rows are stored.
var pid = int64(os.Getpid())

var (
	shared     = []string{"service", "node_id", "instance_id", "worker_id", "worker_pid"}
	logColumns = newColumns("ops_log", shared, []string{
		"id", "time", "duration", "level", "status", "endpoint", "method", "path", "query", "host", "tls", "user_id", "ip", "public", "user_agent",
		"request_type", "response_type", "length", "in_traffic", "out_traffic", "queries", "access_token_id", "volatile",
	})
	requestColumns = newColumns("ops_request_log", shared, []string{
		"id", "context_id", "time", "duration", "status", "method", "scheme", "host", "path", "full_url", "request_type", "response_type", "length",
		"failure", "volatile", "content",
	})
	detailColumns = newColumns("ops_log_detail", nil, []string{"id", "content"})
)

// shared are the values of the shared columns.
func (f *flusher) shared() []any {
	c := &f.log.config
	return []any{c.Service, optional(c.Node()), nil, nil, pid}
}

func (f *flusher) row(r *record, id int64, args []any) []any {
	ip, public := origin(r.Address)
	return append(args, id, r.Time, r.Duration, r.Level.Stored(), store.Optional(int64(r.Status)), store.Optional(f.endpoints[r.Endpoint]),
		strings.ToLower(clean(r.Method)), clean(r.Path), optional(r.Query), optional(r.Host), flag(r.TLS), optional(r.UserID), ip, flag(public), optional(r.UserAgent),
		optional(r.RequestType), optional(r.ResponseType), r.Length, r.In, r.Out, int64(r.Queries), store.Optional(r.AccessToken), flag(r.Volatile))
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

// An inserter puts many rows into tables.
type inserter struct {
	ctx    context.Context
	tx     *sql.Tx
	copies bool // by COPY
	shared []any
	args   []any
}

// all puts n rows into a table; row appends the values of one to args.
func (p *inserter) all(c *columns, n int, row func(i int, args []any) []any) error {
	if n == 0 {
		return nil
	}
	if p.copies {
		return p.copy(c, n, row)
	}
	for i := 0; i < n; {
		size := batchSizes[len(batchSizes)-1]
		for _, size = range batchSizes {
			if n-i >= size {
				break
			}
		}
		p.args = append(p.args[:0], p.shared[:len(c.same)]...)
		for range size {
			p.args = row(i, p.args)
			i++
		}
		if _, err := p.tx.ExecContext(p.ctx, c.texts[size], p.args...); err != nil {
			return fmt.Errorf("%s: %w", c.table, err)
		}
	}
	return nil
}

// batchSizes are how many rows a statement has: few different ones, which are prepared once.
var batchSizes = []int{50, 10, 1}

// insert is a statement for that many rows, whose shared values are given once.
func (c *columns) insert(rows int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + c.table + " (" + c.list() + ") VALUES ")
	next := len(c.same)
	for i := range rows {
		b.WriteString([]string{", (", "("}[flag(i == 0)])
		for j := range len(c.same) + len(c.names) {
			if j > 0 {
				b.WriteByte(',')
			}
			n := j + 1
			if j >= len(c.same) {
				next++
				n = next
			}
			b.WriteString("?" + strconv.Itoa(n))
		}
		b.WriteByte(')')
	}
	return b.String()
}

func (c *columns) list() string {
	return strings.Join(append(c.same[:len(c.same):len(c.same)], c.names...), ", ")
}

// copy is the way of PostgreSQL.
func (p *inserter) copy(c *columns, n int, row func(i int, args []any) []any) error {
	stmt, err := p.tx.PrepareContext(p.ctx, "COPY "+c.table+" ("+c.list()+") FROM STDIN")
	if err != nil {
		return err
	}
	defer stmt.Close()
	for i := range n {
		p.args = row(i, append(p.args[:0], p.shared[:len(c.same)]...))
		if _, err := stmt.ExecContext(p.ctx, p.args...); err != nil {
			return fmt.Errorf("%s: %w", c.table, err)
		}
	}
	if _, err := stmt.ExecContext(p.ctx); err != nil {
		return fmt.Errorf("%s: %w", c.table, err)
	}
	return nil
}
