package schema

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Durations are written as RFC 3339 has it in its appendix A, after ISO 8601: P1DT2H30M1.5S. A day has 24 hours; months
// and years are not taken, since nobody knows how long they are. A negative duration has a sign before it, which JSON
// Schema's format does not have: requests cannot send one. Neither has it fractions of a second, which are taken all the
// same.

// parseDuration reads a duration.
func parseDuration(s string) (time.Duration, bool) {
	negative := strings.HasPrefix(s, "-")
	s, ok := strings.CutPrefix(strings.TrimPrefix(s, "-"), "P")
	if !ok {
		return 0, false
	}
	if weeks, ok := strings.CutSuffix(s, "W"); ok {
		n, ok := durationPart(weeks, 7*24*time.Hour, false)
		return signedDuration(n, negative), ok
	}
	date, clock, timed := strings.Cut(s, "T")
	if timed && clock == "" || !timed && date == "" {
		return 0, false
	}
	total, rest := time.Duration(0), clock
	for _, part := range []struct {
		text *string
		mark string
		unit time.Duration
	}{{&date, "D", 24 * time.Hour}, {&rest, "H", time.Hour}, {&rest, "M", time.Minute}, {&rest, "S", time.Second}} {
		number, after, found := strings.Cut(*part.text, part.mark)
		if !found {
			continue
		}
		n, ok := durationPart(number, part.unit, part.mark == "S")
		if !ok || total > math.MaxInt64-n {
			return 0, false
		}
		*part.text = after
		total += n
	}
	return signedDuration(total, negative), date == "" && rest == ""
}

func signedDuration(d time.Duration, negative bool) time.Duration {
	if negative {
		return -d
	}
	return d
}

// durationPart is a number of units; only seconds may have a fraction, of nine digits at the most.
func durationPart(number string, unit time.Duration, fraction bool) (time.Duration, bool) {
	whole, decimals, fractional := strings.Cut(number, ".")
	if whole == "" || strings.Trim(whole+decimals, "0123456789") != "" || fractional && (!fraction || decimals == "" || len(decimals) > 9) {
		return 0, false
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n > math.MaxInt64/int64(unit) {
		return 0, false
	}
	d := time.Duration(n) * unit
	if fractional {
		nanos, _ := strconv.ParseInt((decimals + "00000000")[:9], 10, 64)
		if d > math.MaxInt64-time.Duration(nanos) {
			return 0, false
		}
		d += time.Duration(nanos)
	}
	return d, true
}

// appendDuration writes a duration in hours, minutes and seconds, as time.Duration's own text has them.
func appendDuration(b []byte, d time.Duration) []byte {
	if d < 0 {
		b = append(b, '-')
	}
	b = append(b, "PT"...)
	n := uint64(d)
	if d < 0 {
		n = -n
	}
	hours, minutes, nanos := n/uint64(time.Hour), n/uint64(time.Minute)%60, n%uint64(time.Minute)
	if hours > 0 {
		b = append(strconv.AppendUint(b, hours, 10), 'H')
	}
	if minutes > 0 || hours > 0 && nanos > 0 { // the grammar leaves no unit out between others
		b = append(strconv.AppendUint(b, minutes, 10), 'M')
	}
	if nanos == 0 && n > 0 {
		return b
	}
	b = strconv.AppendUint(b, nanos/uint64(time.Second), 10)
	if rest := nanos % uint64(time.Second); rest > 0 {
		decimals := strconv.FormatUint(rest+uint64(time.Second), 10)[1:]
		b = append(append(b, '.'), strings.TrimRight(decimals, "0")...)
	}
	return append(b, 'S')
}
