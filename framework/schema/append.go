package schema

import (
	"math"
	"strconv"
	"unicode/utf8"
	"unsafe"
)

const hexDigits = "0123456789abcdef"

// AppendString appends s as a JSON string. Broken UTF-8 becomes U+FFFD; HTML is not escaped.
func AppendString(b []byte, s string) []byte {
	return append(AppendText(append(b, '"'), s), '"')
}

// AppendText is AppendString without the quotes.
func AppendText(b []byte, s string) []byte {
	if i := simple(s); i < len(s) {
		return appendEscaped(append(b, s[:i]...), s[i:])
	}
	return append(b, s...)
}

// simple tells how many of the first bytes are ASCII that JSON writes as it is.
func simple(s string) int {
	b := unsafe.Slice(unsafe.StringData(s), len(s))
	i := 0
	for i+8 <= len(b) && areSimple(load64(b, i)) {
		i += 8
	}
	if rest := len(b) - i; rest > 0 && rest < 8 && i > 0 && areSimple(load64(b, len(b)-8)) {
		return len(b)
	}
	for i < len(b) && isSimple[b[i]] {
		i++
	}
	return i
}

// areSimple tells eight bytes that a JSON string holds as they are.
func areSimple(w uint64) bool {
	q, e := w^(ones*'"'), w^(ones*'\\')
	return ((q-ones)|(e-ones)|(w-ones*0x20)|w)&highs == 0
}

// isSimple tells the bytes that a JSON string holds as they are, without a look at those around them.
var isSimple = func() (set [256]bool) {
	for c := byte(0x20); c < utf8.RuneSelf; c++ {
		set[c] = c != '"' && c != '\\'
	}
	return set
}()

func appendEscaped(b []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x80 {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				b = append(append(b, s[from:i]...), "\ufffd"...)
				from = i + 1
			}
			i += n
			continue
		}
		if c >= 0x20 && c != '"' && c != '\\' {
			i++
			continue
		}
		b = append(b, s[from:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		from = i
	}
	return append(b, s[from:]...)
}

// appendFloat appends f as encoding/json does; ok is false for what JSON cannot say.
func appendFloat(b []byte, f float64, bits int) (_ []byte, ok bool) {
	a := math.Abs(f)
	if math.IsNaN(a) || math.IsInf(a, 0) {
		return b, false
	}
	if bits == 64 && a < 1e13 {
		// Two decimals at the most, as prices have: exact without the search for the shortest text.
		if cents := uint64(a*100 + 0.5); float64(cents)/100 == a {
			return appendCents(b, cents, math.Signbit(f)), true
		}
	}
	small, large := 1e-6, 1e21
	if bits == 32 {
		small, large = float64(float32(1e-6)), float64(float32(1e21))
	}
	if a == 0 || a >= small && a < large {
		return strconv.AppendFloat(b, f, 'f', -1, bits), true
	}
	b = strconv.AppendFloat(b, f, 'e', -1, bits)
	if n := len(b); n >= 4 && b[n-4] == 'e' && (b[n-3] == '-' || b[n-3] == '+') && b[n-2] == '0' {
		b[n-2] = b[n-1]
		b = b[:n-1]
	}
	return b, true
}

func appendCents(b []byte, n uint64, negative bool) []byte {
	if negative {
		b = append(b, '-')
	}
	b = strconv.AppendUint(b, n/100, 10)
	if rest := byte(n % 100); rest != 0 {
		b = append(b, '.', '0'+rest/10)
		if rest%10 != 0 {
			b = append(b, '0'+rest%10)
		}
	}
	return b
}
