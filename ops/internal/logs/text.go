package logs

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/log"
)

// layouts are those of times; those without a zone are in that of this machine.
var layouts = []string{
	time.RFC3339, "2006-01-02 15:04:05Z07:00", time.DateTime, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly,
}

// parseTime reads a time as microseconds since 1970: one of RFC 3339; a date with or without a time of day; or a number
// of seconds since 1970, of milliseconds if it is above 100,000,000,000. An equals sign before it is of a name such as
// time>=.
func parseTime(text string) (micros int64, err error) {
	text = strings.TrimSpace(strings.TrimPrefix(text, "="))
	if seconds, err := strconv.ParseFloat(text, 64); err == nil && math.Abs(seconds) < 1e14 {
		if math.Abs(seconds) > 1e11 {
			seconds /= 1000
		}
		return int64(math.Round(seconds * 1e6)), nil
	}
	if zone := len(text) - len("+07:00"); zone >= len("2006-01-02T15:04") && text[zone] == ' ' {
		text = text[:zone] + "+" + text[zone+1:] // a plus sign that a client has not escaped
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t.UnixMicro(), nil
		}
	}
	return 0, errors.New("no time: write it as 2006-01-02T15:04:05Z, 2006-01-02 15:04:05, 2006-01-02 or seconds since 1970")
}

// parseLevel reads the name of a level, in any case.
func parseLevel(text string) (log.Level, error) {
	for level := log.Debug; level <= log.Error; level++ {
		if strings.EqualFold(level.String(), text) {
			return level, nil
		}
	}
	return 0, errors.New("no level: take DEBUG, INFO, WARN or ERROR")
}

// levelName is the name of the level that is stored as n.
func levelName(n int64) string { return (log.Debug + log.Level(n)).String() }
