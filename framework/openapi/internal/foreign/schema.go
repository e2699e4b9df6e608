package foreign

import (
	"slices"

	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/tree"
)

// upgrade rewrites a schema of Swagger 2.0 or OpenAPI 3.0 in the words of JSON Schema 2020-12. What is in it has been
// rewritten already.
func upgrade(s *tree.Object) {
	if s.Text("type") == "file" {
		s.Set("type", "string")
		s.Set("format", "binary")
	}
	if s.Text("type") == "string" && s.Text("format") == "byte" {
		s.Replace("format", "contentEncoding", "base64")
	}
	exclusive(s, "minimum", "exclusiveMinimum")
	exclusive(s, "maximum", "exclusiveMaximum")
	if s.Has("example") {
		if example := s.Get("example"); s.Has("examples") {
			s.Delete("example")
		} else {
			s.Replace("example", "examples", []any{example})
		}
	}
	if name, ok := s.Get("discriminator").(string); ok {
		s.Set("discriminator", &tree.Object{Members: []tree.Member{{Key: "propertyName", Value: name}}})
	}
	if _, mistaken := s.Get("required").(bool); mistaken { // said of a member rather than of its object
		s.Delete("required")
	}
	null := s.Delete("nullable") == true
	if s.Has("$ref") {
		besideRef(s)
	}
	if null {
		orNull(s)
	}
}

// exclusive makes a number of a bool that stands beside a limit.
func exclusive(s *tree.Object, limit, key string) {
	is, ok := s.Get(key).(bool)
	if !ok {
		return
	}
	s.Delete(key)
	if is && s.Has(limit) {
		s.Replace(limit, key, s.Get(limit))
	}
}

// annotations say something of a schema without limiting what it allows.
var annotations = []string{"title", "description", "deprecated", "readOnly", "writeOnly", "default", "examples", "externalDocs", "xml", "$comment"}

func isAnnotation(m tree.Member) bool {
	return slices.Contains(annotations, m.Key) || isExtension(m.Key)
}

// besideRef takes away what 3.0 says to ignore beside a reference and 3.1 takes for more limits.
func besideRef(s *tree.Object) {
	var kept []tree.Member
	for _, m := range s.Members {
		if m.Key == "$ref" || isAnnotation(m) {
			kept = append(kept, m)
		}
	}
	*s = tree.Object{Members: kept}
}

// orNull allows null besides.
func orNull(s *tree.Object) {
	if t := s.Get("type"); t != nil {
		types, isList := t.([]any)
		if !isList {
			types = []any{t}
		}
		if !slices.Contains(types, any("null")) {
			s.Set("type", append(slices.Clone(types), "null"))
		}
		nullAmong(s, "enum", nil)
		return
	}
	var limits []tree.Member
	rest := &tree.Object{}
	for _, m := range s.Members {
		if isAnnotation(m) {
			rest.Members = append(rest.Members, m)
		} else {
			limits = append(limits, m)
		}
	}
	null := &tree.Object{Members: []tree.Member{{Key: "type", Value: "null"}}}
	switch {
	case len(limits) == 0:
		return // all is allowed, null too
	case len(limits) == 1 && limits[0].Key == "enum":
		nullAmong(s, "enum", nil)
	case choice(limits) != "":
		nullAmong(s, choice(limits), null)
	default:
		inner := &tree.Object{Members: limits}
		if all, ok := inner.Get("allOf").([]any); ok && len(limits) == 1 && len(all) == 1 {
			inner, _ = all[0].(*tree.Object) // allOf around a reference was there for nullable alone
		}
		rest.Set("anyOf", []any{inner, null})
		*s = *rest
	}
}

// choice is the member of a schema that has nothing but alternatives.
func choice(limits []tree.Member) (key string) {
	for _, m := range limits {
		switch {
		case m.Key == "discriminator":
		case key == "" && (m.Key == "anyOf" || m.Key == "oneOf"):
			key = m.Key
		default:
			return ""
		}
	}
	return key
}

// nullAmong adds null to a list, unless it is there.
func nullAmong(s *tree.Object, key string, null any) {
	l, ok := s.Get(key).([]any)
	if ok && !slices.ContainsFunc(l, func(v any) bool { return tree.Equal(v, null) }) {
		s.Set(key, append(slices.Clone(l), null))
	}
}
