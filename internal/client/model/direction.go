package model

// local is what a schema says of itself, without what it refers to.
type local struct {
	oneWay bool // it has members that go one way only
	refs   []string
}

// local looks through a schema.
func (b *builder) local(n *node) *local {
	if l := b.locals[n]; l != nil {
		return l
	}
	l := &local{}
	b.locals[n] = l
	look(n, l)
	return l
}

func look(n *node, l *local) {
	if n == nil {
		return
	}
	if n.is("readOnly") || n.is("writeOnly") {
		l.oneWay = true
	}
	if ref := n.text("$ref"); ref != "" {
		l.refs = append(l.refs, ref)
	}
	for _, key := range n.keys {
		switch key {
		case "example", "examples", "default", "enum", "const":
		default:
			look(n.members[key], l)
		}
	}
	for _, item := range n.items {
		look(item, l)
	}
}

// differs tells whether a schema, with all that it refers to, takes something else than it shows.
func (b *builder) differs(n *node) bool {
	seen := map[*node]bool{n: true}
	for todo := []*node{n}; len(todo) > 0; {
		l := b.local(todo[len(todo)-1])
		todo = todo[:len(todo)-1]
		if l.oneWay {
			return true
		}
		for _, ref := range l.refs {
			if target := b.doc.at(ref); !seen[target] {
				seen[target] = true
				todo = append(todo, target)
			}
		}
	}
	return false
}
