package openapi

import (
	"errors"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/tree"
)

// object is an object of a document that was read.
type object = map[string]any

func parse(text []byte) (object, error) {
	v, err := tree.Parse(text)
	if err != nil {
		return nil, err
	}
	doc, _ := tree.Plain(v).(object)
	if version, _ := doc["openapi"].(string); !strings.HasPrefix(version, "3.") {
		return nil, errors.New("is not of OpenAPI 3")
	}
	return doc, nil
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
