package schema

import "time"

// appendTime appends t in RFC 3339, as encoding/json does; ok is false for a year that has no four digits.
func appendTime(b []byte, t time.Time) (_ []byte, ok bool) {
	seconds := t.Unix()
	if t.Location() == time.UTC && seconds >= firstSecond && seconds <= lastSecond {
		b = appendClock(append(b, '"'), seconds)
		return append(appendFraction(b, uint32(t.Nanosecond())), 'Z', '"'), true
	}
	from := len(b)
	b = t.AppendFormat(append(b, '"'), time.RFC3339Nano)
	if b[from+1] == '-' || b[from+5] != '-' {
		return b[:from], false
	}
	return append(b, '"'), true
}

// Of the years 0 and 9999, in Unix time.
const (
	firstSecond = -719_528 * secondsOfDay
	lastSecond  = 2_932_897*secondsOfDay - 1

	secondsOfDay = 24 * 60 * 60
)

// appendClock appends date and time of a second in Unix time, from the year 0 to 9999.
func appendClock(b []byte, seconds int64) []byte {
	s := uint64(seconds - firstSecond)
	year, month, day := civil(uint32(s / secondsOfDay))
	s %= secondsOfDay
	b = append(appendTwo(appendTwo(b, year/100), year%100), '-')
	b = append(appendTwo(b, month), '-')
	b = append(appendTwo(b, day), 'T')
	b = append(appendTwo(b, uint32(s/3600)), ':')
	b = append(appendTwo(b, uint32(s/60%60)), ':')
	return appendTwo(b, uint32(s%60))
}

// civil is the date that is so many days after January 1 of the year 0. It counts years from March, so that the day of
// a leap year is the last of its year.
func civil(days uint32) (year, month, day uint32) {
	const (
		daysOf400 = 146_097
		toMarch   = 60 // of the year 0, which is a leap year
	)
	days += daysOf400 - toMarch
	era := days / daysOf400
	days -= era * daysOf400
	year = (days - days/1460 + days/36_524 - days/(daysOf400-1)) / 365
	days -= 365*year + year/4 - year/100
	fromMarch := (5*days + 2) / 153
	day = days - (153*fromMarch+2)/5 + 1
	if month = fromMarch + 3; month > 12 {
		month -= 12
		year++
	}
	return year + era*400 - 400, month, day
}

func appendTwo(b []byte, n uint32) []byte { return append(b, twoDigits[2*n], twoDigits[2*n+1]) }

const twoDigits = "00010203040506070809" + "10111213141516171819" + "20212223242526272829" + "30313233343536373839" +
	"40414243444546474849" + "50515253545556575859" + "60616263646566676869" + "70717273747576777879" +
	"80818283848586878889" + "90919293949596979899"

// appendFraction appends nanoseconds without the zeros at their end.
func appendFraction(b []byte, nanos uint32) []byte {
	if nanos == 0 {
		return b
	}
	b = append(b, '.', '0'+byte(nanos/100_000_000))
	for rest, unit := nanos%100_000_000, uint32(1_000_000); rest > 0; unit /= 100 {
		b = appendTwo(b, rest/unit)
		rest %= unit
	}
	if b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	return b
}
