package schema

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// limits are Rules made ready to be checked. A nil *limits allows everything.
type limits struct {
	Rules
	minLen, maxLen int // -1: none
	class          *charClass
	pattern        *regexp.Regexp
	format         func(string) bool
	enumText       map[string]bool
	enumFew        []string // enumText, if there are few
	enumNumber     map[float64]bool
	narrow         bool    // for a float32, which its bounds are rounded to
	least, most    float64 // a number between them breaks no rule; there is none if more than bounds have to be looked at
	keys, contains *limits
	told           []Fault // of the rules that a value can break
}

// compile makes the rules ready for values of the node n, or says which do not fit it.
func (r Rules) compile(n *node) (*limits, []error) {
	l := &limits{Rules: r, minLen: -1, maxLen: -1}
	errs := append(l.compileText(n), l.compileNumber(n)...)
	if len(r.Enum) > 0 {
		errs = append(errs, l.compileEnum(n)...)
	}
	errs = append(append(errs, l.compileConst(n)...), l.compileParts(n)...)
	misfit := func(set, fits bool, name, wants string) {
		if set && !fits {
			errs = append(errs, fmt.Errorf("tag %s needs %s, not %s", name, wants, n.t))
		}
	}
	misfit(r.MinItems != nil, n.kind == list, "minItems", "a list")
	misfit(r.MaxItems != nil, n.kind == list, "maxItems", "a list")
	misfit(r.UniqueItems, n.kind == list, "uniqueItems", "a list")
	misfit(r.Contains != nil, n.kind == list, "contains", "a list")
	misfit(r.MinContains != nil && r.Contains == nil || r.MaxContains != nil && r.Contains == nil, false, "minContains", "tags contains.*")
	misfit(r.Keys != nil, n.kind == mapping, "keys", "a map")
	misfit(r.MinProperties != nil, n.kind == mapping, "minProperties", "a map")
	misfit(r.MaxProperties != nil, n.kind == mapping, "maxProperties", "a map")
	errs = append(errs, l.contradictions()...)
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	if len(errs) > 0 || !r.isSet() {
		return nil, errs
	}
	l.tell()
	return l, nil
}

func (l *limits) compileText(n *node) (errs []error) {
	for name, set := range map[string]bool{"minLength": l.MinLength != nil, "maxLength": l.MaxLength != nil, "pattern": l.Pattern != "", "format": l.Format != ""} {
		if set && !n.isText() {
			errs = append(errs, fmt.Errorf("tag %s needs a string, not %s", name, n.t))
		}
	}
	if l.MinLength != nil {
		l.minLen = *l.MinLength
	}
	if l.MaxLength != nil {
		l.maxLen = *l.MaxLength
	}
	if l.Pattern != "" {
		if l.class = parseClass(l.Pattern); l.class == nil {
			re, err := regexp.Compile(l.Pattern)
			if err != nil {
				errs = append(errs, fmt.Errorf("tag pattern: %w", err))
			}
			l.pattern = re
		}
	}
	// A format without a check of ours is a note for readers of the document, as JSON Schema has it.
	l.format = formats[l.Format]
	return errs
}

func (l *limits) compileNumber(n *node) (errs []error) {
	l.narrow = n.inner().kind == float && n.inner().size == 4
	l.least, l.most = l.between()
	for name, b := range map[string]*float64{"minimum": l.Minimum, "maximum": l.Maximum, "exclusiveMinimum": l.ExclusiveMinimum, "exclusiveMaximum": l.ExclusiveMaximum, "multipleOf": l.MultipleOf} {
		if b != nil && !n.isNumber() {
			errs = append(errs, fmt.Errorf("tag %s needs a number, not %s", name, n.t))
		}
	}
	return errs
}

// between finds the numbers that need no further look. They are below 2^53, where floats are exact for integers too.
func (l *limits) between() (least, most float64) {
	if l.MultipleOf != nil || len(l.Enum) > 0 || l.Const != nil {
		return math.Inf(1), math.Inf(-1)
	}
	least, most = 1-1<<53, 1<<53-1
	if l.Minimum != nil {
		least = max(least, l.rounded(*l.Minimum))
	}
	if l.ExclusiveMinimum != nil {
		least = max(least, math.Nextafter(l.rounded(*l.ExclusiveMinimum), math.Inf(1)))
	}
	if l.Maximum != nil {
		most = min(most, l.rounded(*l.Maximum))
	}
	if l.ExclusiveMaximum != nil {
		most = min(most, math.Nextafter(l.rounded(*l.ExclusiveMaximum), math.Inf(-1)))
	}
	return least, most
}

