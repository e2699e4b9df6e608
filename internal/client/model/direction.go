package model

// local is what a schema says of itself, without what it refers to.
type local struct {
	oneWay bool // it has members that go one way only
	refs   []string
}

// local looks through a schema.
func (b *builder) local(pointer string) *local {
	if l := b.locals[pointer]; l != nil {
		return l
	}
	l := &local{}
	b.locals[pointer] = l
	look(b.doc.at(pointer), l)
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
func (b *builder) differs(pointer string) bool {
	seen := map[string]bool{pointer: true}
	for todo := []string{pointer}; len(todo) > 0; {
		l := b.local(todo[len(todo)-1])
		todo = todo[:len(todo)-1]
		if l.oneWay {
			return true
		}
		for _, ref := range l.refs {
			if !seen[ref] {
				seen[ref] = true
				todo = append(todo, ref)
			}
		}
	}
	return false
}
