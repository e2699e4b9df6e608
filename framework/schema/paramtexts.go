package schema

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unsafe"
)

// Texts is the value at v as the texts of a parameter; none for one that is optional and absent or zero.
func (p *Param) Texts(v unsafe.Pointer) ([]string, error) {
	texts, err := p.Items(v)
	if err == nil && p.split && len(texts) > 0 {
		for _, text := range texts {
			if strings.Contains(text, ",") {
				return nil, fmt.Errorf("%s: %q has a comma, which would end the item", p, text)
			}
			if text != strings.TrimSpace(text) {
				return nil, fmt.Errorf("%s: %q has space around it, which would not arrive", p, text)
			}
		}
		texts = []string{strings.Join(texts, ",")}
	}
	return texts, err
}

// Items is Texts with each item of a list by itself.
func (p *Param) Items(v unsafe.Pointer) ([]string, error) {
	n := p.node
	if !p.required && reflect.NewAt(n.t, v).Elem().IsZero() {
		return nil, nil
	}
	n, v, err := n.held(v)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p, err)
	}
	if p.Deep() {
		return n.pairs(v)
	}
	return n.texts(v)
}

// held is what a pointer or a Null holds.
func (n *node) held(v unsafe.Pointer) (*node, unsafe.Pointer, error) {
	for ; n.kind == pointer || n.kind == nullable; n = n.elem {
		if n.kind == nullable {
			if h := (*nullHead)(v); !h.set || h.null {
				return n, v, errNoText
			}
			v = unsafe.Add(v, n.value)
		} else if v = *(*unsafe.Pointer)(v); v == nil {
			return n, v, errNoText
		}
	}
	return n, v, nil
}

var errNoText = errors.New("null has no form as text")

// texts is a value as one text, a list as one an item.
func (n *node) texts(v unsafe.Pointer) ([]string, error) {
	n, v, err := n.held(v)
	if err != nil {
		return nil, err
	}
	if n.kind != list {
		text, err := n.text(v)
		return []string{text}, err
	}
	l := reflect.NewAt(n.t, v).Elem()
	texts := make([]string, l.Len())
	for i := range texts {
		if texts[i], err = n.elem.text(l.Index(i).Addr().UnsafePointer()); err != nil {
			return nil, err
		}
	}
	return texts, nil
}
