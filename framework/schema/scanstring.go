package schema

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// plain finds the first quote, backslash or control from i on, looking at eight bytes at a time: that of the last few
// bytes is left to the caller.
func plain(b []byte, i int) int {
	for i+8 <= len(b) {
		w := load64(b, i)
		q, e := w^(ones*'"'), w^(ones*'\\')
		if found := ((q-ones)&^q | (e-ones)&^e | (w-ones*0x20)&^w) & highs; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
		i += 8
	}
	return i
}

// validUTF8 is utf8.Valid for text that is mostly ASCII.
func validUTF8(b []byte) bool {
	for i := 0; i < len(b); {
		switch {
		case i+8 <= len(b) && load64(b, i)&highs == 0:
			i += 8
		case b[i] < utf8.RuneSelf:
			i++
		default:
			r, n := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && n == 1 {
				return false
			}
			i += n
		}
	}
	return true
}

// load64 takes the eight bytes at i, which must be there, the first as the lowest.
func load64(b []byte, i int) uint64 {
	return binary.LittleEndian.Uint64(b[i:])
}

// str reads a string.
func (s *scanner) str() (string, error) {
	if s.space() != '"' {
		return "", s.mismatch()
	}
	b, from := s.b, s.i+1
	for i := plain(b, from); i < len(b); i++ {
		switch c := b[i]; {
		case c == '"':
			s.i = i + 1
			if s.copy {
				return string(b[from:i]), nil
			}
			return unsafe.String(unsafe.SliceData(b[from:]), i-from), nil
		case c == '\\':
			return s.escaped(from, i)
		case c < 0x20:
			return "", errSyntax
		}
	}
	return "", errSyntax
}

// escaped reads the rest of a string that has a backslash at i.
func (s *scanner) escaped(from, i int) (string, error) {
	b := s.b
	out := append(make([]byte, 0, i-from+32), b[from:i]...)
	for i < len(b) {
		switch c := b[i]; {
		case c == '"':
			s.i = i + 1
			return unsafe.String(unsafe.SliceData(out), len(out)), nil
		case c < 0x20:
			return "", errSyntax
		case c != '\\':
			out = append(out, c)
			i++
		default:
			var ok bool
			if out, i, ok = unescape(out, b, i+1); !ok {
				return "", errSyntax
			}
		}
	}
	return "", errSyntax
}

// unescape appends what the escape at b[i], behind its backslash, stands for.
func unescape(out, b []byte, i int) ([]byte, int, bool) {
	if i >= len(b) {
		return out, i, false
	}
	switch c := b[i]; c {
	case '"', '\\', '/':
		return append(out, c), i + 1, true
	case 'b':
		return append(out, '\b'), i + 1, true
	case 'f':
		return append(out, '\f'), i + 1, true
	case 'n':
		return append(out, '\n'), i + 1, true
	case 'r':
		return append(out, '\r'), i + 1, true
	case 't':
		return append(out, '\t'), i + 1, true
	case 'u':
		r, ok := hex4(b, i+1)
		i += 5
		if utf16.IsSurrogate(r) {
			low := rune(-1)
			if i+1 < len(b) && b[i] == '\\' && b[i+1] == 'u' {
				low, _ = hex4(b, i+2)
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				i += 6
			}
		}
		return utf8.AppendRune(out, r), i, ok
	}
	return out, i, false
}

func hex4(b []byte, i int) (rune, bool) {
	if i+4 > len(b) {
		return -1, false
	}
	var r rune
	for _, c := range b[i : i+4] {
		switch {
		case c-'0' <= 9:
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return -1, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
