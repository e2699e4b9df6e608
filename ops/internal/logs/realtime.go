package logs

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// Recent says which requests Realtime tells of.
type Recent struct {
	Within    int64    `query:"within" default:"3600" minimum:"1" maximum:"7200"` // seconds
	APIs      []string `query:"apis" maxItems:"100"`                              // idents of endpoints; none for all
	IPs       int64    `query:"ips" default:"0" minimum:"0" maximum:"1000"`       // how many of the most frequent ones are told
	Users     int64    `query:"users" default:"0" minimum:"0" maximum:"1000"`
	Endpoints int64    `query:"endpoints" default:"0" minimum:"0" maximum:"1000"`
}

// Realtime tells about the requests of the last minutes. How many a client made is told where it is asked for.
type Realtime struct {
	TimeDist  TimeDist `json:"time_dist"`
	IPDist    Counts   `json:"ip_dist,omitzero"`
	Users     Counts   `json:"users,omitzero"`
	Endpoints Counts   `json:"endpoints,omitzero"`
	AvgTime   *float64 `json:"avg_time"` // ms; null without a request
	Requests  int64    `json:"requests"`
	Errors    int64    `json:"errors"` // of the level ERROR
	UV        int64    `json:"uv"`     // users
	IP        int64    `json:"ip"`     // addresses
}

// TimeDist are the minutes in which there were requests, the earliest first.
type TimeDist struct {
	Min []int64 `json:"min"` // how many minutes ago
	UV  []int64 `json:"uv"`  // users in that minute
	IP  []int64 `json:"ip"`  // addresses in that minute
}

func (r *reader) realtime(ctx context.Context, in *Recent) (*wire.Answer[*Realtime], error) {
	r.Flush(ctx)
	now := r.Now()
	w := r.visible().with("access_token_id IS NULL")
	w.since(now.Add(-time.Duration(in.Within) * time.Second).UnixMicro())
	w.until(now.UnixMicro())
	if len(in.APIs) > 0 {
		args := make([]any, len(in.APIs))
		for i, ident := range in.APIs {
			args[i] = ident
		}
		w.and("endpoint IN (SELECT id FROM ops_endpoint WHERE ident IN (?"+strings.Repeat(", ?", len(args)-1)+"))", args...)
	}
	out := &Realtime{TimeDist: TimeDist{[]int64{}, []int64{}, []int64{}}}
	err := limited(ctx, func(ctx context.Context) error {
		if err := r.minutes(ctx, w, now, out); err != nil {
			return err
		}
		return r.top(ctx, w, in, out)
	})
	if err != nil {
		return nil, err
	}
	return wire.OK(out), nil
}

// minutes fills in what is told of each minute, and of all.
func (r *reader) minutes(ctx context.Context, w *where, now time.Time, out *Realtime) error {
	var took int64
	query := "SELECT (? - time) / 60000000 AS minute, count(DISTINCT user_id), count(DISTINCT ip), count(*), sum(duration), sum(CASE level WHEN 3 THEN 1 ELSE 0 END) FROM ops_log" +
		w.String() + " GROUP BY minute ORDER BY minute DESC"
	err := r.each(ctx, query, append([]any{now.UnixMicro()}, w.args...), func(scan store.Scan) error {
		var minute, users, ips, requests, duration, errors int64
		if err := scan(&minute, &users, &ips, &requests, &duration, &errors); err != nil {
			return err
		}
		d := &out.TimeDist
		d.Min, d.UV, d.IP = append(d.Min, minute), append(d.UV, users), append(d.IP, ips)
		out.Requests, out.Errors, took = out.Requests+requests, out.Errors+errors, took+duration
		return nil
	})
	if err != nil || out.Requests == 0 {
		return err
	}
	out.AvgTime = new(float64(took) / float64(out.Requests) / 1000)
	return r.each(ctx, "SELECT count(DISTINCT user_id), count(DISTINCT ip) FROM ops_log"+w.String(), w.args, func(scan store.Scan) error {
		return scan(&out.UV, &out.IP)
	})
}

// top fills in who made the most requests, and for what, as far as it is asked for.
func (r *reader) top(ctx context.Context, w *where, in *Recent, out *Realtime) (err error) {
	if in.IPs > 0 {
		if out.IPDist, err = r.frequent(ctx, w, "ip", in.IPs); r.HideAddress {
			out.IPDist = out.IPDist.as(hiddenAddress)
		}
	}
	if in.Users > 0 && err == nil {
		if out.Users, err = r.frequent(ctx, w, "user_id", in.Users); r.HideUser {
			out.Users = out.Users.as(hiddenUser)
		}
	}
	if in.Endpoints > 0 && err == nil {
		out.Endpoints, err = r.frequent(ctx, w, "(SELECT ident FROM ops_endpoint WHERE ops_endpoint.id = endpoint)", in.Endpoints)
	}
	return err
}

// frequent counts the rows of the most frequent values.
func (r *reader) frequent(ctx context.Context, w *where, value string, most int64) (Counts, error) {
	counts := Counts{}
	query := "SELECT " + value + " AS value, count(*) AS n FROM ops_log" + w.with(value+" IS NOT NULL").String() +
		" GROUP BY value ORDER BY n DESC, value LIMIT " + strconv.FormatInt(most, 10)
	err := r.each(ctx, query, w.args, func(scan store.Scan) error {
		var name string
		var n int64
		err := scan(&name, &n)
		counts[name] = n
		return err
	})
	return counts, err
}
