package schema

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"
)

func TestTimesAreWrittenAsEncodingJSONDoes(t *testing.T) {
	same := func(at time.Time) {
		t.Helper()
		want, err := json.Marshal(at)
		got, ok := appendTime(nil, at)
		if ok != (err == nil) || ok && string(got) != string(want) {
			t.Fatalf("%v: got %s, %v, want %s, %v", at, got, ok, want, err)
		}
	}
	for day := int64(firstSecond); day < lastSecond; day += secondsOfDay {
		y, m, d := time.Unix(day, 0).UTC().Date()
		if year, month, of := civil(uint32((day - firstSecond) / secondsOfDay)); year != uint32(y) || month != uint32(m) || of != uint32(d) {
			t.Fatalf("%d-%d-%d is taken for %d-%d-%d", y, m, d, year, month, of)
		}
	}
	same(time.Unix(firstSecond, 0).UTC())
	same(time.Unix(firstSecond-1, 999).UTC())
	same(time.Unix(lastSecond, 999_999_999).UTC())
	same(time.Unix(lastSecond+1, 0).UTC())
	same(time.Time{})
	zone := time.FixedZone("", -3*3600-1800)
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		at := time.Unix(random.Int64N(lastSecond-firstSecond)+firstSecond, random.Int64N(1e9))
		same(at.UTC())
		same(at.In(zone))
		same(at.Local())
	}
}
