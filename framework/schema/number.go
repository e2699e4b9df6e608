package schema

import (
	"math"
	"strconv"
	"unsafe"
)

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

// integer reads a number of up to 18 digits and nothing else. It leaves any other value, whatever is wrong with it, to
// number.
func (s *scanner) integer() (v int64, ok bool) {
	s.space()
	v, end := leadingInteger(s.b, s.i)
	if end == 0 || end < len(s.b) && (s.b[end] == '.' || s.b[end]|0x20 == 'e') {
		return 0, false
	}
	s.i = end
	return v, true
}

// leadingInteger reads an integer of up to 18 digits that stands at b[i]. Its end is 0 where there is none.
func leadingInteger(b []byte, i int) (v int64, end int) {
	negative := i < len(b) && b[i] == '-'
	if negative {
		i++
	}
	from := i
	for i < len(b) && b[i]-'0' <= 9 {
		v = v*10 + int64(b[i]-'0')
		i++
	}
	if n := i - from; n == 0 || n > 18 || n > 1 && b[from] == '0' {
		return 0, 0
	}
	if negative {
		v = -v
	}
	return v, i
}

// decimal reads a number without an exponent. One below 2^53 with a few decimals is made exact by a division. It leaves
// any other value to number.
func (s *scanner) decimal() (f float64, ok bool) {
	negative := s.space() == '-'
	b, i := s.b, s.i
	if negative {
		i++
	}
	from, dot := i, -1
	var mantissa uint64
	for ; i < len(b); i++ {
		if c := b[i]; c-'0' <= 9 {
			mantissa = mantissa*10 + uint64(c-'0')
		} else if c == '.' && dot < 0 && i > from {
			dot = i
		} else {
			break
		}
	}
	n := i - from
	if n == 0 || i-1 == dot || i < len(b) && b[i]|0x20 == 'e' || b[from] == '0' && n > 1 && dot != from+1 {
		return 0, false
	}
	if n > 17 || mantissa > 1<<53 {
		if f, ok = parseFloatSlow(b[s.i:i]); ok {
			s.i = i
		}
		return f, ok
	}
	s.i = i
	f = float64(mantissa)
	if dot >= 0 {
		f /= pow10[i-dot-1]
	}
	if negative {
		f = -f
	}
	return f, true
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
