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
	varPattern     = regexp.MustCompile(`^\{[A-Za-z_][A-Za-z0-9_]*\}$`)
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
			if !varPattern.MatchString(segment) {
				return "", fmt.Errorf("route %q: %q is no parameter: write {name} between slashes", tag, segment)
			}
		case !segmentPattern.MatchString(segment):
			return "", fmt.Errorf("route %q: the segment %q has characters that a path cannot have", tag, segment)
		}
	}
	return tag, nil
}

// pathVars lists the parameters of a path.
func pathVars(path string) (vars []string) {
	for segment := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(segment, "{") {
			vars = append(vars, strings.Trim(segment, "{}"))
		}
	}
	return vars
}

// shape is a path without the names of its parameters: two endpoints cannot have the same.
func shape(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if strings.HasPrefix(s, "{") {
			segments[i] = "{}"
		}
	}
	return strings.Join(segments, "/")
}
