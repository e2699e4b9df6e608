package config

import (
	"encoding"
	"errors"
	"fmt"
	"math"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// A Discreet type never repeats in an error of its UnmarshalText what it was given. The value is treated like a
// [Secret], but what is wrong with it is told.
type Discreet interface{ Discreet() }

var (
	discreetType = reflect.TypeFor[Discreet]()
	textType     = reflect.TypeFor[encoding.TextUnmarshaler]()
	durationType = reflect.TypeFor[time.Duration]()
	urlType      = reflect.TypeFor[url.URL]()
	secretType   = reflect.TypeFor[Secret]()
)

// A valueError is text that does not fit a type.
type valueError struct{ text, fault string }

func (e *valueError) Error() string { return quote(e.text) + " " + e.fault }

// withoutValue is what err says, but for the value.
func withoutValue(err error) string {
	if v, ok := errors.AsType[*valueError](err); ok && !strings.HasPrefix(v.fault, unclear) {
		return v.fault
	}
	return unclear
}

// unclear begins a fault that goes on in the words of another package, which may repeat the value.
const unclear = "is not valid"

// canParse tells whether parse knows the type.
func canParse(t reflect.Type) bool {
	if reflect.PointerTo(t).Implements(textType) || t == urlType {
		return true
	}
	switch t.Kind() {
	case reflect.Pointer:
		return t.Elem().Kind() != reflect.Pointer && canParse(t.Elem())
	case reflect.Slice:
		return t.Elem().Kind() != reflect.Slice && canParse(t.Elem())
	case reflect.String, reflect.Bool,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Float32, reflect.Float64:
		return true
	}
	return false
}

// hidden tells whether values of type t are not to be shown: a Secret, a URL, which may hold a password, what is Discreet, a
// list of them.
func hidden(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t == secretType || t == urlType || reflect.PointerTo(t).Implements(discreetType)
}

// parse sets v to what text says. Its errors are of type *valueError.
func parse(v reflect.Value, text string) error {
	switch t := v.Type(); {
	case reflect.PointerTo(t).Implements(textType):
		if err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)); err != nil {
			fault := unclear
			if reflect.PointerTo(t).Implements(discreetType) {
				fault = "cannot be used"
			}
			return &valueError{text, fault + ": " + strings.Join(strings.Fields(err.Error()), " ")}
		}
		return nil
	case t == urlType:
		u, err := url.Parse(text)
		if err != nil || u.Scheme == "" {
			return &valueError{text, "is not a URL with a scheme"}
		}
		v.Set(reflect.ValueOf(*u))
		return nil
	case t == durationType:
		d, err := time.ParseDuration(text)
		if err != nil {
			return &valueError{text, "is not a duration such as 1m30s"}
		}
		v.SetInt(int64(d))
		return nil
	case t.Kind() == reflect.Pointer:
		p := reflect.New(t.Elem())
		v.Set(p)
		return parse(p.Elem(), text)
	case t.Kind() == reflect.Slice:
		return parseList(v, text)
	}
	return parseBasic(v, text)
}

func parseList(v reflect.Value, text string) error {
	list := reflect.MakeSlice(v.Type(), 0, strings.Count(text, ",")+1)
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		e := reflect.New(v.Type().Elem()).Elem()
		if err := parse(e, item); err != nil {
			return err
		}
		list = reflect.Append(list, e)
	}
	v.Set(list)
	return nil
}

func parseBasic(v reflect.Value, text string) error {
	word := strings.TrimSpace(text)
	var err error
	switch {
	case v.Kind() == reflect.String:
		v.SetString(text)
	case v.Kind() == reflect.Bool:
		yes, ok := parseBool(word)
		if !ok {
			return &valueError{text, "is not true or false"}
		}
		v.SetBool(yes)
	case v.CanInt():
		var n int64
		if n, err = strconv.ParseInt(word, 10, v.Type().Bits()); err == nil {
			v.SetInt(n)
		}
	case v.CanUint():
		var n uint64
		if n, err = strconv.ParseUint(word, 10, v.Type().Bits()); err == nil {
			v.SetUint(n)
		}
	case v.CanFloat():
		n, err := strconv.ParseFloat(word, v.Type().Bits())
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return &valueError{text, "is not a number"}
		}
		v.SetFloat(n)
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, strconv.ErrRange):
		return &valueError{text, fmt.Sprintf("is out of range for %s", v.Kind())}
	case v.CanUint():
		return &valueError{text, "is not a whole number from 0 up"}
	}
	return &valueError{text, "is not a whole number"}
}

func parseBool(s string) (value, ok bool) {
	switch strings.ToLower(s) {
	case "true", "yes", "on", "1":
		return true, true
	case "false", "no", "off", "0":
		return false, true
	}
	return false, false
}
