package openapi

import (
	"go/doc"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// texts are the summary and the description of an endpoint: the first sentence of its comment, and all of it. The name
// of the field that comments begin with is left out: "Get is one order." becomes "One order."
func texts(ep *api.Endpoint) (summary, description string) {
	text := strings.TrimSpace(ep.Doc)
	if rest, ok := strings.CutPrefix(text, ep.Field()+" "); ok {
		for _, verb := range []string{"is ", "are "} {
			rest = strings.TrimPrefix(rest, verb)
		}
		text = sentence(rest)
	}
	summary = strings.TrimSuffix(new(doc.Package).Synopsis(text), ".")
	return summary, text
}

// sentence begins with a capital.
func sentence(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
