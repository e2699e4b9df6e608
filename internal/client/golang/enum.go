package golang

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/utilmeta/utilmeta-go/internal/client/model"
)

func (p *printer) enum(t *model.Type, name string) {
	base := "string"
	if t.Base == model.Integer {
		base = "int64"
	}
	p.f("type %s %s\n\n// Values of %[1]s.\nconst (\n", name, base)
	for _, v := range t.Values {
		p.f("%s %s = %s\n", p.scope.Take(name+valueName(v)), name, literal(t, v))
	}
	p.f(")\n\n")
}

func literal(t *model.Type, v string) string {
	if t.Base == model.Integer {
		n, _ := strconv.ParseInt(v, 10, 64) // model has looked at it
		return strconv.FormatInt(n, 10)
	}
	return quote(v)
}

// valueName is the end of the name of a constant.
func valueName(v string) string {
	var b strings.Builder
	if strings.HasPrefix(v, "-") && len(v) > 1 && unicode.IsDigit(rune(v[1])) {
		b.WriteString("Minus")
	}
	if words := model.Words(v); len(words) > 0 && unicode.IsDigit([]rune(words[0])[0]) {
		b.WriteString(strings.Join(words, "_"))
	} else if len(words) > 0 {
		b.WriteString(ident(v))
	}
	switch {
	case v == "":
		return "Empty"
	case b.Len() == 0:
		return "Other"
	}
	return b.String()
}
