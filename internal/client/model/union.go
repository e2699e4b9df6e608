package model

import (
	"fmt"
	"slices"
	"strings"
)

// unionOf are the branches of oneOf or anyOf that are types of their own. Others only narrow what is there already.
func unionOf(n *node) []*node {
	for _, key := range []string{"oneOf", "anyOf"} {
		var l []*node
		for _, branch := range n.list(key) {
			if branch.text("$ref") != "" || branch.has("type", "properties", "items", "prefixItems", "additionalProperties", "enum", "const", "allOf", "oneOf", "anyOf") {
				l = append(l, branch)
			}
		}
		if len(l) > 0 {
			return l
		}
	}
	return nil
}

// variantName names a branch.
func variantName(branch *node, i int) string {
	if ref := branch.text("$ref"); ref != "" {
		return pointerName(ref)
	}
	if title := branch.text("title"); len(Words(title)) > 0 {
		return title
	}
	if types := branch.texts("type"); len(types) == 1 && types[0] != "object" {
		return types[0]
	}
	return fmt.Sprintf("variant %d", i+1)
}

// union makes the type of what is one of several.
func (b *builder) union(n *node, branches []*node, dir direction, name string) *Type {
	branches = slices.DeleteFunc(slices.Clone(branches), isNull)
	if len(branches) == 0 {
		return &Type{Doc: doc(n)}
	}
	if t := b.enumOf(n, branches, name); t != nil {
		return t
	}
	if len(branches) == 1 {
		return b.schema(branches[0], dir, name)
	}
	t := &Type{Kind: Union, Name: name, Doc: doc(n), Deprecated: n.is("deprecated")}
	b.keep(t)
	scope := Scope{}
	for i, branch := range branches {
		label := variantName(branch, i)
		v := &Variant{Type: b.schema(branch, dir, name+" "+label)}
		if v.Type.Kind == Any && v.Type.Name == "" {
			b.drop(t)
			return &Type{Doc: t.Doc}
		}
		v.Name = scope.Take(Camel(label))
		t.Variants = append(t.Variants, v)
	}
	t.Variants = absorb(t.Variants)
	if len(t.Variants) == 1 {
		b.drop(t)
		return t.Variants[0].Type
	}
	b.discriminate(t, n.get("discriminator"), branches)
	return t
}

// drop takes back a type that came to nothing.
func (b *builder) drop(t *Type) {
	b.types = slices.DeleteFunc(b.types, func(o *Type) bool { return o == t })
}

// absorb leaves out variants that are values of another one.
func absorb(l []*Variant) []*Variant {
	is := func(v *Variant, kind Kind) bool { return v.Type.Kind == kind && v.Type.Name == "" }
	text := slices.IndexFunc(l, func(v *Variant) bool { return is(v, String) && v.Type.Format == "" })
	number := slices.IndexFunc(l, func(v *Variant) bool { return is(v, Number) })
	var kept []*Variant
	for i, v := range l {
		texts := v.Type.Kind == String || v.Type.Kind == Enum && v.Type.Base == String
		numbers := v.Type.Kind == Integer || v.Type.Kind == Number
		if text >= 0 && i != text && texts || number >= 0 && i != number && numbers {
			continue
		}
		kept = append(kept, v)
	}
	return kept
}

// enumOf makes one enum of branches that each are a value.
func (b *builder) enumOf(n *node, branches []*node, name string) *Type {
	all := &node{items: []*node{}}
	for _, branch := range branches {
		if c := branch.get("const"); c != nil && c.value != nil {
			all.items = append(all.items, c)
		} else if l := branch.list("enum"); len(l) > 0 {
			all.items = append(all.items, l...)
		} else {
			return nil
		}
	}
	whole := &node{parent: n.parent, step: n.step, origin: n.origin, members: copied(n.members, "oneOf", "anyOf")}
	whole.members["enum"] = all
	return b.enum(whole, nil, name)
}

// discriminate tells the variants of a union apart by a member, if each is an object.
func (b *builder) discriminate(t *Type, n *node, branches []*node) {
	name := n.text("propertyName")
	if name == "" || len(branches) != len(t.Variants) {
		return
	}
	values := make([][]string, len(branches))
	taken := map[string]bool{}
	for i, branch := range branches {
		if whole := branch.get("x-branch"); whole != nil {
			branch = whole
		}
		ref := branch.text("$ref")
		if ref == "" || t.Variants[i].Type.Kind == Nullable {
			return
		}
		if mapping := n.get("mapping"); mapping != nil {
			for _, key := range mapping.keys {
				to := mapping.text(key)
				if to == ref || !strings.Contains(to, "/") && strings.HasSuffix(ref, "/"+to) {
					values[i] = append(values[i], key)
				}
			}
		}
		if values[i] == nil {
			values[i] = []string{unescaper.Replace(ref[strings.LastIndex(ref, "/")+1:])}
		}
		for _, v := range values[i] {
			if taken[v] {
				return
			}
			taken[v] = true
		}
	}
	t.Discriminator = name
	scope := Scope{}
	for i, v := range t.Variants {
		if v.Values = values[i]; len(Words(v.Values[0])) > 0 {
			v.Name = v.Values[0]
		}
		v.Name = scope.Take(Camel(v.Name))
	}
}

// unloop leaves out variants that are unions which have t among their own: no value can be told by them.
func unloop(t *Type) {
	if t.Kind != Union {
		return
	}
	t.Variants = slices.DeleteFunc(t.Variants, func(v *Variant) bool { return leads(v.Type, t, map[*Type]bool{}) })
	if len(t.Variants) == 0 {
		*t = Type{Name: t.Name, Doc: t.Doc}
	}
}

// leads tells whether a value of the type from may be one of the type to without anything between.
func leads(from, to *Type, seen map[*Type]bool) bool {
	if from == to {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	if from.Kind == Nullable {
		return leads(from.Elem, to, seen)
	}
	return from.Kind == Union && slices.ContainsFunc(from.Variants, func(v *Variant) bool { return leads(v.Type, to, seen) })
}

func isObject(t *Type) bool { return t.Kind == Object || t.Kind == Map || t.Kind == Union }
