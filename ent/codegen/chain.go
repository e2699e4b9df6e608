package codegen

import (
	"go/ast"
	"go/token"
	"strconv"
)

// step is one call of a chain.
type step struct {
	name string
	args []ast.Expr
}

// readChain reads field.String("name").MinLen(1).Unique(); field is empty for any other expression.
func readChain(call *ast.CallExpr) (field string, r rules) {
	var steps []step
	for {
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return "", nil
		}
		steps = append(steps, step{sel.Sel.Name, call.Args})
		if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "field" && len(call.Args) > 0 {
			break
		}
		if call, ok = sel.X.(*ast.CallExpr); !ok {
			return "", nil
		}
	}
	last := len(steps) - 1
	name, ok := stringLit(steps[last].args[0])
	if !ok {
		return "", nil
	}
	r = rules{}
	for _, s := range steps[:last] {
		if steps[last].name == "String" || steps[last].name == "Text" {
			r.readText(s)
		} else {
			r.readNumber(s)
		}
	}
	return name, r
}

func (r rules) readText(s step) {
	switch s.name {
	case "MinLen", "MinRuneLen":
		r.setInt("MinLength", s.args)
	case "MaxLen", "MaxRuneLen":
		r.setInt("MaxLength", s.args)
	case "NotEmpty":
		if r["MinLength"] == "" {
			r["MinLength"] = "new(1)"
		}
	case "Match": // regexp.MustCompile("...")
		if len(s.args) != 1 {
			return
		}
		if call, ok := s.args[0].(*ast.CallExpr); ok && len(call.Args) == 1 {
			if pattern, ok := stringLit(call.Args[0]); ok {
				r["Pattern"] = strconv.Quote(pattern)
			}
		}
	}
}

func (r rules) readNumber(s step) {
	switch s.name {
	case "Min":
		r.setFloat("Minimum", s.args)
	case "Max":
		r.setFloat("Maximum", s.args)
	case "Range":
		if len(s.args) == 2 {
			r.setFloat("Minimum", s.args[:1])
			r.setFloat("Maximum", s.args[1:])
		}
	case "Positive":
		r["ExclusiveMinimum"] = "new(float64(0))"
	case "Negative":
		r["ExclusiveMaximum"] = "new(float64(0))"
	case "NonNegative":
		r["Minimum"] = "new(float64(0))"
	}
}

func (r rules) setInt(rule string, args []ast.Expr) {
	if len(args) != 1 {
		return
	}
	if n, ok := numberLit(args[0]); ok && n == float64(int(n)) {
		r[rule] = "new(" + strconv.Itoa(int(n)) + ")"
	}
}

func (r rules) setFloat(rule string, args []ast.Expr) {
	if len(args) != 1 {
		return
	}
	if n, ok := numberLit(args[0]); ok {
		r[rule] = "new(float64(" + strconv.FormatFloat(n, 'g', -1, 64) + "))"
	}
}

func stringLit(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

func numberLit(e ast.Expr) (float64, bool) {
	sign := 1.0
	if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.SUB {
		sign, e = -1, u.X
	}
	lit, ok := e.(*ast.BasicLit)
	if !ok {
		return 0, false
	}
	switch lit.Kind {
	case token.INT:
		n, err := strconv.ParseInt(lit.Value, 0, 64)
		return sign * float64(n), err == nil
	case token.FLOAT:
		n, err := strconv.ParseFloat(lit.Value, 64)
		return sign * n, err == nil
	}
	return 0, false
}
