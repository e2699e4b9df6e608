package generate

import (
	"bytes"
	"fmt"
	"go/format"
)

// render is the content of the generated file of p.
func (p *pkg) render() ([]byte, error) {
	var b bytes.Buffer
	api := p.free("api")
	fmt.Fprintf(&b, "%s\n\npackage %s\n\nimport ", header, p.name)
	if api != "api" {
		b.WriteString(api + " ")
	}
	fmt.Fprintf(&b, "%q\n", apiPath)

	models, describe := p.models(), p.free("describeSchemas")
	for _, d := range p.apis {
		d.render(&b, api)
		if len(models) > 0 {
			fmt.Fprintf(&b, "\n%s(d)\n", describe)
		}
		b.WriteString("}\n")
	}
	if len(models) > 0 {
		fmt.Fprintf(&b, "\n// %s tells the documentation of what goes in and out.\nfunc %[1]s(d *%s.Description) {\n", describe, api)
		for _, m := range models {
			m.render(&b)
		}
		b.WriteString("}\n")
	}
	return format.Source(b.Bytes())
}

// render writes the method but for its end.
func (d *description) render(b *bytes.Buffer, api string) {
	st := d.of
	fmt.Fprintf(b, "\n// DescribeAPI wires each endpoint that is still nil and tells its documentation.\n")
	fmt.Fprintf(b, "func (a *%s) DescribeAPI(d *%s.Description) {\n", st.typeName(), api)
	fmt.Fprintf(b, "d.Type((*%s)(nil))\n", st.typeName())
	fmt.Fprintf(b, "d.Doc(%q, %q)\n", st.doc, st.pkg.at(st.file, st.pos))
	if len(d.wires) > 0 {
		b.WriteString("\n")
	}
	for _, w := range d.wires {
		fmt.Fprintf(b, "if a.%s == nil {\na.%[1]s = a.%s // %s\n}\n", w.field, w.method, w.origin)
	}
	b.WriteString("\n")
	for i := range st.fields {
		if fd := &st.fields[i]; fd.exported() {
			fmt.Fprintf(b, "d.Field(%q, %q, %q)\n", fd.name, fd.doc, st.pkg.at(st.file, fd.pos))
		}
	}
}

func (m *model) render(b *bytes.Buffer) {
	fmt.Fprintf(b, "d.Schema(%q, %q", m.name, m.doc)
	for _, fd := range m.fields {
		fmt.Fprintf(b, ",\n%q, %q", fd.name, fd.doc)
	}
	if len(m.fields) > 0 {
		b.WriteString(",\n")
	}
	b.WriteString(")\n")
}
