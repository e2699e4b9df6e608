package schema

import (
	"fmt"
	"regexp/syntax"
	"strconv"
	"strings"
)

// add puts the rules of n on s. The bounds of a Go type that are narrower stay.
func (s *JSONSchema) add(r Rules, n *node) {
	if r.MinLength != nil {
		s.MinLength = r.MinLength
	}
	if r.MaxLength != nil {
		s.MaxLength = r.MaxLength
	}
	s.Minimum, s.Maximum = narrower(s.Minimum, r.Minimum, 1), narrower(s.Maximum, r.Maximum, -1)
	s.ExclusiveMinimum, s.ExclusiveMaximum, s.MultipleOf = r.ExclusiveMinimum, r.ExclusiveMaximum, r.MultipleOf
	if r.MinItems != nil {
		s.MinItems = r.MinItems
	}
	if r.MaxItems != nil {
		s.MaxItems = r.MaxItems
	}
	s.UniqueItems, s.MinProperties, s.MaxProperties = r.UniqueItems, r.MinProperties, r.MaxProperties
	if r.Pattern != "" {
		s.Pattern = ECMAPattern(r.Pattern)
	}
	if r.Format != "" {
		s.Format = r.Format
	}
	if s.Format == "slug" && s.Pattern == "" { // nobody else knows the format
		s.Pattern = slugPattern
	}
	if r.Enum != nil {
		s.Enum = nil // the rule of the field narrows that of the type
	}
	for _, e := range r.Enum {
		if n.isText() {
			e = fmt.Sprint(e)
		}
		s.Enum = append(s.Enum, e)
	}
	s.Const = r.Const
	if x, number := r.Const.(float64); number && n.inner().kind == exact {
		s.Const = strconv.FormatFloat(x, 'f', -1, 64) // as it is written
	}
	if s.MinContains, s.MaxContains = r.MinContains, r.MaxContains; r.Contains != nil {
		s.Contains = &JSONSchema{}
		s.Contains.add(*r.Contains, n.inner().elem)
	}
	if r.Keys != nil {
		s.PropertyNames = &JSONSchema{}
		s.PropertyNames.add(*r.Keys, stringNode)
	}
}

// narrower is the larger bound for the sign 1, the smaller one for -1.
func narrower(a, b *float64, sign float64) *float64 {
	if a == nil || b != nil && sign**b > sign**a {
		return b
	}
	return a
}

// ECMAPattern is a pattern of Go in the dialect of JSON Schema, or "" for one that cannot be said there: the document
// leaves it out, and only the server knows.
func ECMAPattern(p string) string {
	p = strings.NewReplacer(`\\`, `\\`, `\A`, `^`, `\z`, `$`, `(?P<`, `(?<`).Replace(p)
	for _, s := range []string{`[[:`, `\Q`, `\C`, `\pN`, `\a`} {
		if strings.Contains(p, s) {
			return ""
		}
	}
	for rest := p; ; {
		_, after, found := strings.Cut(rest, "(?")
		if !found {
			break
		}
		if !strings.HasPrefix(after, ":") && !strings.HasPrefix(after, "<") {
			return "" // flags
		}
		rest = after
	}
	if _, err := syntax.Parse(p, syntax.Perl); err != nil {
		return ""
	}
	return p
}
