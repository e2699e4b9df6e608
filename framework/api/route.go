package api

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/internal/naming"
)

// At is the type of a blank field whose tag route gives an API its place, unless the field that holds the API
// has a route of its own:
//
//	_ api.At `route:"/articles/{slug}"`
type At struct{}

// verbFields are the names of fields that stand at the path of their struct.
var verbFields = []string{"Get", "Post", "Put", "Patch", "Delete"}

// route is the path of a field below its struct: "" for the path of the struct itself.
func route(field, tag string, tagged bool) (string, error) {
	switch {
	case tagged:
		return cleanRoute(tag)
	case slices.Contains(verbFields, field):
		return "", nil
	}
	return "/" + naming.Kebab(field), nil
}

var (
	segmentPattern = regexp.MustCompile(`^[A-Za-z0-9._~!$&'()+,;=@:-]+$`)
	varPattern     = regexp.MustCompile(`^\{([A-Za-z_][A-Za-z0-9_]*)(\.\.\.|:.+)?\}$`)
)

func cleanRoute(tag string) (string, error) {
	if tag == "/" {
		return "", nil
	}
	if !strings.HasPrefix(tag, "/") {
		return "", fmt.Errorf("route %q must start with /", tag)
	}
	for segment := range strings.SplitSeq(tag[1:], "/") {
		switch {
		case segment == "":
			return "", fmt.Errorf("route %q has an empty segment", tag)
		case segment == "." || segment == "..":
			return "", fmt.Errorf("route %q has the segment %q, which clients resolve before they send it", tag, segment)
		case strings.ContainsAny(segment, "{}"):
			if _, err := parseVar(segment); err != nil {
				return "", fmt.Errorf("route %q: %w", tag, err)
			}
		case !segmentPattern.MatchString(segment):
			return "", fmt.Errorf("route %q: the segment %q has characters that a path cannot have", tag, segment)
		}
	}
	return tag, nil
}

// pathVar is a parameter of a path: {name}, {name:pattern} of a segment that fits, {name...} of all that is left.
type pathVar struct {
	name    string
	rest    bool
	pattern *regexp.Regexp
}

func parseVar(segment string) (v pathVar, err error) {
	m := varPattern.FindStringSubmatch(segment)
	if m == nil {
		return v, fmt.Errorf("%q is no parameter: write {name}, {name:pattern} or {name...} between slashes", segment)
	}
	v = pathVar{name: m[1], rest: m[2] == "..."}
	if pattern, ok := strings.CutPrefix(m[2], ":"); ok {
		if _, err = regexp.Compile(pattern); err == nil {
			v.pattern, err = regexp.Compile("^(?:" + pattern + ")$")
		}
		if err != nil {
			return v, fmt.Errorf("the pattern of {%s}: %w", v.name, err)
		}
	}
	return v, nil
}

// parsePath takes the patterns out of a path of clean routes. Only its last segment may take all that is left.
func parsePath(path string) (plain string, vars []pathVar, err error) {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if !strings.HasPrefix(segment, "{") {
			continue
		}
		v, e := parseVar(segment)
		switch {
		case e != nil:
			err = e
		case v.rest && i < len(segments)-1:
			err = fmt.Errorf("path %q: {%s...} takes all that is left, so nothing can stand behind it", path, v.name)
		case slices.ContainsFunc(vars, func(o pathVar) bool { return o.name == v.name }):
			err = fmt.Errorf("path %q has {%s} twice", path, v.name)
		}
		if vars = append(vars, v); v.pattern != nil {
			segments[i] = "{" + v.name + "}"
		}
	}
	return strings.Join(segments, "/"), vars, err
}

// fits tells whether the values of a path's parameters match the patterns of their segments.
func fits(vars []pathVar, values []string) bool {
	for i := range vars {
		if p := vars[i].pattern; p != nil && !p.MatchString(values[i]) {
			return false
		}
	}
	return true
}

// shape is a path without the names of its parameters: two endpoints cannot have the same.
func shape(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		switch {
		case strings.HasSuffix(s, "...}"):
			segments[i] = "{...}"
		case strings.HasPrefix(s, "{"):
			segments[i] = "{}"
		}
	}
	return strings.Join(segments, "/")
}
