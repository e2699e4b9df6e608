package schema

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

var tagNames = []string{
	"minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
	"minItems", "maxItems", "uniqueItems", "minContains", "maxContains", "minProperties", "maxProperties", "pattern", "format", "enum", "const",
}

// tagRules reads the rules in the tag of f. Those of a list's items have the same names with "items." before.
func tagRules(f reflect.StructField, prefix string) (r Rules, errs []error) {
	for _, name := range tagNames {
		v, ok := f.Tag.Lookup(prefix + name)
		if !ok {
			continue
		}
		if err := r.set(name, v); err != nil {
			errs = append(errs, fmt.Errorf("tag %s%s: %w", prefix, name, err))
		}
	}
	return r, errs
}

// fieldRules reads the rules of a value, those of its names and of an item that it must hold among them.
func fieldRules(f reflect.StructField) (r Rules, errs []error) {
	r, errs = tagRules(f, "")
	for prefix, at := range map[string]**Rules{"keys.": &r.Keys, "contains.": &r.Contains} {
		inner, more := tagRules(f, prefix)
		if errs = append(errs, more...); inner.isSet() {
			*at = &inner
		}
	}
	return r, errs
}

func (r *Rules) set(name, v string) (err error) {
	switch name {
	case "minLength":
		r.MinLength, err = count(v)
	case "maxLength":
		r.MaxLength, err = count(v)
	case "minItems":
		r.MinItems, err = count(v)
	case "maxItems":
		r.MaxItems, err = count(v)
	case "minContains":
		r.MinContains, err = count(v)
	case "maxContains":
		r.MaxContains, err = count(v)
	case "minProperties":
		r.MinProperties, err = count(v)
	case "maxProperties":
		r.MaxProperties, err = count(v)
	case "minimum":
		r.Minimum, err = bound(v)
	case "maximum":
		r.Maximum, err = bound(v)
	case "exclusiveMinimum":
		r.ExclusiveMinimum, err = bound(v)
	case "exclusiveMaximum":
		r.ExclusiveMaximum, err = bound(v)
	case "multipleOf":
		if r.MultipleOf, err = bound(v); err == nil && *r.MultipleOf <= 0 {
			err = fmt.Errorf("%q is not above zero", v)
		}
	case "uniqueItems":
		r.UniqueItems, err = strconv.ParseBool(cmp.Or(v, "true"))
	case "pattern":
		r.Pattern = v
	case "format":
		r.Format = v
	case "const":
		r.Const = v
	case "enum":
		for _, e := range strings.Split(v, ",") {
			r.Enum = append(r.Enum, e)
		}
	}
	return err
}

func count(v string) (*int, error) {
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 {
		return nil, fmt.Errorf("%q is not a count", v)
	}
	return &n, nil
}

func bound(v string) (*float64, error) {
	x, err := strconv.ParseFloat(v, 64)
	if err != nil || x-x != 0 { // NaN and the infinities
		return nil, fmt.Errorf("%q is not a number", v)
	}
	return &x, nil
}

// or fills what r leaves open from the model's rules.
func (r Rules) or(m Rules) Rules {
	return Rules{
		MinLength: cmp.Or(r.MinLength, m.MinLength), MaxLength: cmp.Or(r.MaxLength, m.MaxLength),
		Minimum: cmp.Or(r.Minimum, m.Minimum), Maximum: cmp.Or(r.Maximum, m.Maximum),
		ExclusiveMinimum: cmp.Or(r.ExclusiveMinimum, m.ExclusiveMinimum),
		ExclusiveMaximum: cmp.Or(r.ExclusiveMaximum, m.ExclusiveMaximum),
		MultipleOf:       cmp.Or(r.MultipleOf, m.MultipleOf),
		MinItems:         cmp.Or(r.MinItems, m.MinItems), MaxItems: cmp.Or(r.MaxItems, m.MaxItems),
		UniqueItems: r.UniqueItems || m.UniqueItems,
		Contains:    cmp.Or(r.Contains, m.Contains), MinContains: cmp.Or(r.MinContains, m.MinContains), MaxContains: cmp.Or(r.MaxContains, m.MaxContains),
		MinProperties: cmp.Or(r.MinProperties, m.MinProperties), MaxProperties: cmp.Or(r.MaxProperties, m.MaxProperties),
		Keys:    cmp.Or(r.Keys, m.Keys),
		Pattern: cmp.Or(r.Pattern, m.Pattern), Format: cmp.Or(r.Format, m.Format),
		Enum: firstOf(r.Enum, m.Enum), Const: cmp.Or(r.Const, m.Const),
	}
}

func firstOf(a, b []any) []any {
	if len(a) > 0 {
		return a
	}
	return b
}

func (r Rules) isSet() bool { return !reflect.ValueOf(r).IsZero() }

// fitting leaves out the rules of a model that have no meaning for n, because the schema may show a field in
// another type than its column has.
func (r Rules) fitting(n *node) Rules {
	var f Rules
	if n.isText() {
		f.MinLength, f.MaxLength, f.Pattern, f.Format = r.MinLength, r.MaxLength, r.Pattern, r.Format
	}
	if n.isNumber() {
		f.Minimum, f.Maximum, f.MultipleOf = r.Minimum, r.Maximum, r.MultipleOf
		f.ExclusiveMinimum, f.ExclusiveMaximum = r.ExclusiveMinimum, r.ExclusiveMaximum
	}
	if n.isText() || n.isNumber() {
		f.Enum = slices.Clone(r.Enum)
	}
	if n.kind == list {
		f.MinItems, f.MaxItems, f.UniqueItems = r.MinItems, r.MaxItems, r.UniqueItems
	}
	return f
}
