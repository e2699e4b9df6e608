package codecgen

import (
	"fmt"
	"strconv"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

func (p *printer) append(l schema.Layout, names map[int]string) {
	p.f("\nfunc %s%s {", p.name("appendCodec"+l.Type), p.signature("append"))
	a := appender{printer: p, text: "{"}
	if len(names) > 0 {
		a.lead = fmt.Sprintf("v := (*%s)(at)", p.name("codec"+l.Type))
	}
	a.members(l, names)
	if l.Rest {
		a.flush()
		p.f("b = w.Rest(b, o, at)")
	}
	p.f("return append(b, %s...)\n}", quote(a.text+"}"))
}

// appender prints what writes the members of a struct. What stands between values is gathered in text.
type appender struct {
	*printer
	lead    string // to print before the first use of the fields
	text    string
	certain bool // a member has been written for sure
	maybe   bool // members that may be left out have come before any that is written for sure
}

func (a *appender) members(l schema.Layout, names map[int]string) {
	for i, m := range l.Members {
		if !m.Always || a.maybe {
			a.flush()
			a.f("b = w.Member(b, o, %d, at)", i)
			a.certain = a.certain || m.Always
			a.maybe = !a.certain
			continue
		}
		if a.certain {
			a.text += ","
		}
		a.certain = true
		a.text += m.Key
		a.value(i, m, names[i])
	}
}

// flush prints the text between values.
func (a *appender) flush() {
	if a.text != "" {
		a.f("b = append(b, %s...)", quote(a.text))
	}
	a.text = ""
}

func (a *appender) value(i int, m schema.MemberLayout, name string) {
	if !m.Writes {
		a.flush()
		a.f("b = w.Value(b, o, %d, at)", i)
		return
	}
	if m.Type == "string" {
		a.text += `"`
	}
	if a.lead != "" {
		a.f("%s", a.lead)
		a.lead = ""
	}
	a.flush()
	switch m.Type {
	case "string":
		a.f("b = %s.AppendText(b, v.%s)", a.schema(), name)
		a.text = `"`
	case "int":
		a.f("b = %s.AppendInt(b, int64(v.%s), 10)", a.strconv(), name)
	case "int64":
		a.f("b = %s.AppendInt(b, v.%s, 10)", a.strconv(), name)
	case "bool":
		a.f("b = %s.AppendBool(b, v.%s)", a.strconv(), name)
	case "float64":
		a.f("b = w.Float(b, v.%s)", name)
	case "time.Time":
		a.f("b = w.Time(b, v.%s)", name)
	}
}

// quote writes text as a Go literal, as it is where that is possible.
func quote(text string) string {
	if strconv.CanBackquote(text) {
		return "`" + text + "`"
	}
	return strconv.Quote(text)
}
