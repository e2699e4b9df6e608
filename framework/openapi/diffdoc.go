package openapi

import (
	"errors"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// object is an object of a document that was read.
type object = map[string]any

func parse(text []byte) (object, error) {
	var doc object
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, errors.New(strings.ReplaceAll(err.Error(), "\n", " "))
	}
	textKeys(doc)
	if version, _ := doc["openapi"].(string); !strings.HasPrefix(version, "3.") {
		return nil, errors.New("is not of OpenAPI 3")
	}
	return doc, nil
}

// textKeys makes the keys of objects texts, as JSON has them: a status without quotes is a number to YAML.
func textKeys(v any) any {
	switch v := v.(type) {
	case object:
		for key, member := range v {
			v[key] = textKeys(member)
		}
	case []any:
		for i, item := range v {
			v[i] = textKeys(item)
		}
	case map[any]any:
		o := make(object, len(v))
		for key, member := range v {
			o[fmt.Sprint(key)] = textKeys(member)
		}
		return o
	}
	return v
}

func child(o object, key string) object {
	c, _ := o[key].(object)
	return c
}

func list(o object, key string) []any {
	l, _ := o[key].([]any)
	return l
}

// resolve follows a reference inside the document.
func resolve(doc, o object) object {
	for range 32 {
		ref, ok := o["$ref"].(string)
		if !ok {
			return o
		}
		target := doc
		for step := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
			target = child(target, strings.NewReplacer("~1", "/", "~0", "~").Replace(step))
		}
		if target == nil {
			return nil
		}
		o = target
	}
	return nil
}
