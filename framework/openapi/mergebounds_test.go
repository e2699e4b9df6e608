package openapi_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

// What a document says once for many places does not become more than fits, and much of one thing takes no long time.
func TestRow48_DocumentsDoNotGrow(t *testing.T) {
	const n = 10_000
	many := func(format string) string {
		l := make([]string, n)
		for i := range l {
			l[i] = strings.ReplaceAll(format, "%", fmt.Sprint(i))
		}
		return strings.Join(l, ",")
	}
	long := strings.Repeat("x", 1<<20)
	const start, old = `{"openapi":"3.1.0","info":{"title":"T","version":"1"},`, `{"swagger":"2.0","info":{"title":"T","version":"1"},`
	const tooMuch = "comes to more than 524288 values"
	gets := `"paths":{` + many(`"/%":{"get":{}}`) + `}}`
	for _, test := range []struct{ name, text, want string }{
		{"servers", start + `"servers":[` + many(`{"url":"https://a%.test"}`) + `],` + gets, tooMuch},
		{"a long server", start + `"servers":[{"url":"https://a.test/` + long + `"}],` + gets, tooMuch},
		{"security", start + `"security":[` + many(`{"a%":[]}`) + `],` + gets, tooMuch},
		{"path items", start + `"components":{"pathItems":{"p":{"get":{"tags":[` + many(`"%"`) + `]}}}},"paths":{` + many(`"/%":{"$ref":"#/components/pathItems/p"}`) + `}}`, tooMuch},
		{"references into operations", start + `"paths":{"/a":{"get":{"responses":{"200":{"description":"` + long + `"}}}},` + many(`"/%":{"get":{"responses":{"200":{"$ref":"#/paths/~1a/get/responses/200"}}}}`) + `}}`, ""},
		{"media types", old + `"produces":[` + many(`"a/%"`) + `],"paths":{` + many(`"/%":{"get":{"responses":{"200":{"description":"","schema":{}}}}}`) + `}}`, tooMuch},
		{"a long media type", old + `"consumes":["` + long + `"],"paths":{` + many(`"/%":{"put":{"parameters":[{"in":"body","name":"b","schema":{}}]}}`) + `}}`, tooMuch},
		{"a long host", old + `"host":"` + long + `","paths":{` + many(`"/%":{"put":{"schemes":["http"]}}`) + `}}`, tooMuch},
		{"alternatives", start + `"components":{"schemas":{"a-1":{},` + strings.Join(chain(n), ",") + `}}}`, tooMuch},
		{"a long title", strings.Replace(start, `"T"`, `"`+long+`"`, 1) + gets, ""},
		{"the same id", start + `"paths":{` + many(`"/%":{"get":{"operationId":"a"}}`) + `}}`, ""},
		{"the same path", start + `"paths":{` + many(`"/{a%}":{"get":{"operationId":"a"}}`) + `}}`, ""},
		{"tags", start + `"paths":{` + many(`"/%":{"get":{"tags":["%"]}}`) + `}}`, ""},
		{"parameters", start + `"paths":{"/a":{"parameters":[` + many(`{"in":"query","name":"%"}`) + `],"get":{"parameters":[` + many(`{"in":"query","name":"%"}`) + `]}}}}`, ""},
		{"names that are not clean", start + `"components":{"schemas":{` + many(`"é%é":{}`) + `},"headers":{` + many(`"%":{}`) + `}},"webhooks":{` + many(`"%":{}`) + `}}`, ""},
	} {
		begin := time.Now()
		docs, err := openapi.Read(context.Background(), openapi.Source{Name: "a", Text: test.text}, openapi.Source{Name: "b", Text: test.text})
		size := 0
		if err == nil {
			var doc *openapi.Doc
			if doc, err = docs[0].Doc("", docs[1]); err == nil {
				var text []byte
				text, err = doc.JSON()
				size = len(text)
			}
		}
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) || size > 32<<20 {
			t.Errorf("%s: %d bytes became %d: %.200v, want %q", test.name, len(test.text), size, err, test.want)
		}
		if took := time.Since(begin); took > 2*time.Minute {
			t.Errorf("%s: took %s", test.name, took)
		}
	}
}

// chain has schemas that extend each other, each with a discriminator.
func chain(n int) []string {
	l := make([]string, n)
	for i := range l {
		l[i] = fmt.Sprintf(`"a%d":{"discriminator":{"propertyName":"k"},"allOf":[{"$ref":"#/components/schemas/a%d"}]}`, i, i-1)
	}
	return l
}
