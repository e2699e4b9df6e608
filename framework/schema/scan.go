package schema

import (
	"errors"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// Errors of the scanner. A wrong type leaves the position before the value, so that it can be skipped.
var (
	errSyntax = errors.New("not valid JSON")
	errType   = errors.New("wrong JSON type")
	errDepth  = errors.New("nested too deep")
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

// plain tells how many of the first bytes, eight at a time, are neither quote, backslash nor control.
func plain(b []byte, i int) int {
	for i+8 <= len(b) {
		w := *(*uint64)(unsafe.Pointer(&b[i]))
		q, e := w^(ones*'"'), w^(ones*'\\')
		if ((q-ones)&^q|(e-ones)&^e|(w-ones*0x20)&^w)&highs != 0 {
			break
		}
		i += 8
	}
	return i
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

// number finds the end of a number and tells whether it has neither fraction nor exponent.
func (s *scanner) number() (text []byte, whole bool, err error) {
	if c := s.space(); c != '-' && c-'0' > 9 {
		return nil, false, s.mismatch()
	}
	b, from, i := s.b, s.i, s.i
	if b[i] == '-' {
		i++
	}
	digits := i
	i = skipDigits(b, i)
	if i == digits || b[digits] == '0' && i > digits+1 {
		return nil, false, errSyntax
	}
	whole = true
	if i < len(b) && b[i] == '.' {
		whole = false
		fraction := i + 1
		if i = skipDigits(b, fraction); i == fraction {
			return nil, false, errSyntax
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		whole = false
		if i++; i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		exponent := i
		if i = skipDigits(b, i); i == exponent {
			return nil, false, errSyntax
		}
	}
	s.i = i
	return b[from:i], whole, nil
}

func skipDigits(b []byte, i int) int {
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	return i
}

var pow10 = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

// parseFloat reads a JSON number. A mantissa under 2^53 with few decimals is exact by one division.
func parseFloat(n []byte) (float64, bool) {
	if len(n) <= 17 {
		var mantissa uint64
		decimals, dot := 0, false
		for _, c := range n {
			switch {
			case c-'0' <= 9:
				mantissa = mantissa*10 + uint64(c-'0')
				if dot {
					decimals++
				}
			case c == '.':
				dot = true
			case c != '-':
				return parseFloatSlow(n)
			}
		}
		if mantissa < 1<<53 {
			f := float64(mantissa) / pow10[decimals]
			if n[0] == '-' {
				f = -f
			}
			return f, true
		}
	}
	return parseFloatSlow(n)
}

func parseFloatSlow(n []byte) (float64, bool) {
	f, err := strconv.ParseFloat(unsafe.String(unsafe.SliceData(n), len(n)), 64)
	return f, err == nil && !math.IsInf(f, 0)
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

// skip passes over any value.
func (s *scanner) skip() error {
	switch c := s.space(); c {
	case '"':
		_, err := s.str()
		return err
	case '{', '[':
		return s.skipMembers(c)
	case 't', 'f':
		_, err := s.boolean()
		return err
	case 'n':
		return s.word("null")
	}
	_, _, err := s.number()
	if err == errType {
		err = errSyntax
	}
	return err
}

func (s *scanner) skipMembers(c byte) error {
	if err := s.open(c); err != nil {
		return err
	}
	end := c + 2 // '{' to '}', '[' to ']'
	if s.empty(end) {
		return nil
	}
	for {
		if c == '{' {
			if _, err := s.key(); err != nil {
				return err
			}
		}
		if err := s.skip(); err != nil {
			return err
		}
		if more, err := s.next(end); err != nil || !more {
			return err
		}
	}
}

// end tells whether nothing is left.
func (s *scanner) end() error {
	if s.space(); s.i != len(s.b) {
		return errSyntax
	}
	return nil
}
