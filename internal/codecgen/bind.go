package codecgen

import (
	"fmt"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// bind prints the reading of an input's parameters: those of the path and of headers, then the query as a client sends
// it that keeps the order of the declaration.
func (p *printer) bind(l schema.Layout) {
	var fields []field
	taken := map[string]bool{}
	var around, query []string
	for i, q := range l.Binder.Params {
		call := fmt.Sprintf("p.Value(%d)", i)
		if method := readers[q.Type]; method != "" {
			name := q.Field
			for ; taken[name]; name += "_" {
			}
			taken[name] = true
			fields = append(fields, field{name, q.Type, q.Offset, q.Size})
			call = fmt.Sprintf("p.%s(%d, &v.%s)", method, i, name)
		}
		if q.In == "query" {
			query = append(query, fmt.Sprintf("p.Ahead(%s) && %s", quote(q.Name+"="), call))
		} else {
			around = append(around, call)
		}
	}
	twin := p.name("params" + l.Type)
	if len(fields) > 0 {
		p.twin(twin, l.Type, fields)
	}
	p.f("\nfunc %s(p *%s.Params, at %s.Pointer) bool {", p.name("bindCodec"+l.Type), p.imported(apiPath), p.imported("unsafe"))
	if len(fields) > 0 {
		p.f("v := (*%s)(at)", twin)
	}
	if len(query) == 0 {
		query = []string{"true"}
	}
	around = append(around, fmt.Sprintf("p.Query(%s)", strings.Join(query, " &&\n")))
	p.f("return %s\n}", strings.Join(around, " &&\n"))
}
