package schema

import (
	"cmp"
	"math"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"unicode/utf8"
	"unsafe"
)

// checkText reports what is wrong with s.
func (l *limits) checkText(r *Reader, s string) {
	// A text of n bytes has n/4 to n characters: most need not be counted.
	if (len(s)+3)/4 < l.minLen || l.maxLen >= 0 && len(s) > l.maxLen {
		if n := runes(s); n < l.minLen {
			l.broken(r, "minLength")
		} else if l.maxLen >= 0 && n > l.maxLen {
			l.broken(r, "maxLength")
		}
	}
	if l.class != nil && !l.class.all(s) || l.pattern != nil && !l.pattern.MatchString(s) {
		l.broken(r, "pattern")
	}
	if l.format != nil && !l.format(s) {
		l.broken(r, "format")
	}
	if l.enumText != nil && !slices.Contains(l.enumFew, s) && !l.enumText[s] {
		l.broken(r, "enum")
	}
	if l.Const != nil && l.Const != s {
		l.broken(r, "const")
	}
}

// runes counts characters, eight at a time as long as they are ASCII.
func runes(s string) (n int) {
	b := unsafe.Slice(unsafe.StringData(s), len(s))
	for n+8 <= len(b) && load64(b, n)&highs == 0 {
		n += 8
	}
	return n + utf8.RuneCountInString(s[n:])
}

// checkNumber reports what is wrong with x.
func (l *limits) checkNumber(r *Reader, x float64) {
	l.checkBounds(r, func(bound float64) int { return cmp.Compare(x, l.rounded(bound)) })
	if l.MultipleOf != nil && !isMultiple(l.decimal(x), *l.MultipleOf) {
		l.broken(r, "multipleOf")
	}
	if l.enumNumber != nil && !l.enumNumber[x] {
		l.broken(r, "enum")
	}
	if want, ok := l.Const.(float64); ok && l.rounded(want) != x {
		l.broken(r, "const")
	}
}

// decimal is the number whose text x has: 0.1 for the float32 nearest to it.
func (l *limits) decimal(x float64) float64 {
	if l.narrow {
		x, _ = strconv.ParseFloat(strconv.FormatFloat(x, 'g', -1, 32), 64)
	}
	return x
}

func (l *limits) checkBool(r *Reader, v bool) {
	if l.Const != nil && l.Const != v {
		l.broken(r, "const")
	}
}

// judgeInt is checkInt for integers that break a rule now and then.
func (l *limits) judgeInt(r *Reader, v int64) {
	if l != nil && (float64(v) < l.least || float64(v) > l.most) {
		l.checkInt(r, v)
	}
}

// checkInt is checkNumber for integers, those too that a float64 cannot tell from their neighbours.
func (l *limits) checkInt(r *Reader, v int64) {
	if v >= -1<<53 && v <= 1<<53 {
		l.checkNumber(r, float64(v))
	} else {
		l.checkLarge(r, new(big.Float).SetInt64(v))
	}
}

func (l *limits) checkUint(r *Reader, v uint64) {
	if v <= 1<<53 {
		l.checkNumber(r, float64(v))
	} else {
		l.checkLarge(r, new(big.Float).SetUint64(v))
	}
}

func (l *limits) checkLarge(r *Reader, v *big.Float) {
	l.checkBounds(r, func(bound float64) int { return v.Cmp(big.NewFloat(bound)) })
	x, _ := v.Float64()
	if l.MultipleOf != nil && !new(big.Float).Quo(v, big.NewFloat(*l.MultipleOf)).IsInt() {
		l.broken(r, "multipleOf")
	}
	if l.enumNumber != nil && !l.enumNumber[x] {
		l.broken(r, "enum")
	}
	if l.Const != nil && l.Const != x {
		l.broken(r, "const")
	}
}

