package schema

import (
	"errors"
	"math/big"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
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

// A decimal has so many bytes of this form: a few more in its exponent could ask for a number of millions of digits.
const (
	maxDecimal     = 100
	decimalPattern = `^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?$`
)

var decimalText = regexp.MustCompile(decimalPattern)

// checkedDecimal is the value of a decimal's text; nil for one that is none, or too large to work with.
func checkedDecimal(text string) *big.Rat {
	if len(text) > maxDecimal || !decimalText.MatchString(text) {
		return nil
	}
	x, _ := new(big.Rat).SetString(text)
	return x
}

// decimalOf is the decimal that a number stands for in a tag: 0.1, not the binary fraction nearest to it.
func decimalOf(f float64) *big.Rat {
	x, _ := new(big.Rat).SetString(strconv.FormatFloat(f, 'g', -1, 64))
	return x
}

// checkDecimal reports what is wrong with x.
func (l *limits) checkDecimal(r *Reader, x *big.Rat) {
	l.checkBounds(r, func(bound float64) int { return x.Cmp(decimalOf(bound)) })
	if l.MultipleOf != nil && !new(big.Rat).Quo(x, decimalOf(*l.MultipleOf)).IsInt() {
		r.fault("multipleOf", *l.MultipleOf)
	}
	if want, ok := l.Const.(float64); ok && x.Cmp(decimalOf(want)) != 0 {
		r.fault("const", l.Const)
	}
}
