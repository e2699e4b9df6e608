package foreign

import (
	"fmt"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/tree"
)

// Rewrite gives every reference in v, which is of the kind, to change, and puts what that returns in its place. The
// values of a discriminator's mapping and the operation of a link are references too.
func Rewrite(kind Kind, v any, change func(ref string) string) {
	Walk(kind, v, func(kind Kind, o *tree.Object) {
		if ref, ok := RefOf(kind, o); ok {
			o.Set("$ref", change(ref))
		}
		switch kind {
		case Link:
			if ref := o.Text("operationRef"); ref != "" {
				o.Set("operationRef", change(ref))
			}
		case Schema:
			mapping := o.Object("discriminator").Object("mapping")
			for i, m := range mapping.All() {
				if ref, ok := m.Value.(string); ok {
					mapping.Members[i].Value = change(ref)
				}
			}
		}
	})
}

// References lists what v refers to.
func References(kind Kind, v any) (l []string) {
	Rewrite(kind, v, func(ref string) string {
		l = append(l, ref)
		return ref
	})
	return l
}

// Component is the section and the name of the component that a reference leads to, or into.
func Component(ref string) (section, name string, ok bool) {
	steps, _ := Pointer(ref)
	if len(steps) < 3 || steps[0] != "components" {
		return "", "", false
	}
	return steps[1], steps[2], true
}

// sectionOf is the section of components of a kind.
func sectionOf(kind Kind) string {
	for _, s := range Sections {
		if s.Kind == kind {
			return s.Name
		}
	}
	return ""
}

// maxCopied is how many values what is said once for several may become.
const maxCopied = 1 << 19

// errCopied is that of a document that would become more.
var errCopied = fmt.Errorf("what it says once for several places comes to more than %d values", maxCopied)

// Hoist makes components of what references lead to that is none, so that paths can be moved: bundlers write such
// references into other operations.
func Hoist(doc *tree.Object) error {
	moved, names := map[string]string{}, &Names{}
	components := doc.Object("components")
	if components == nil {
		components = &tree.Object{}
	}
	for _, section := range components.All() {
		o, _ := section.Value.(*tree.Object)
		for _, m := range o.All() {
			names.Take(m.Key)
		}
	}
	size := 0
	Walk(Document, doc, func(kind Kind, o *tree.Object) {
		ref, ok := RefOf(kind, o)
		if _, _, inside := Component(ref); !ok || inside || kind == PathItem || moved[ref] != "" || size > maxCopied {
			return
		}
		steps, ok := Pointer(ref)
		target, found := At(doc, steps)
		if !ok || !found {
			return // an anchor, which does not move
		}
		size += tree.Size(target)
		name := names.Take(CleanName(strings.Join(steps, "/")))
		section := components.Object(sectionOf(kind))
		if section == nil {
			section = &tree.Object{}
			components.Set(sectionOf(kind), section)
		}
		section.Set(name, tree.Clone(target))
		moved[ref] = Ref("components", sectionOf(kind), name)
	})
	if size > maxCopied {
		return errCopied
	}
	if len(moved) == 0 {
		return nil
	}
	doc.Set("components", components)
	Rewrite(Document, doc, func(ref string) string {
		if to := moved[ref]; to != "" {
			return to
		}
		return ref
	})
	return nil
}
