package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// maxDepth is how deep a document may nest.
const maxDepth = 400

// node is a value of a document. The members of an object keep their order. The methods of a nil node answer like
// those of a member that is not there.
type node struct {
	value   any // nil, bool, json.Number or string; nothing of lists and objects
	items   []*node
	keys    []string
	members map[string]*node
	parent  *node
	step    string // from the parent: "/get"; "#" of the root
	origin  *node  // itself, or what it is a copy of; nil if the document does not have it
}

func parse(text []byte) (*node, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	n, err := parseValue(d, nil, "#", 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("there is more after the document")
	}
	return n, nil
}

func parseValue(d *json.Decoder, parent *node, step string, depth int) (*node, error) {
	n := &node{parent: parent, step: step}
	n.origin = n
	if depth > maxDepth {
		return nil, fmt.Errorf("%s: nests deeper than %d", n.pointer(), maxDepth)
	}
	t, err := d.Token()
	if err != nil {
		return nil, fmt.Errorf("is no JSON: %w", err)
	}
	switch t {
	case json.Delim('{'):
		n.members = map[string]*node{}
		for d.More() {
			if err := n.parseMember(d, depth); err != nil {
				return nil, err
			}
		}
		_, err = d.Token()
	case json.Delim('['):
		n.items = []*node{}
		for d.More() {
			m, err := parseValue(d, n, "/"+strconv.Itoa(len(n.items)), depth+1)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, m)
		}
		_, err = d.Token()
	default:
		n.value = t
	}
	if err != nil {
		return nil, fmt.Errorf("is no JSON: %w", err)
	}
	return n, nil
}

var (
	escaper   = strings.NewReplacer("~", "~0", "/", "~1")
	unescaper = strings.NewReplacer("~1", "/", "~0", "~")
)

func escape(step string) string { return escaper.Replace(step) }

func (n *node) parseMember(d *json.Decoder, depth int) error {
	key, err := d.Token()
	if err != nil {
		return fmt.Errorf("is no JSON: %w", err)
	}
	name, _ := key.(string)
	m, err := parseValue(d, n, "/"+escape(name), depth+1)
	if err != nil {
		return err
	}
	if ref, ok := m.value.(string); ok && name == "$ref" && strings.HasPrefix(ref, "#") {
		if plain, err := url.PathUnescape(ref); err == nil { // it is a URI; pointers here are not
			m.value = plain
		}
	}
	if n.members[name] == nil {
		n.keys = append(n.keys, name)
	}
	n.members[name] = m
	return nil
}

// pointer is where the node stands: "#/paths/~1user/get". It is put together when asked for: pointers of every node
// would take far more memory than the document.
func (n *node) pointer() string {
	var steps []string
	for ; n != nil; n = n.parent {
		steps = append(steps, n.step)
	}
	slices.Reverse(steps)
	return strings.Join(steps, "")
}

func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	return n.members[key]
}

func (n *node) has(keys ...string) bool {
	for _, key := range keys {
		if n.get(key) != nil {
			return true
		}
	}
	return false
}

// text is a member that is a string, "" for any other.
func (n *node) text(key string) string {
	if m := n.get(key); m != nil {
		s, _ := m.value.(string)
		return s
	}
	return ""
}

// is tells a member that is true.
func (n *node) is(key string) bool {
	m := n.get(key)
	return m != nil && m.value == true
}

// list is a member that is a list.
func (n *node) list(key string) []*node {
	if m := n.get(key); m != nil {
		return m.items
	}
	return nil
}

// texts are the strings of a member that is a list, or one.
func (n *node) texts(key string) (l []string) {
	m := n.get(key)
	if m == nil {
		return nil
	}
	if s, ok := m.value.(string); ok {
		return []string{s}
	}
	for _, item := range m.items {
		if s, ok := item.value.(string); ok {
			l = append(l, s)
		}
	}
	return l
}

// at finds what a pointer points to: "#/components/schemas/User".
func (n *node) at(pointer string) *node {
	rest, ok := strings.CutPrefix(pointer, "#")
	if !ok {
		return nil
	}
	if rest == "" {
		return n
	}
	for step := range strings.SplitSeq(strings.TrimPrefix(rest, "/"), "/") {
		if n == nil {
			return nil
		}
		step = unescaper.Replace(step)
		if n.items != nil {
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(n.items) {
				return nil
			}
			n = n.items[i]
			continue
		}
		n = n.get(step)
	}
	return n
}