func (l *limits) compileEnum(n *node) (errs []error) {
	if !n.isText() && !n.isNumber() || n.kind == exact {
		return []error{fmt.Errorf("tag enum needs a string or a number, not %s", n.t)}
	}
	if n.isText() {
		l.enumText = map[string]bool{}
		for _, e := range l.Enum {
			l.enumText[fmt.Sprint(e)] = true
			l.enumFew = append(l.enumFew, fmt.Sprint(e))
		}
		if len(l.enumFew) > 8 {
			l.enumFew = nil
		}
		return nil
	}
	l.enumNumber = map[float64]bool{}
	for i, e := range l.Enum {
		x, err := strconv.ParseFloat(fmt.Sprint(e), 64)
		if err != nil {
			errs = append(errs, fmt.Errorf("tag enum: %q is not a number", fmt.Sprint(e)))
		}
		if err := wholeEnough(n, x); err != nil {
			errs = append(errs, fmt.Errorf("tag enum: %w", err))
		}
		l.Enum[i], l.enumNumber[l.rounded(x)] = x, true
	}
	return errs
}

// compileConst makes the constant what values are compared with.
func (l *limits) compileConst(n *node) []error {
	text := fmt.Sprint(l.Const)
	switch {
	case l.Const == nil:
	case n.isText():
		l.Const = text
	case n.kind == boolean:
		v, err := strconv.ParseBool(text)
		if l.Const = v; err != nil {
			return []error{fmt.Errorf("tag const: %q is neither true nor false", text)}
		}
	case n.isNumber():
		x, err := bound(text)
		if err != nil {
			return []error{fmt.Errorf("tag const: %w", err)}
		}
		if err := wholeEnough(n, *x); err != nil {
			return []error{fmt.Errorf("tag const: %w", err)}
		}
		l.Const = *x
	default:
		return []error{fmt.Errorf("tag const needs a string, a number or a boolean, not %s", n.t)}
	}
	return nil
}

// rounded is a number of a tag as the type of the values has it.
func (l *limits) rounded(x float64) float64 {
	if l.narrow {
		return float64(float32(x))
	}
	return x
}

// wholeEnough refuses a number that no integer is, or that a float64 cannot tell from its neighbours.
func wholeEnough(n *node, x float64) error {
	switch k := n.inner().kind; {
	case k != signed && k != unsigned:
	case x != math.Trunc(x):
		return fmt.Errorf("%v is not a whole number", x)
	case math.Abs(x) >= 1<<53:
		return fmt.Errorf("%.0f is too large to be told from its neighbours: keep it below 2^53", x)
	}
	return nil
}

// stringNode is what the names in a map are.
var stringNode = &node{t: stringType, kind: str, out: str}

// compileParts makes the rules of names and of contained items ready.
func (l *limits) compileParts(n *node) (errs []error) {
	if l.Keys != nil {
		l.keys, errs = l.Keys.compile(stringNode)
	}
	if l.Contains != nil && n.elem != nil {
		var more []error
		if l.contains, more = l.Contains.compile(n.elem); l.contains != nil {
			l.Contains = &l.contains.Rules // as documents show them
		}
		errs = append(errs, more...)
	}
	return errs
}

// contradictions finds pairs that no value can satisfy.
func (l *limits) contradictions() (errs []error) {
	for _, p := range []struct {
		name   string
		lo, hi *int
	}{{"Length", l.MinLength, l.MaxLength}, {"Items", l.MinItems, l.MaxItems}, {"Properties", l.MinProperties, l.MaxProperties}, {"Contains", l.MinContains, l.MaxContains}} {
		if p.lo != nil && p.hi != nil && *p.lo > *p.hi {
			errs = append(errs, fmt.Errorf("tags min%s and max%s: %d is above %d", p.name, p.name, *p.lo, *p.hi))
		}
	}
	for _, lo := range []struct {
		bound *float64
		out   bool
	}{{l.Minimum, false}, {l.ExclusiveMinimum, true}} {
		for _, hi := range []struct {
			bound *float64
			out   bool
		}{{l.Maximum, false}, {l.ExclusiveMaximum, true}} {
			if lo.bound != nil && hi.bound != nil && (*lo.bound > *hi.bound || *lo.bound == *hi.bound && (lo.out || hi.out)) {
				errs = append(errs, fmt.Errorf("tags minimum and maximum: no number is between %v and %v", *lo.bound, *hi.bound))
			}
		}
	}
	return errs
}
