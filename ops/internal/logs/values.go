package logs

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// Values are how often requests have each value.
type Values struct {
	Method       Counts `json:"method"`
	Level        Counts `json:"level"`
	Status       Counts `json:"status"`
	RequestType  Counts `json:"request_type"`
	ResponseType Counts `json:"response_type"`
}

// Counts are how often there is each of some values. As JSON it is an object, the most frequent value first.
type Counts map[string]int64

// MarshalJSON writes the object.
func (c Counts) MarshalJSON() ([]byte, error) {
	names := make([]string, 0, len(c))
	for name := range c {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(c[b], c[a]), cmp.Compare(a, b)) })
	var b bytes.Buffer
	for i, name := range names {
		b.WriteByte("{,"[min(i, 1)])
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.WriteString(strconv.FormatInt(c[name], 10))
	}
	if len(names) == 0 {
		b.WriteByte('{')
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// as is the sum under one name, {} for none.
func (c Counts) as(name string) Counts {
	sum := Counts{}
	for _, n := range c {
		sum[name] += n
	}
	return sum
}

// valuesBudget is for looking at all rows, and newest is how many are looked at otherwise.
const (
	valuesBudget = 2 * time.Second
	newest       = "100000"
)

func (r *reader) values(ctx context.Context, in *ServiceFilter) (*wire.Answer[*Values], error) {
	if in.Admin == nil {
		in.Admin = new(false)
	}
	s, err := r.served(ctx, in)
	if err != nil {
		return nil, err
	}
	const columns = "method, level, status, request_type, response_type"
	var v *Values
	from, key := "ops_log"+s.where.String(), "values"+s.where.key()
	_, over := r.slow.get(key)
	if !over {
		over, err = within(ctx, valuesBudget, func(ctx context.Context) (err error) {
			v, err = r.valuesOf(ctx, "SELECT "+columns+", count(*) FROM "+from+" GROUP BY "+columns, s.where.args)
			return err
		})
	}
	if over {
		r.slow.put(key, struct{}{})
		err = limited(ctx, func(ctx context.Context) (err error) {
			from = "(SELECT " + columns + " FROM " + from + order{"time", true}.String() + " LIMIT " + newest + ") AS newest"
			v, err = r.valuesOf(ctx, "SELECT "+columns+", count(*) FROM "+from+" GROUP BY "+columns, s.where.args)
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	return wire.OK(v), nil
}

// valuesOf adds up the combinations of values that a query tells.
func (r *reader) valuesOf(ctx context.Context, query string, args []any) (*Values, error) {
	v := &Values{Counts{}, Counts{}, Counts{}, Counts{}, Counts{}}
	err := r.each(ctx, query, args, func(scan store.Scan) error {
		var method string
		var status, requestType, responseType *string
		var level, n int64
		if err := scan(&method, &level, &status, &requestType, &responseType, &n); err != nil {
			return err
		}
		v.Method[method] += n
		v.Level[levelName(level)] += n
		for _, one := range []struct {
			in   Counts
			name *string
		}{{v.Status, status}, {v.RequestType, requestType}, {v.ResponseType, responseType}} {
			if one.name != nil {
				one.in[*one.name] += n
			}
		}
		return nil
	})
	return v, err
}
