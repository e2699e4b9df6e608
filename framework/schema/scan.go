package schema

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// Errors of the scanner. A wrong type leaves the position before the value, so that it can be skipped.
var (
	errSyntax = errors.New("not valid JSON")
	errType   = errors.New("wrong JSON type")
	errDepth  = errors.New("nested too deep")
	errSize   = errors.New("takes too much memory")
)

// scanner goes through one JSON text. Its bytes are private to the request and never written again: strings
// without escapes share them.
type scanner struct {
	b     []byte
	i     int
	depth int
	limit int  // of depth
	copy  bool // strings get memory of their own, or one of them would keep a large body
}

// space passes over white space and returns the next byte, 0 at the end.
func (s *scanner) space() byte {
	b, i := s.b, s.i
	for i < len(b) {
		c := b[i]
		if c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			s.i = i
			return c
		}
		i++
	}
	s.i = i
	return 0
}

// open passes over the first byte of an object or a list and goes one level down.
func (s *scanner) open(c byte) error {
	if s.space() != c {
		return s.mismatch()
	}
	if s.depth++; s.depth > s.limit {
		return errDepth
	}
	s.i++
	return nil
}

// empty passes over the closing byte of an object or a list without members.
func (s *scanner) empty(end byte) bool {
	if s.space() != end {
		return false
	}
	s.i++
	s.depth--
	return true
}

// next passes over what follows a member: true after a comma, false after the closing byte.
func (s *scanner) next(end byte) (bool, error) {
	switch s.space() {
	case ',':
		s.i++
		return true, nil
	case end:
		s.i++
		s.depth--
		return false, nil
	}
	return false, errSyntax
}

// mismatch tells a value of another type from no value at all.
func (s *scanner) mismatch() error {
	switch c := s.space(); {
	case c == '"', c == '{', c == '[', c == '-', c-'0' <= 9, c == 't', c == 'f', c == 'n':
		return errType
	}
	return errSyntax
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
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

// key reads a member's name and the colon behind it.
func (s *scanner) key() (string, error) {
	if s.space() != '"' {
		return "", errSyntax
	}
	k, err := s.str()
	if err == nil {
		if s.space() != ':' {
			return "", errSyntax
		}
		s.i++
	}
	return k, err
}

// boolean reads true or false.
func (s *scanner) boolean() (bool, error) {
	switch s.space() {
	case 't':
		return true, s.word("true")
	case 'f':
		return false, s.word("false")
	}
	return false, s.mismatch()
}

// null passes over null, if it is next.
func (s *scanner) null() (bool, error) {
	if s.space() != 'n' {
		return false, nil
	}
	return true, s.word("null")
}

func (s *scanner) word(w string) error {
	if len(s.b)-s.i < len(w) || string(s.b[s.i:s.i+len(w)]) != w {
		return errSyntax
	}
	s.i += len(w)
	return nil
}

// end tells whether nothing is left.
func (s *scanner) end() error {
	if s.space(); s.i != len(s.b) {
		return errSyntax
	}
	return nil
}
