package logs

import (
	"context"
	"strconv"

	"github.com/utilmeta/utilmeta-go/ops/store"
)

// A sample is made of blocks of rows that follow one another, at equal distances.
const (
	blocks = 200
	block  = 50
)

// sampled is about the sum of a value over the rows between two ids that fit: those of a sample stand for all. Of few
// rows it is exact.
func sampled(ctx context.Context, s *store.Store, of *table, value string, w *where, first, last int64) (int64, error) {
	all := last - first + 1
	distance := max(all/blocks, block)
	fit := w.with("id BETWEEN start AND start + " + strconv.Itoa(block-1))
	query := "SELECT sum((SELECT sum(" + value + ") FROM " + of.name + fit.String() + `)) FROM (
WITH RECURSIVE block(start) AS (SELECT CAST(? AS bigint) UNION ALL SELECT start + ? FROM block WHERE start + ? <= ?) SELECT start FROM block) AS blocks`
	n, err := number(ctx, s, query, append(fit.args, first, distance, distance, last)...)
	seen := min((all+distance-1)/distance*block, all)
	return int64(float64(n) * float64(all) / float64(seen)), err
}
