package generate

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

const apiPath = frameworkPath + "/api"

// A kind is a type of package api whose fields are implemented by methods.
type kind struct {
	name    string
	args    int      // how many type arguments it takes
	params  []string // of the method, with %1, %2 for the type arguments; nil for a signature that is not told
	results []string
}

var kinds = []kind{
	endpoint("Get"), endpoint("Post"), endpoint("Put"), endpoint("Patch"), endpoint("Delete"),
	{"Stream", 2, []string{"ctx context.Context", "in *%1"}, []string{"iter.Seq2[*%2, error]", "error"}},
	{"Socket", 3, nil, nil},
	{"Raw", 0, []string{"w http.ResponseWriter", "r *http.Request"}, []string{"error"}},
	{"Load", 1, []string{"ctx context.Context", "in *%1"}, []string{"error"}},
	{"Catch", 0, []string{"ctx context.Context", "err error"}, []string{"error"}},
}

func endpoint(name string) kind {
	return kind{name, 2, []string{"ctx context.Context", "in *%1"}, []string{"*%2", "error"}}
}

// kindOf returns the kind that a type is an instance of, and its type arguments.
func (f *file) kindOf(expr ast.Expr) (*kind, []ast.Expr) {
	generic, args := uninstantiate(expr)
	for i := range kinds {
		if k := &kinds[i]; k.args == len(args) && f.is(generic, apiPath, k.name) {
			return k, args
		}
	}
	return nil, nil
}

// signature is how the method of field fd of st is to be declared, receiver and all.
func (fd *field) signature(st *structure, method string) string {
	head := fmt.Sprintf("func (%s *%s) %s", st.receiver(), st.typeName(), method)
	if fd.kind.params == nil {
		return head + " with the signature of " + types.ExprString(fd.expr)
	}
	results := fd.fill(fd.kind.results)
	if len(fd.kind.results) > 1 {
		results = "(" + results + ")"
	}
	return head + "(" + fd.fill(fd.kind.params) + ") " + results
}

// fill puts the type arguments of fd in place.
func (fd *field) fill(list []string) string {
	var pairs []string
	for i, arg := range fd.args {
		pairs = append(pairs, fmt.Sprintf("%%%d", i+1), types.ExprString(arg))
	}
	return strings.NewReplacer(pairs...).Replace(strings.Join(list, ", "))
}

// misshapen tells what about the method m cannot be right for fd, or "". It looks only at what syntax can decide.
func (fd *field) misshapen(m *method) string {
	if fd.kind.params == nil {
		return ""
	}
	params, results := flatten(m.Type.Params), flatten(m.Type.Results)
	if n, want := len(params), len(fd.kind.params); n != want {
		return fmt.Sprintf("takes %s, not %d", count(n, "parameter"), want)
	}
	if n, want := len(results), len(fd.kind.results); n != want {
		return fmt.Sprintf("returns %s, not %d", count(n, "value"), want)
	}
	if in := fd.valueOf(fd.kind.params, params); in != "" {
		return fmt.Sprintf("takes %s, not *%s", in, in)
	}
	if out := fd.valueOf(fd.kind.results, results); out != "" {
		return fmt.Sprintf("returns %s, not *%s", out, out)
	}
	return ""
}

// valueOf names the first type argument that stands in got without the pointer that want asks for.
func (fd *field) valueOf(want []string, got []ast.Expr) string {
	for i := range want {
		for n, arg := range fd.args {
			pointer := strings.HasSuffix(want[i], fmt.Sprintf("*%%%d", n+1))
			if text := types.ExprString(got[i]); pointer && text == types.ExprString(arg) {
				return text
			}
		}
	}
	return ""
}

// flatten lists the type of each parameter.
func flatten(list *ast.FieldList) []ast.Expr {
	var all []ast.Expr
	if list == nil {
		return nil
	}
	for _, f := range list.List {
		for range max(len(f.Names), 1) {
			all = append(all, f.Type)
		}
	}
	return all
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
