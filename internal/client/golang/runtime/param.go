package runtime

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// a param says how a value is written as text.
type param struct {
	in, name, style   string
	explode, reserved bool
	rest              bool // of a path: its slashes are the path's
	required          bool
}

// param puts v in its place. What is nil or empty and not required is left out.
func (r *call) param(p param, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		r.fail(fmt.Errorf("%s: %w", p.name, err))
		return
	}
	if p.style == "json" {
		if string(b) != "null" {
			r.place(p, []pair{{p.name, string(b)}})
		}
		return
	}
	var value any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	_ = d.Decode(&value) // json.Marshal has written it
	switch x := value.(type) {
	case nil:
		value = ""
		if !p.required {
			return
		}
	case []any:
		if len(x) == 0 && p.in != "path" {
			return
		}
	}
	r.place(p, p.pairs(value))
}

type pair struct{ name, value string }

// pairs writes a value in a style: as pairs in the query, else as one text.
func (p param) pairs(value any) []pair {
	escape := p.escape
	if p.in == "query" || p.in == "cookie" {
		escape = func(s string) string { return s }
	}
	var list []string
	var named []pair
	switch x := value.(type) {
	case []any:
		for _, item := range x {
			list = append(list, escape(scalar(item)))
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(x)) {
			if x[key] != nil {
				named = append(named, pair{escape(key), escape(scalar(x[key]))})
			}
		}
		if p.style == "deepObject" {
			return deep(p.name, x)
		}
	default:
		list = []string{escape(scalar(x))}
	}
	if p.explode && (p.in == "query" || p.in == "cookie") {
		for _, item := range list {
			named = append(named, pair{p.name, item})
		}
		return named
	}
	return []pair{{p.name, p.joined(list, named)}}
}

// joined writes the items of a list, or the members of an object, as one text.
func (p param) joined(list []string, named []pair) string {
	between := map[string]string{"spaceDelimited": " ", "pipeDelimited": "|"}[p.style]
	if between == "" {
		between = ","
	}
	start, name := "", ""
	switch p.style {
	case "label":
		start = "."
	case "matrix":
		start, name = ";", p.escape(p.name)+"="
	}
	if p.explode && start != "" {
		between = start
	}
	for _, n := range named {
		if p.explode {
			list = append(list, n.name+"="+n.value)
		} else {
			list = append(list, n.name, n.value)
		}
	}
	switch {
	case p.style == "matrix" && p.explode && named == nil:
		return start + name + strings.Join(list, between+name)
	case p.style == "matrix" && !p.explode:
		return start + name + strings.Join(list, between)
	}
	return start + strings.Join(list, between)
}

func deep(name string, value any) (l []pair) {
	switch x := value.(type) {
	case nil:
		return nil
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(x)) {
			l = append(l, deep(name+"["+key+"]", x[key])...)
		}
	case []any:
		for _, item := range x {
			l = append(l, deep(name, item)...)
		}
	default:
		l = []pair{{name, scalar(value)}}
	}
	return l
}

func scalar(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case nil:
		return ""
	case map[string]any, []any:
		b, _ := json.Marshal(x)
		return string(b)
	}
	return fmt.Sprint(v)
}

func (p param) escape(s string) string {
	switch p.in {
	case "path":
		if p.rest {
			return strings.ReplaceAll(url.PathEscape(s), "%2F", "/")
		}
		return url.PathEscape(s)
	case "query", "form":
		return url.QueryEscape(s)
	}
	return s
}

// place puts texts into the request. What could not be read again is an error.
func (r *call) place(p param, pairs []pair) {
	for _, q := range pairs {
		switch p.in {
		case "path":
			text := q.value
			if p.style == "json" {
				text = url.PathEscape(text)
			}
			if slices.ContainsFunc(strings.Split(text, "/"), func(s string) bool { return s == "" || s == "." || s == ".." }) {
				r.fail(fmt.Errorf("%s: %q cannot be a segment of a path", p.name, q.value))
			}
			r.path = strings.ReplaceAll(r.path, "{"+p.name+"}", text)
		case "query":
			value := url.QueryEscape(q.value)
			if p.reserved {
				value = keepReserved.Replace(value)
			}
			r.query = append(r.query, url.QueryEscape(q.name)+"="+value)
		case "header":
			if q.value != strings.TrimSpace(q.value) || strings.ContainsFunc(q.value, unicode.IsControl) {
				r.fail(fmt.Errorf("%s: %q cannot be the value of a header", p.name, q.value))
				return
			}
			r.header.Add(p.name, q.value)
		case "cookie":
			r.cookie(q.name, q.value)
		}
	}
}

// keepReserved leaves characters that have a meaning in addresses, but not those that end a value.
var keepReserved = strings.NewReplacer("%3A", ":", "%2F", "/", "%3F", "?", "%40", "@", "%21", "!", "%24", "$", "%27", "'",
	"%28", "(", "%29", ")", "%2A", "*", "%2C", ",", "%3B", ";", "%5B", "[", "%5D", "]")

// sendForm makes the body a form.
func (r *call) sendForm(fields []part) {
	var pairs []string
	for _, f := range fields {
		b, err := json.Marshal(f.value)
		if err != nil {
			r.fail(fmt.Errorf("%s: %w", f.name, err))
			return
		}
		var value any
		d := json.NewDecoder(bytes.NewReader(b))
		d.UseNumber()
		_ = d.Decode(&value)
		if value == nil {
			continue
		}
		for _, q := range (param{in: "query", name: f.name, style: "form", explode: true}).pairs(value) {
			pairs = append(pairs, url.QueryEscape(q.name)+"="+url.QueryEscape(q.value))
		}
	}
	r.sendBytes([]byte(strings.Join(pairs, "&")), "application/x-www-form-urlencoded")
}

// a part is a field of a form, or a file: *File or []*File.
type part struct {
	name  string
	value any
	media string
}
