package schema

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// limits are Rules made ready to be checked. A nil *limits allows everything.
type limits struct {
	Rules
	minLen, maxLen int // -1: none
	class          *charClass
	pattern        *regexp.Regexp
	format         func(string) bool
	enumText       map[string]bool
	enumNumber     map[float64]bool
	numeric        bool // some rule is about numbers
	text           bool // some rule is about strings
}

var tagNames = []string{
	"minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
	"minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "pattern", "format", "enum",
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
	if err != nil {
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
		UniqueItems:   r.UniqueItems || m.UniqueItems,
		MinProperties: cmp.Or(r.MinProperties, m.MinProperties), MaxProperties: cmp.Or(r.MaxProperties, m.MaxProperties),
		Pattern: cmp.Or(r.Pattern, m.Pattern), Format: cmp.Or(r.Format, m.Format),
		Enum: firstOf(r.Enum, m.Enum),
	}
}

func firstOf(a, b []any) []any {
	if len(a) > 0 {
		return a
	}
	return b
}

// compile makes the rules ready for values of the node n, or says which do not fit it.
func (r Rules) compile(n *node) (*limits, []error) {
	l := &limits{Rules: r, minLen: -1, maxLen: -1}
	var errs []error
	fit := func(set, fits bool, name, wants string) bool {
		if set && !fits {
			errs = append(errs, fmt.Errorf("tag %s needs %s, not %s", name, wants, n.t))
		}
		return set && fits
	}
	text, number, list, object := n.isText(), n.isNumber(), n.kind == list || n.kind == array, n.kind == mapping
	if fit(r.MinLength != nil, text, "minLength", "a string") {
		l.minLen, l.text = *r.MinLength, true
	}
	if fit(r.MaxLength != nil, text, "maxLength", "a string") {
		l.maxLen, l.text = *r.MaxLength, true
	}
	for name, v := range map[string]*float64{"minimum": r.Minimum, "maximum": r.Maximum, "exclusiveMinimum": r.ExclusiveMinimum, "exclusiveMaximum": r.ExclusiveMaximum, "multipleOf": r.MultipleOf} {
		l.numeric = fit(v != nil, number, name, "a number") || l.numeric
	}
	for name, v := range map[string]bool{"minItems": r.MinItems != nil, "maxItems": r.MaxItems != nil, "uniqueItems": r.UniqueItems} {
		fit(v, list, name, "a list")
	}
	for name, v := range map[string]bool{"minProperties": r.MinProperties != nil, "maxProperties": r.MaxProperties != nil} {
		fit(v, object, name, "a map")
	}
	if fit(r.Pattern != "", text, "pattern", "a string") {
		l.text = true
		var err error
		if l.class = parseClass(r.Pattern); l.class == nil {
			if l.pattern, err = regexp.Compile(r.Pattern); err != nil {
				errs = append(errs, fmt.Errorf("tag pattern: %w", err))
			}
		}
	}
	if fit(r.Format != "", text, "format", "a string") {
		// A format without a check of ours is a note for readers of the document, as JSON Schema has it.
		if l.format = formats[r.Format]; l.format != nil {
			l.text = true
		}
	}
	if fit(len(r.Enum) > 0, text || number, "enum", "a string or a number") {
		errs = append(errs, l.compileEnum(number)...)
	}
	errs = append(errs, l.contradictions()...)
	slices.SortFunc(errs, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	if len(errs) > 0 || !r.isSet() {
		return nil, errs
	}
	return l, nil
}

func (l *limits) compileEnum(number bool) (errs []error) {
	if !number {
		l.text, l.enumText = true, map[string]bool{}
		for _, e := range l.Enum {
			l.enumText[fmt.Sprint(e)] = true
		}
		return nil
	}
	l.numeric, l.enumNumber = true, map[float64]bool{}
	for i, e := range l.Enum {
		x, err := strconv.ParseFloat(fmt.Sprint(e), 64)
		if err != nil {
			errs = append(errs, fmt.Errorf("tag enum: %q is not a number", fmt.Sprint(e)))
		}
		l.Enum[i], l.enumNumber[x] = x, true
	}
	return errs
}

// contradictions finds pairs that no value can satisfy.
func (l *limits) contradictions() (errs []error) {
	for _, p := range []struct {
		name   string
		lo, hi *int
	}{{"Length", l.MinLength, l.MaxLength}, {"Items", l.MinItems, l.MaxItems}, {"Properties", l.MinProperties, l.MaxProperties}} {
		if p.lo != nil && p.hi != nil && *p.lo > *p.hi {
			errs = append(errs, fmt.Errorf("tags min%s and max%s: %d is above %d", p.name, p.name, *p.lo, *p.hi))
		}
	}
	if l.Minimum != nil && l.Maximum != nil && *l.Minimum > *l.Maximum {
		errs = append(errs, fmt.Errorf("tags minimum and maximum: %v is above %v", *l.Minimum, *l.Maximum))
	}
	return errs
}

// checkText reports what is wrong with s.
func (l *limits) checkText(r *Reader, s string) {
	if l.minLen >= 0 || l.maxLen >= 0 {
		if n := utf8.RuneCountInString(s); n < l.minLen {
			r.fault("minLength", *l.MinLength)
		} else if l.maxLen >= 0 && n > l.maxLen {
			r.fault("maxLength", *l.MaxLength)
		}
	}
	if l.class != nil && !l.class.all(s) || l.pattern != nil && !l.pattern.MatchString(s) {
		r.fault("pattern", l.Pattern)
	}
	if l.format != nil && !l.format(s) {
		r.fault("format", l.Format)
	}
	if l.enumText != nil && !l.enumText[s] {
		r.fault("enum", l.Enum...)
	}
}

// checkNumber reports what is wrong with x.
func (l *limits) checkNumber(r *Reader, x float64) {
	switch {
	case l.Minimum != nil && x < *l.Minimum:
		r.fault("minimum", *l.Minimum)
	case l.ExclusiveMinimum != nil && x <= *l.ExclusiveMinimum:
		r.fault("exclusiveMinimum", *l.ExclusiveMinimum)
	case l.Maximum != nil && x > *l.Maximum:
		r.fault("maximum", *l.Maximum)
	case l.ExclusiveMaximum != nil && x >= *l.ExclusiveMaximum:
		r.fault("exclusiveMaximum", *l.ExclusiveMaximum)
	}
	if l.MultipleOf != nil && !isMultiple(x, *l.MultipleOf) {
		r.fault("multipleOf", *l.MultipleOf)
	}
	if l.enumNumber != nil && !l.enumNumber[x] {
		r.fault("enum", l.Enum...)
	}
}

// isMultiple forgives what binary fractions cannot say: 0.3 is a multiple of 0.1.
func isMultiple(x, of float64) bool {
	q := x / of
	d := q - float64(int64(q+0.5*sign(q)))
	return d < 1e-9 && d > -1e-9
}

func sign(x float64) float64 {
	if x < 0 {
		return -1
	}
	return 1
}

// defaultMaxItems bounds lists and maps that say nothing of their own, because a small body can hold many.
const defaultMaxItems = 10_000

func (l *limits) mostItems() int {
	if l != nil && l.MaxItems != nil {
		return *l.MaxItems
	}
	return defaultMaxItems
}

func (l *limits) mostProperties() int {
	if l != nil && l.MaxProperties != nil {
		return *l.MaxProperties
	}
	return defaultMaxItems
}

// checkItems reports what is wrong with a list of n items, whose text is what stood behind its bracket.
func (l *limits) checkItems(r *Reader, n int, text []byte) {
	if most := l.mostItems(); n > most {
		r.fault("maxItems", most)
		return
	}
	if l == nil {
		return
	}
	if l.MinItems != nil && n < *l.MinItems {
		r.fault("minItems", *l.MinItems)
	}
	if l.UniqueItems {
		checkUnique(r, text)
	}
}

// checkUnique reports the first item that stands in the list twice, by its JSON without white space.
func checkUnique(r *Reader, text []byte) {
	var items []any
	if json.Unmarshal(append([]byte{'['}, text...), &items) != nil {
		return
	}
	seen := make(map[string]int, len(items))
	for i, item := range items {
		b, _ := json.Marshal(item)
		if first, ok := seen[string(b)]; ok {
			r.fault("uniqueItems", first, i)
			return
		}
		seen[string(b)] = i
	}
}

func (l *limits) checkProperties(r *Reader, n int) {
	if most := l.mostProperties(); n > most {
		r.fault("maxProperties", most)
	}
	if l != nil && l.MinProperties != nil && n < *l.MinProperties {
		r.fault("minProperties", *l.MinProperties)
	}
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
	if n.kind == list || n.kind == array {
		f.MinItems, f.MaxItems, f.UniqueItems = r.MinItems, r.MaxItems, r.UniqueItems
	}
	return f
}
