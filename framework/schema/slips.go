package schema

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/internal/naming"
)

// Tags that mean something in an input or output, and well-known ones of others that look alike.
var (
	ownTags = append([]string{"path", "query", "header", "cookie", "json", "body", "form", "api", "default", "additional", "maxSize", "accept", "status", "wrap", "alias", "dependentRequired", "discriminator", "oneOf", "example", "explode"}, tagNames...)

	otherTags = []string{
		"bson", "toml", "yaml", "xml", "db", "gorm", "ent", "orm", "env", "flag", "hcl", "msgpack", "cbor", "mapstructure", "validate", "binding",
		"uri", "param", "url", "enums", "enumnames", "examples", "extensions", "swaggertype", "swaggerignore", "description", "doc", "graphql",
	}
)

// Slips reports keys of a tag that are nearly one of those that mean something, as minlength is. Keys of other
// packages are none of ours.
func Slips(tag reflect.StructTag) (errs []error) {
	keys := TagKeys(tag)
	for _, key := range keys {
		name := key
		for _, prefix := range []string{"items.", "keys.", "contains."} {
			name = strings.TrimPrefix(name, prefix)
		}
		if slices.Contains(ownTags, name) || slices.Contains(otherTags, name) {
			continue
		}
		if near := naming.Nearest(name, ownTags...); near != "" && !slices.Contains(keys, near) {
			errs = append(errs, fmt.Errorf("tag %s is not known: did you mean %s?", key, near))
		}
	}
	return errs
}

// TagKeys lists the keys of a tag in their order.
func TagKeys(tag reflect.StructTag) (keys []string) {
	s := string(tag)
	for {
		key, rest, ok := strings.Cut(strings.TrimLeft(s, " "), `:"`)
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
