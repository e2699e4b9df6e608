package orm

import (
	"reflect"
	"strings"

	"github.com/utilmeta/utilmeta-go/internal/naming"
)

// names are what a field of a schema is called in the model and on the wire.
type names struct {
	model    string
	wire     string // "" for a field that the wire does not see
	sure     bool   // the model must have it: a tag says so, or nothing says otherwise
	readonly bool
}

// sources are the tags that take a value from somewhere else than the body.
var sources = [...]string{"path", "query", "header", "cookie", "form"}

// nameOf is false for a field that is none of the model's.
func nameOf(f reflect.StructField) (n names, ok bool) {
	if !f.IsExported() {
		return n, false
	}
	override, tagged := f.Tag.Lookup("orm")
	if override == "-" {
		return n, false
	}
	n.sure = true
	json, hasJSON := f.Tag.Lookup("json")
	switch member, _, _ := strings.Cut(json, ","); {
	case hasJSON && json != "-" && member != "":
		n.model, n.wire = member, member
	case hasJSON && json != "-":
		n.model, n.wire = naming.Snake(f.Name), f.Name
	default:
		n.model = naming.Snake(f.Name)
		if !hasJSON {
			n.wire = n.model
		}
	}
	for _, source := range sources {
		if name, ok := f.Tag.Lookup(source); ok {
			n.model, n.wire, n.sure = name, "", false
		}
	}
	for option := range strings.SplitSeq(f.Tag.Get("api"), ",") {
		switch option {
		case "readonly":
			n.readonly = true
		case "-":
			n.wire, n.sure = "", false
		}
	}
	if tagged {
		n.model, n.sure = override, true
	}
	return n, true
}
