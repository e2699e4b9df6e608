package api

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Tags that mean something to this package or to schema, by where they stand.
var (
	inputTags = []string{
		"path", "query", "header", "cookie", "json", "body", "api", "default",
		"minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
		"minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "pattern", "format", "enum",
	}
	endpointTags = []string{"route", "status", "errors", "atomic", "deprecated", "private", "tags"}
	fieldTags    = []string{"route", "on", "tags"}
)

// checkTags reports tags of an input's field that are nearly known ones.
func (p *inputPlanner) checkTags(t reflect.Type, f reflect.StructField) {
	for _, err := range unknownTags(f.Tag, inputTags, false) {
		p.failf(t, f.Name, "%s", err)
	}
}

// unknownTags reports what is not among known: everything when strict, else only what looks like a slip. Tags of
// other packages are none of ours.
func unknownTags(tag reflect.StructTag, known []string, strict bool) (errs []error) {
	for _, key := range tagKeys(tag) {
		name := strings.TrimPrefix(key, "items.")
		if slices.Contains(known, name) {
			continue
		}
		near := nearest(name, known)
		if near != "" {
			errs = append(errs, fmt.Errorf("tag %s is not known: did you mean %s?", key, near))
		} else if strict {
			errs = append(errs, fmt.Errorf("tag %s is not known: known are %s", key, strings.Join(known, ", ")))
		}
	}
	return errs
}

// tagKeys lists the keys of a tag in their order.
func tagKeys(tag reflect.StructTag) (keys []string) {
	s := string(tag)
	for {
		s = strings.TrimLeft(s, " ")
		key, rest, ok := strings.Cut(s, `:"`)
		if !ok || key == "" {
			return keys
		}
		keys = append(keys, key)
		end := 0
		for end < len(rest) && rest[end] != '"' {
			if rest[end] == '\\' {
				end++
			}
			end++
		}
		if end >= len(rest) {
			return keys
		}
		s = rest[end+1:]
	}
}

// nearest finds the known name that s misses by one slip or by its case.
func nearest(s string, known []string) string {
	for _, k := range known {
		if strings.EqualFold(s, k) || len(k) > 3 && distance(strings.ToLower(s), strings.ToLower(k)) <= 1 || len(k) > 6 && distance(s, k) == 2 {
			return k
		}
	}
	return ""
}

// distance counts the letters to change, add or take away, and neighbours that changed places.
func distance(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
