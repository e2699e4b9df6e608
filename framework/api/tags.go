package api

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/internal/naming"
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
func (p *inputPlanner) checkTags(t reflect.Type, f reflect.StructField) (slips bool) {
	errs := unknownTags(f.Tag, inputTags, false)
	for _, err := range errs {
		p.failf(t, f.Name, "%s", err)
	}
	return len(errs) > 0
}

// unknownTags reports what is not among known: everything when strict, else only what looks like a slip. Tags of
// other packages are none of ours.
func unknownTags(tag reflect.StructTag, known []string, strict bool) (errs []error) {
	for _, key := range tagKeys(tag) {
		name := strings.TrimPrefix(key, "items.")
		if slices.Contains(known, name) {
			continue
		}
		near := naming.Nearest(name, known...)
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
