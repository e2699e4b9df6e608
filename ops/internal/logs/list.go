package logs

import (
	"context"
	"strconv"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// A selection is what a list is made of.
type selection struct {
	*table
	where   *where
	columns string
}

// A cursor is the last row of a page, by what it is ordered by.
type cursor struct{ value, id int64 }

// A place is where a page begins: how many rows of which list stand before it.
type place struct {
	list  string
	begin int64
}

// maxSkipped is how many rows a page may pass over.
const maxSkipped = 1_000_000

// list reads a page, each row by read, and counts the rows of all pages.
func list[Row any](ctx context.Context, r *reader, s *selection, p *Page, read func(*Row, store.Scan) error) (rows []Row, count int64, err error) {
	o := s.order(p.Order)
	here := place{s.name + o.String() + s.where.key(), p.begin()}
	from, follows := r.cursors.get(here)
	w, skip := s.where, here.begin
	switch {
	case follows:
		w, skip = o.after(w, from), 0
	case skip > maxSkipped:
		return nil, 0, api.BadRequest("too_far", "the page begins behind more than %d rows: narrow the time, by time_gte and time_lte or by start and end", maxSkipped)
	}
	err = limited(ctx, func(ctx context.Context) (err error) {
		var last cursor
		if s.table == serviceLog && o == (order{"duration", true}) { // a full page of slow ones is that of all
			rows, last, err = page(ctx, r, s, w.with(slowest), o, p.size(), skip, read)
		}
		if err == nil && int64(len(rows)) < p.size() {
			rows, last, err = page(ctx, r, s, w, o, p.size(), skip, read)
		}
		if err == nil && int64(len(rows)) == p.size() {
			r.cursors.put(place{here.list, here.begin + p.size()}, last)
		}
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	if n := int64(len(rows)); n < p.size() && !follows && (n > 0 || skip == 0) { // it is the last page
		return rows, skip + n, nil
	}
	count, err = r.count(ctx, s)
	return rows, count, err
}

// page reads rows that fit, after those that it skips.
func page[Row any](ctx context.Context, r *reader, s *selection, w *where, o order, size, skip int64, read func(*Row, store.Scan) error) (rows []Row, last cursor, err error) {
	query := "SELECT id, " + o.column + ", " + s.columns + " FROM " + s.name + w.String() + o.String() + " LIMIT " + strconv.FormatInt(size, 10)
	args := w.args
	if skip > 0 {
		query += " OFFSET ?"
		args = append(args[:len(args):len(args)], skip)
	}
	rows = make([]Row, 0, size)
	err = r.each(ctx, query, args, func(scan store.Scan) error {
		var row Row
		if err := read(&row, func(dest ...any) error { return scan(append([]any{&last.id, &last.value}, dest...)...) }); err != nil {
			return err
		}
		rows = append(rows, row)
		return nil
	})
	return rows, last, err
}
