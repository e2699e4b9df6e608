package model

import (
	"slices"
)

// parts are what the branches of allOf say together.
type parts struct {
	names    []string
	props    map[string]*node
	required map[string]bool
	further  *node // additionalProperties
	pattern  *node
	unions   []*node // schemas with branches
	other    []*node // that are no objects
	doc      string
	disc     *node
	seen     map[*node]bool
}

func (b *builder) collect(n *node) *parts {
	p := &parts{props: map[string]*node{}, required: map[string]bool{}, seen: map[*node]bool{}}
	b.gather(p, n, 0)
	return p
}

func (b *builder) gather(p *parts, n *node, depth int) {
	if n == nil || depth > maxDepth {
		return
	}
	if n.origin != nil {
		if p.seen[n.origin] {
			return
		}
		p.seen[n.origin] = true
	}
	if ref := n.text("$ref"); ref != "" {
		target := b.doc.at(ref)
		if target == nil {
			b.missing(n, ref)
			return
		}
		b.gather(p, target, depth+1)
	}
	for _, branch := range n.list("allOf") {
		b.gather(p, branch, depth+1)
	}
	b.gatherOwn(p, n)
}

func (b *builder) gatherOwn(p *parts, n *node) {
	if own := n.get("properties"); own != nil {
		for _, name := range own.keys {
			before := p.props[name]
			if before == nil {
				p.names = append(p.names, name)
			}
			if after := own.get(name); before == nil || after.has(structural...) || after.text("$ref") != "" {
				p.props[name] = after
			}
		}
	}
	for _, name := range n.texts("required") {
		p.required[name] = true
	}
	if f := n.get("additionalProperties"); f != nil {
		p.further = f
	}
	if f := n.get("patternProperties"); f != nil {
		p.pattern = f
	}
	if d := n.get("discriminator"); d != nil {
		p.disc = d
	}
	if branches := unionOf(n); len(branches) > 0 && !slices.ContainsFunc(branches, func(x *node) bool { return p.hasSeen(b, x) }) {
		p.unions = append(p.unions, n)
	}
	if n.has("enum", "const", "items", "prefixItems") || slices.ContainsFunc(n.texts("type"), func(s string) bool { return s != "object" && s != "null" }) {
		p.other = append(p.other, n)
	}
	if d := doc(n); d != "" {
		p.doc = d
	}
}

// hasSeen tells a branch that is being composed itself: its base lists it among its kinds.
func (p *parts) hasSeen(b *builder, branch *node) bool {
	ref := branch.text("$ref")
	if ref == "" {
		return false
	}
	target := b.doc.at(ref)
	return target != nil && p.seen[target.origin]
}

// maxNested is how deep unions of objects that have unions of their own are followed.
const maxNested = 3

// composed makes the type of a schema with allOf, or with members beside branches.
func (b *builder) composed(n *node, dir direction, name string) *Type {
	p := b.collect(n)
	switch {
	case len(p.unions) > 0 && len(p.names) == 0 && len(p.other) == 0:
		u := p.unions[0]
		return b.union(u, unionOf(u), dir, name)
	case len(p.unions) > 0 && len(p.other) == 0 && b.nested < maxNested:
		b.nested++
		defer func() { b.nested-- }()
		return b.distributed(p, n, dir, name)
	case len(p.names) == 0 && len(p.other) > 0:
		only := *p.other[len(p.other)-1]
		for _, o := range p.other {
			if o.has("enum", "const", "items", "prefixItems") {
				only = *o
			}
		}
		only.members = copied(only.members, "allOf", "$ref")
		return b.build(&only, dir, name)
	}
	return b.object(p, n, dir, name)
}

// copied are members without some.
func copied(from map[string]*node, without ...string) map[string]*node {
	to := map[string]*node{}
	for k, v := range from {
		if !slices.Contains(without, k) {
			to[k] = v
		}
	}
	return to
}

// distributed makes a union each of whose variants has the members that stand beside the branches.
func (b *builder) distributed(p *parts, n *node, dir direction, name string) *Type {
	base := &node{members: map[string]*node{"properties": {keys: p.names, members: p.props}}}
	required := &node{items: []*node{}}
	for _, name := range p.names {
		if p.required[name] {
			required.items = append(required.items, &node{value: name})
		}
	}
	base.members["required"] = required
	if p.further != nil {
		base.members["additionalProperties"] = p.further
	}
	u := p.unions[0]
	var branches []*node
	for i, branch := range unionOf(u) {
		if isNull(branch) || b.builtOn(branch, n) {
			branches = append(branches, branch)
			continue
		}
		all := &node{items: []*node{base, branch}}
		for _, more := range p.unions[1:] {
			all.items = append(all.items, &node{members: map[string]*node{"oneOf": {items: unionOf(more)}}})
		}
		title := &node{value: variantName(branch, i)}
		branches = append(branches, &node{members: map[string]*node{"allOf": all, "title": title, "x-branch": branch}})
	}
	both := &node{members: map[string]*node{}}
	if p.disc != nil {
		both.members["discriminator"] = p.disc
	}
	if p.doc != "" {
		both.members["description"] = &node{value: p.doc}
	}
	return b.union(both, branches, dir, name)
}

// builtOn tells a branch that has the members of n by itself.
func (b *builder) builtOn(branch, n *node) bool {
	return branch.text("$ref") != "" && n.origin != nil && b.collect(branch).seen[n.origin]
}
