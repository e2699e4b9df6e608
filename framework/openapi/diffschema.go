package openapi

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// way is who writes a value: the client in a request, the service in a response.
type way string

const (
	request  way = "request"
	response way = "response"
)

// schema compares what a value may be. In a request it must not become less, in a response not more.
func (d *differ) schema(at []string, was, is object, way way) {
	was, oldNull := withoutNull(was)
	is, newNull := withoutNull(is)
	was, is = resolve(d.old, was), resolve(d.new, is)
	pair := comparison{reflect.ValueOf(was).Pointer(), reflect.ValueOf(is).Pointer(), way}
	if d.seen[pair] {
		return
	}
	d.seen[pair] = true
	oldNull, newNull = oldNull || nullable(was), newNull || nullable(is)
	switch {
	case way == request && oldNull && !newNull:
		d.tell(at, "must not be null")
	case way == response && newNull && !oldNull:
		d.tell(at, "may be null")
	}
	if !d.types(at, was, is, way) {
		return
	}
	d.alternatives(at, was, is)
	if way == request {
		d.limits(at, was, is)
	}
	d.members(at, was, is, way)
	if items := child(was, "items"); items != nil && child(is, "items") != nil {
		d.schema(append(slices.Clone(at), "items"), items, child(is, "items"), way)
	}
	if more := child(was, "additionalProperties"); more != nil && child(is, "additionalProperties") != nil {
		d.schema(append(slices.Clone(at), "members"), more, child(is, "additionalProperties"), way)
	}
}

// comparison is a pair of schemas, which may hold themselves: it is compared once for each operation.
type comparison struct {
	old, new uintptr // of the objects
	way      way
}

// withoutNull takes null apart from the only other thing that a value may be.
func withoutNull(s object) (_ object, null bool) {
	choice := list(s, "anyOf")
	if len(choice) != 2 || s["type"] != nil {
		return s, false
	}
	for i := range choice {
		one, _ := choice[i].(object)
		other, _ := choice[1-i].(object)
		if one["type"] == "null" {
			return other, true
		}
	}
	return s, false
}

// nullable tells a schema that allows null by its types, or in the words of OpenAPI 3.0.
func nullable(s object) bool {
	return slices.Contains(typesOf(s), "null") || s["nullable"] == true
}

// typesOf lists the types of a schema, none for one that allows all.
func typesOf(s object) (l []string) {
	switch t := s["type"].(type) {
	case string:
		return []string{t}
	case []any:
		for _, v := range t {
			l = append(l, fmt.Sprint(v))
		}
	}
	return l
}

// types tells whether the schemas can be compared further.
func (d *differ) types(at []string, was, is object, way way) bool {
	narrow, wide := typesOf(was), typesOf(is)
	if way == response {
		narrow, wide = wide, narrow
	}
	if len(wide) == 0 {
		return len(narrow) == 0
	}
	fits := len(narrow) > 0
	for _, t := range narrow {
		if t != "null" && !slices.Contains(wide, t) && (t != "integer" || !slices.Contains(wide, "number")) {
			fits = false
		}
	}
	if !fits {
		d.tell(at, "is %s, and was %s", typeText(is), typeText(was))
	}
	return fits
}

func typeText(s object) string {
	l := slices.DeleteFunc(typesOf(s), func(t string) bool { return t == "null" })
	if len(l) == 0 {
		return "anything"
	}
	return strings.Join(l, " or ")
}

// alternatives tells of compositions that have changed: whether they allow less is more than can be said.
func (d *differ) alternatives(at []string, was, is object) {
	for _, key := range []string{"anyOf", "oneOf", "allOf", "not", "const"} {
		if is[key] != nil && !reflect.DeepEqual(was[key], is[key]) {
			d.tell(at, "%s has changed", key)
		}
	}
}

var (
	lowest  = []string{"minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum"}
	highest = []string{"maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum"}
)

// limits tells what a request may no longer say.
func (d *differ) limits(at []string, was, is object) {
	for _, key := range slices.Concat(lowest, highest) {
		now, limited := number(is[key])
		before, had := number(was[key])
		lower := slices.Contains(lowest, key)
		if isCount := !strings.HasSuffix(strings.ToLower(key), "imum"); lower && isCount && now == 0 {
			continue // as without it
		}
		if limited && (!had || lower && now > before || !lower && now < before) {
			d.tell(at, "%s is %v%s", key, is[key], formerly(was[key]))
		}
	}
	for _, key := range []string{"multipleOf", "pattern", "format", "contentEncoding"} {
		if is[key] != nil && !reflect.DeepEqual(is[key], was[key]) {
			d.tell(at, "%s is %v%s", key, is[key], formerly(was[key]))
		}
	}
	if is["uniqueItems"] == true && was["uniqueItems"] != true {
		d.tell(at, "items must differ")
	}
	enum := list(is, "enum")
	if enum == nil {
		return
	}
	if list(was, "enum") == nil {
		d.tell(at, "must be one of %v", enum)
	}
	for _, v := range list(was, "enum") {
		if v != nil && !slices.ContainsFunc(enum, func(e any) bool { return reflect.DeepEqual(e, v) }) {
			d.tell(at, "must not be %v", v)
		}
	}
}

func formerly(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprintf(", and was %v", v)
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	case uint64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// members compares those of an object.
func (d *differ) members(at []string, was, is object, way way) {
	olds, news := child(was, "properties"), child(is, "properties")
	for _, name := range slices.Sorted(maps.Keys(news)) {
		needed := slices.Contains(list(is, "required"), any(name))
		_, there := olds[name]
		if way == request && needed && !slices.Contains(list(was, "required"), any(name)) {
			text := "is required"
			if !there {
				text = "is new and required"
			}
			d.tell(append(slices.Clone(at), name), "%s", text)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(olds)) {
		here := append(slices.Clone(at), name)
		now, there := news[name].(object)
		switch {
		case there:
			old, _ := olds[name].(object)
			d.schema(here, old, now, way)
		case way == response, is["additionalProperties"] == false:
			d.tell(here, "is gone")
		}
		if way == response && there && slices.Contains(list(was, "required"), any(name)) && !slices.Contains(list(is, "required"), any(name)) {
			d.tell(here, "may be missing")
		}
	}
	if way == request && is["additionalProperties"] == false && was["additionalProperties"] != false {
		d.tell(at, "must not have other members")
	}
}
