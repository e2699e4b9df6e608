package foreign

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/tree"
)

// version is what converted documents say.
const version = "3.1.1"

// Convert makes a document of OpenAPI 3.1 of one of Swagger 2.0 or OpenAPI 3.0; one of 3.1 is returned as it is. The
// scheme is that of a host of Swagger 2.0 that names none. References must stay inside the document.
func Convert(v any, scheme string) (*tree.Object, error) {
	doc, ok := v.(*tree.Object)
	if !ok {
		return nil, errors.New("is no OpenAPI document: it is not an object")
	}
	swagger, openapi := versionOf(doc, "swagger"), versionOf(doc, "openapi")
	var err error
	switch {
	case swagger == "2.0" || swagger == "2":
		doc, err = fromSwagger(doc, scheme)
	case is(openapi, "3.0"):
		from30(doc)
	case is(openapi, "3.1"):
	case openapi != "":
		return nil, fmt.Errorf("is of OpenAPI %s: those of Swagger 2.0, OpenAPI 3.0 and 3.1 are read", openapi)
	case swagger != "":
		return nil, fmt.Errorf("is of Swagger %s: those of Swagger 2.0, OpenAPI 3.0 and 3.1 are read", swagger)
	default:
		return nil, errors.New("is no OpenAPI document: it has neither swagger nor openapi")
	}
	if err == nil {
		err = checkRefs(doc)
	}
	return doc, err
}

func versionOf(doc *tree.Object, key string) string {
	switch v := doc.Get(key).(type) {
	case string:
		return v
	case json.Number: // YAML without quotes
		return v.String()
	}
	return ""
}

func is(version, minor string) bool { return version == minor || strings.HasPrefix(version, minor+".") }

// from30 makes 3.1 of 3.0, in place: they differ in schemas, and what stands beside a reference.
func from30(doc *tree.Object) {
	doc.Set("openapi", version)
	if !doc.Has("paths") {
		doc.Set("paths", &tree.Object{})
	}
	textVersion(doc.Object("info"))
	Walk(Document, doc, func(kind Kind, o *tree.Object) {
		if kind == Schema {
			upgrade(o)
			return
		}
		if _, isRef := RefOf(kind, o); isRef && kind != PathItem {
			onlyRef(o)
		}
	})
}

// textVersion mends what YAML makes of version: 1.0.
func textVersion(info *tree.Object) {
	if n, ok := info.Get("version").(json.Number); ok {
		info.Set("version", n.String())
	}
}

// onlyRef takes away what 3.0 says to ignore beside a reference and 3.1 does not know there.
func onlyRef(o *tree.Object) {
	var kept []tree.Member
	for _, m := range o.Members {
		if m.Key == "$ref" || m.Key == "summary" || m.Key == "description" {
			kept = append(kept, m)
		}
	}
	*o = tree.Object{Members: kept}
}

// CheckDialect refuses a document whose schemas mean something else than those of OpenAPI 3.1.
func CheckDialect(doc *tree.Object) error {
	switch dialect := doc.Text("jsonSchemaDialect"); strings.TrimSuffix(dialect, "#") {
	case "", "https://spec.openapis.org/oas/3.1/dialect/base", "https://json-schema.org/draft/2020-12/schema":
		return nil
	default:
		return fmt.Errorf("its jsonSchemaDialect %q is not that of OpenAPI 3.1", dialect)
	}
}
