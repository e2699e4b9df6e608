package api

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/naming"
)

// Tags of the fields of an API.
var (
	endpointTags = []string{"route", "status", "errors", "atomic", "deprecated", "private", "tags", "wrap", "method", "timeout", "idempotent"}
	fieldTags    = []string{"route", "on", "tags"}
)

// unknownTags reports the keys that an API's field cannot have.
func unknownTags(tag reflect.StructTag, known []string) (errs []error) {
	for _, key := range schema.TagKeys(tag) {
		switch near := naming.Nearest(key, known...); {
		case slices.Contains(known, key):
		case near != "":
			errs = append(errs, fmt.Errorf("tag %s is not known: did you mean %s?", key, near))
		default:
			errs = append(errs, fmt.Errorf("tag %s is not known: known are %s", key, strings.Join(known, ", ")))
		}
	}
	return errs
}
