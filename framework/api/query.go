package api

import (
	"net/url"
	"unsafe"
)

// A chunk is memory that texts of many requests are cut from. No byte of it is written twice, so that texts stay as they
// are for as long as somebody has them.
type chunk []byte

const chunkSize = 1 << 10

// unescapeQuery resolves the escapes of a name or a value of a query.
func unescapeQuery(s string, from *chunk) (string, bool) {
	plain := 0
	for plain < len(s) && s[plain] != '%' && s[plain] != '+' {
		plain++
	}
	if plain == len(s) {
		return s, true
	}
	if len(s) > chunkSize/4 {
		u, err := url.QueryUnescape(s)
		return u, err == nil
	}
	if cap(*from)-len(*from) < len(s) {
		*from = make([]byte, 0, chunkSize)
	}
	start := len(*from)
	b := (*from)[start : start+len(s)]
	n := copy(b, s[:plain])
	for i := plain; i < len(s); i, n = i+1, n+1 {
		c := s[i]
		switch c {
		case '+':
			c = ' '
		case '%':
			if i+2 >= len(s) {
				return "", false
			}
			high, low := unhex(s[i+1]), unhex(s[i+2])
			if high > 15 || low > 15 {
				return "", false
			}
			c = high<<4 | low
			i += 2
		}
		b[n] = c
	}
	*from = (*from)[:start+n]
	return unsafe.String(unsafe.SliceData(b), n), true
}

// unhex is what a hexadecimal digit stands for, 255 for none.
func unhex(c byte) byte {
	switch {
	case c-'0' <= 9:
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 255
}