// checkBounds compares by compare, which tells how the number stands to a bound.
func (l *limits) checkBounds(r *Reader, compare func(float64) int) {
	switch {
	case l.Minimum != nil && compare(*l.Minimum) < 0:
		l.broken(r, "minimum")
	case l.ExclusiveMinimum != nil && compare(*l.ExclusiveMinimum) <= 0:
		l.broken(r, "exclusiveMinimum")
	case l.Maximum != nil && compare(*l.Maximum) > 0:
		l.broken(r, "maximum")
	case l.ExclusiveMaximum != nil && compare(*l.ExclusiveMaximum) >= 0:
		l.broken(r, "exclusiveMaximum")
	}
}

// isMultiple forgives what binary fractions cannot say: 0.3 is a multiple of 0.1.
func isMultiple(x, of float64) bool {
	q := x / of
	if math.Abs(q) >= 1<<53 {
		return math.Mod(x, of) == 0
	}
	return math.Abs(q-math.Round(q)) < 1e-9
}

// defaultMaxItems bounds lists and maps that say nothing of their own, because a small body can hold many.
const defaultMaxItems = 10_000

func (l *limits) mostItems(side Side) int {
	if l != nil && l.MaxItems != nil {
		return *l.MaxItems
	}
	return side.most()
}

func (l *limits) mostProperties(side Side) int {
	if l != nil && l.MaxProperties != nil {
		return *l.MaxProperties
	}
	return side.most()
}

func (s Side) most() int {
	if s == Request {
		return defaultMaxItems
	}
	return math.MaxInt
}

// checkItems reports what is wrong with the length of a list of n items.
func (l *limits) checkItems(r *Reader, n int) {
	if most := l.mostItems(r.Side); n > most {
		r.fault("maxItems", most)
		return
	}
	if l == nil {
		return
	}
	if l.MinItems != nil && n < *l.MinItems {
		l.broken(r, "minItems")
	}
}

// checkAgain looks at the items of a list of n once more, whose text is what stood behind its bracket, for the rules
// that speak of all of them together.
func (l *limits) checkAgain(r *Reader, elem *node, n int, text []byte) error {
	if l == nil || n > l.mostItems(r.Side) {
		return nil
	}
	if l.UniqueItems {
		if err := r.checkUnique(n, text); err != nil {
			return err
		}
	}
	if l.contains == nil {
		return nil
	}
	count, item := 0, reflect.New(elem.t)
	again := Reader{quiet: true, Side: r.Side, budget: r.budget, s: scanner{b: text, limit: r.s.limit}}
	_, err := again.items(n, func(int) error {
		before := again.count
		item.Elem().SetZero()
		err := elem.read(&again, item.UnsafePointer(), l.contains, nil)
		if again.count == before {
			count++
		}
		return err
	})
	r.budget = again.budget
	l.checkContains(r, count)
	return err
}

// checkContains judges how many items fit the rules of contains.
func (l *limits) checkContains(r *Reader, count int) {
	switch {
	case l.MinContains == nil && count == 0:
		r.fault("contains")
	case l.MinContains != nil && count < *l.MinContains:
		l.broken(r, "minContains")
	case l.MaxContains != nil && count > *l.MaxContains:
		l.broken(r, "maxContains")
	}
}

// fits tells whether a text keeps the rules.
func (l *limits) fits(text string) bool {
	r := Reader{quiet: true}
	l.checkText(&r, text)
	return r.count == 0
}

// checkDistinct reports the first text that stands in the list twice.
func checkDistinct(r *Reader, texts []string) {
	seen := make(map[string]int, len(texts))
	for i, text := range texts {
		if first, ok := seen[text]; ok {
			r.fault("uniqueItems", first, i)
			return
		}
		seen[text] = i
	}
}

func (l *limits) checkProperties(r *Reader, n int) {
	if most := l.mostProperties(r.Side); n > most {
		r.fault("maxProperties", most)
	}
	if l != nil && l.MinProperties != nil && n < *l.MinProperties {
		l.broken(r, "minProperties")
	}
}
