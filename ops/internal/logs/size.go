package logs

import "context"

// overhead is about what a row takes besides its texts: numbers, headers, its place in indexes.
func overhead(postgres bool) string {
	if postgres {
		return "320"
	}
	return "160"
}

// sizes are what the rows of a table take.
type sizes struct {
	of          *table
	last        int64 // id
	rows, bytes int64
}

// shrink removes rows until the logs are within their size: of both tables the same part, of each the oldest.
func (t *Retention) shrink(ctx context.Context) (removed int64, err error) {
	for {
		var all []sizes
		var bytes int64
		for _, of := range []*table{serviceLog, requestLog} {
			s, err := t.measure(ctx, of)
			if err != nil {
				return removed, err
			}
			all, bytes = append(all, s), bytes+s.bytes
		}
		if bytes <= t.MaxBytes {
			return removed, nil
		}
		part := float64(bytes-t.MaxBytes) / float64(bytes)
		var now int64
		for _, s := range all {
			n, err := t.drop(ctx, s, int64(float64(s.rows)*part)+1)
			now += n
			if err != nil {
				return removed + now, err
			}
		}
		if removed += now; now == 0 {
			return removed, nil
		}
	}
}

// drop removes the oldest rows, volatile ones before others.
func (t *Retention) drop(ctx context.Context, s sizes, most int64) (removed int64, err error) {
	for _, term := range []string{"volatile = 1", "1 = 1"} {
		w := &where{}
		w.and(term)
		n, err := t.sweep(ctx, s.of, w, s.last, most-removed)
		if removed += n; err != nil || removed >= most {
			return removed, err
		}
	}
	return removed, nil
}

// measure finds out what a table takes, by a sample of its rows. What the files take would be no measure: they keep the
// room of removed rows, and on SQLite hold other tables too.
func (t *Retention) measure(ctx context.Context, of *table) (s sizes, err error) {
	s.of = of
	var first int64
	if first, err = number(ctx, t.Store, "SELECT id FROM "+of.name+" ORDER BY id LIMIT 1"); err != nil || first == 0 {
		return s, err
	}
	if s.last, err = number(ctx, t.Store, "SELECT id FROM "+of.name+" ORDER BY id DESC LIMIT 1"); err != nil {
		return s, err
	}
	texts := "octet_length(path) + coalesce(octet_length(query), 0) + coalesce(octet_length(user_agent), 0) + " +
		"coalesce((SELECT octet_length(content) FROM ops_log_detail WHERE ops_log_detail.id = ops_log.id), 0)"
	if of == requestLog {
		texts = "octet_length(path) + octet_length(full_url) + coalesce(octet_length(content), 0)"
	}
	if s.rows, err = sampled(ctx, t.Store, of, "1", &where{}, first, s.last); err != nil {
		return s, err
	}
	s.bytes, err = sampled(ctx, t.Store, of, texts+" + "+overhead(t.Store.Postgres()), &where{}, first, s.last)
	return s, err
}
