package migrate

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// row is one applied migration.
type row struct {
	Version, Name, Checksum string
	AppliedAt               time.Time
	Took                    time.Duration
}

// history reads what is applied, in order of version. Without the table there is none.
func (s *session) history(ctx context.Context) (rows []row, err error) {
	var exists bool
	if err := s.conn.QueryRowContext(ctx, s.engine.tableExists(s.table())).Scan(&exists); err != nil {
		return nil, err
	}
	if !exists {
		return nil, nil
	}
	found, err := s.conn.QueryContext(ctx, "SELECT version, name, checksum, applied_at, duration_ms FROM "+s.table()+" ORDER BY version")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, found.Close()) }()
	for found.Next() {
		var (
			r  row
			ms int64
		)
		if err := found.Scan(&r.Version, &r.Name, &r.Checksum, &r.AppliedAt, &ms); err != nil {
			return nil, err
		}
		r.Took = time.Duration(ms) * time.Millisecond
		rows = append(rows, r)
	}
	return rows, found.Err()
}

func (s *session) record(ctx context.Context, r row) error {
	_, err := s.conn.ExecContext(ctx, s.engine.insert(s.table()), r.Version, r.Name, r.Checksum, r.AppliedAt, r.Took.Milliseconds())
	return err
}

// pending compares the files with the database and returns the ones to apply.
func (s *session) pending(ctx context.Context) ([]File, error) {
	rows, err := s.history(ctx)
	if err != nil {
		return nil, err
	}
	pending, err := compare(s.Files, rows)
	if err != nil {
		return nil, err
	}
	if s.AllowOutOfOrder {
		return pending, nil
	}
	return pending, inOrder(pending, s.Files, rows)
}

// compare returns the files without a row, or every reason why files and rows are not of one history.
func compare(files []File, rows []row) (pending []File, err error) {
	byVersion := make(map[string]row, len(rows))
	for _, r := range rows {
		byVersion[r.Version] = r
	}
	var (
		errs []error
		last string
	)
	for _, f := range files {
		last = max(last, f.Version)
		r, ok := byVersion[f.Version]
		switch {
		case !ok:
			pending = append(pending, f)
		case r.Checksum != f.Checksum():
			errs = append(errs, &EditedError{File: f})
		case r.Name != f.Name:
			errs = append(errs, &EditedError{File: f, WasName: r.Name})
		}
		delete(byVersion, f.Version)
	}
	var ahead []string
	for _, r := range rows {
		if _, unknown := byVersion[r.Version]; !unknown {
			continue
		}
		if r.Version > last {
			ahead = append(ahead, r.Version+"_"+r.Name)
			continue
		}
		errs = append(errs, &MissingError{Version: r.Version, Name: r.Name})
	}
	if len(ahead) > 0 {
		errs = append(errs, &AheadError{Versions: ahead})
	}
	return pending, errors.Join(errs...)
}

// inOrder refuses pending files that are older than an applied one: what they were written against is not what is
// there.
func inOrder(pending, files []File, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	newest := rows[len(rows)-1].Version
	var errs []error
	for _, f := range pending {
		if f.Version < newest {
			i := slices.IndexFunc(files, func(f File) bool { return f.Version == newest })
			errs = append(errs, &OutOfOrderError{File: f, After: files[i]})
		}
	}
	return errors.Join(errs...)
}

// statuses merges files and rows by version.
func statuses(files []File, rows []row) []Status {
	byVersion := make(map[string]row, len(rows))
	for _, r := range rows {
		byVersion[r.Version] = r
	}
	var list []Status
	for _, f := range files {
		list = append(list, Status{Version: f.Version, Name: f.Name, AppliedAt: byVersion[f.Version].AppliedAt})
		delete(byVersion, f.Version)
	}
	for _, r := range byVersion {
		list = append(list, Status{Version: r.Version, Name: r.Name, AppliedAt: r.AppliedAt, Unknown: true})
	}
	slices.SortFunc(list, func(a, b Status) int { return strings.Compare(a.Version, b.Version) })
	return list
}
