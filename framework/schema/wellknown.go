package schema

import (
	"errors"
	"math/big"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

var (
	durationType = reflect.TypeFor[time.Duration]()
	urlType      = reflect.TypeFor[url.URL]()
)

// isDecimal tells the type of exact decimal numbers that most of Go uses, without depending on it.
func isDecimal(t reflect.Type) bool {
	return t.PkgPath() == "github.com/shopspring/decimal" && t.Name() == "Decimal"
}

// asDay makes n, or what it holds, take a time as a date: what the format date says of a time.Time.
func (n *node) asDay() *node {
	inner := n.inner()
	if inner.kind == list || inner.kind == array || inner.kind == mapping {
		inner = inner.elem.inner()
	}
	if inner.kind != instant {
		return n
	}
	own := *n
	if own.kind == instant {
		own.kind, own.out = day, day
	} else {
		own.elem = n.elem.asDay()
	}
	own.mayCheck = own.checks // a time has nothing to ask
	return &own
}

func parseDay(p unsafe.Pointer, text string) error {
	t, err := time.Parse(time.DateOnly, text)
	if err == nil {
		*(*time.Time)(p) = t
	}
	return err
}

// maxURL is how many bytes an address may have.
const maxURL = 8 << 10

func parseURL(p unsafe.Pointer, text string) error {
	if len(text) > maxURL {
		return errors.New("too long")
	}
	u, err := url.Parse(text)
	if err == nil {
		*(*url.URL)(p) = *u
	}
	return err
}

// A decimal of a request has so many bytes of this form: a few more in its exponent could ask for a number of millions
// of digits.
const (
	maxDecimal     = 100
	decimalPattern = `^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?$`
)

// isDecimalText tells whether text is a decimal that a request may have.
func isDecimalText(text string) bool {
	if len(text) > maxDecimal {
		return false
	}
	b := []byte(text)
	i := 0
	if i < len(b) && b[i] == '-' {
		i++
	}
	digits := func() int {
		from := i
		i = skipDigits(b, i)
		return i - from
	}
	if digits() == 0 {
		return false
	}
	if i < len(b) && b[i] == '.' {
		if i++; digits() == 0 {
			return false
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		if i++; i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if n := digits(); n == 0 || n > 2 {
			return false
		}
	}
	return i == len(b)
}

// isModest tells whether a decimal that a server wrote is short enough to work with: written out it takes no more than
// the document and what a request may have.
func (r *Reader) isModest(text string) bool {
	i := strings.IndexAny(text, "eE")
	if i < 0 {
		return true
	}
	exponent, err := strconv.Atoi(text[i+1:])
	return err == nil && max(exponent, -exponent) <= len(r.s.b)+maxDecimal
}

// decimalOf is the decimal that a number stands for in a tag: 0.1, not the binary fraction nearest to it.
func decimalOf(f float64) *big.Rat {
	x, _ := new(big.Rat).SetString(strconv.FormatFloat(f, 'g', -1, 64))
	return x
}

// checkDecimal reports what is wrong with the decimal that text is.
func (l *limits) checkDecimal(r *Reader, text string) {
	x, ok := new(big.Rat).SetString(text)
	if !ok {
		return // told by its type
	}
	l.checkBounds(r, func(bound float64) int { return x.Cmp(decimalOf(bound)) })
	if l.MultipleOf != nil && !new(big.Rat).Quo(x, decimalOf(*l.MultipleOf)).IsInt() {
		l.broken(r, "multipleOf")
	}
	if want, ok := l.Const.(float64); ok && x.Cmp(decimalOf(want)) != 0 {
		l.broken(r, "const")
	}
}
