package codegen

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"entgo.io/ent/entc/gen"
)

// rules are the constraints of one field as Go source, by the name of the field of schema.Rules: ent keeps its
// validators as functions, which can be run and not be told.
type rules map[string]string

// fieldRules prints the constraints of a field as a literal of schema.Rules, whose package the template imports as ormschema: "" when there are none.
func (e *Extension) fieldRules(n *gen.Type, f *gen.Field) string {
	r := maps.Clone(e.rules[n.Name+"."+f.Name])
	if r == nil {
		r = rules{}
	}
	if size := f.Column().Size; r["MaxLength"] == "" && f.IsString() && size > 0 && size < math.MaxInt32 && (f.EntSQL() == nil || f.EntSQL().Size == 0) {
		r["MaxLength"] = fmt.Sprintf("new(%d)", size) // a mixin's MaxLen: its source is elsewhere
	}
	if f.IsEnum() {
		var values []string
		for _, v := range f.EnumValues() {
			values = append(values, strconv.Quote(v))
		}
		r["Enum"] = "[]any{" + strings.Join(values, ", ") + "}"
	}
	if f.IsUUID() {
		r["Format"] = `"uuid"`
	}
	var list []string
	for _, name := range []string{"MinLength", "MaxLength", "Minimum", "Maximum", "ExclusiveMinimum", "ExclusiveMaximum", "Pattern", "Format", "Enum"} {
		if v, ok := r[name]; ok {
			list = append(list, name+": "+v)
		}
	}
	if list == nil {
		return ""
	}
	return "ormschema.Rules{" + strings.Join(list, ", ") + "}"
}

// readRules reads the validators of fields from the source of the schemas in dir, and of mixins that are declared
// there: field.String("username").MinLen(2) gives "User.username" a MinLength of 2. It understands literals.
func readRules(dir string) (map[string]rules, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	all := map[string]rules{}
	mixins := map[string][]string{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, decl := range file.Decls {
			readMethod(decl, all, mixins)
		}
	}
	for typ, used := range mixins {
		for _, mixin := range used {
			for key, r := range maps.Clone(all) {
				if field, ok := strings.CutPrefix(key, mixin+"."); ok && all[typ+"."+field] == nil {
					all[typ+"."+field] = r
				}
			}
		}
	}
	return all, nil
}

// readMethod reads the Fields and Mixin methods of a schema.
func readMethod(decl ast.Decl, all map[string]rules, mixins map[string][]string) {
	fn, ok := decl.(*ast.FuncDecl)
	if !ok || fn.Recv == nil || fn.Body == nil {
		return
	}
	recv := fn.Recv.List[0].Type
	if star, ok := recv.(*ast.StarExpr); ok {
		recv = star.X
	}
	typ, ok := recv.(*ast.Ident)
	if !ok {
		return
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if fn.Name.Name != "Fields" {
				break
			}
			if field, r := readChain(n); field != "" {
				all[typ.Name+"."+field] = r
				return false
			}
		case *ast.CompositeLit:
			if id, ok := n.Type.(*ast.Ident); ok && fn.Name.Name == "Mixin" {
				mixins[typ.Name] = append(mixins[typ.Name], id.Name)
			}
		}
		return true
	})
}
