package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// yamlReader makes values of YAML's nodes. An alias becomes a copy of what it stands for, and counts as one.
type yamlReader struct {
	budget budget
	open   map[*yaml.Node]bool // anchors that are being copied
}

func parseYAML(text []byte) (any, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, errors.New(strings.TrimPrefix(strings.ReplaceAll(err.Error(), "\n", " "), "yaml: "))
	}
	if len(doc.Content) == 0 {
		return nil, errors.New("is empty")
	}
	r := &yamlReader{budget{maxNodes, maxBytes}, map[*yaml.Node]bool{}}
	return r.value(doc.Content[0], 0)
}

func (r *yamlReader) value(n *yaml.Node, depth int) (any, error) {
	if err := r.budget.take(depth, len(n.Value)); err != nil {
		return nil, fault(n, "%s", err)
	}
	switch n.Kind {
	case yaml.AliasNode:
		if r.open[n.Alias] {
			return nil, fault(n, "the anchor %s holds itself", n.Value)
		}
		return r.value(n.Alias, depth)
	case yaml.MappingNode:
		r.open[n] = true
		defer delete(r.open, n)
		return r.object(n, depth)
	case yaml.SequenceNode:
		r.open[n] = true
		defer delete(r.open, n)
		l := make([]any, 0, len(n.Content))
		for _, item := range n.Content {
			v, err := r.value(item, depth+1)
			if err != nil {
				return nil, err
			}
			l = append(l, v)
		}
		return l, nil
	}
	return scalar(n)
}

func fault(n *yaml.Node, format string, a ...any) error {
	return fmt.Errorf("line %d: %s", n.Line, fmt.Sprintf(format, a...))
}

// object reads a mapping: its own members, then what it merges.
func (r *yamlReader) object(n *yaml.Node, depth int) (*Object, error) {
	o := &Object{}
	var merged []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind == yaml.ScalarNode && k.ShortTag() == "!!merge" {
			merged = append(merged, v)
			continue
		}
		if k.Kind == yaml.AliasNode {
			k = k.Alias
		}
		switch {
		case k.Kind != yaml.ScalarNode:
			return nil, fault(k, "a name that is no text")
		case strings.IndexByte(k.Value, 0) >= 0:
			return nil, fault(k, "NUL in a name")
		case o.Has(k.Value):
			return nil, fault(k, "%s twice in an object", strconv.Quote(k.Value))
		}
		if err := r.budget.take(depth, len(k.Value)); err != nil {
			return nil, fault(k, "%s", err)
		}
		value, err := r.value(v, depth+1)
		if err != nil {
			return nil, err
		}
		o.Set(k.Value, value)
	}
	for _, m := range merged {
		if err := r.merge(o, m, depth); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// merge adds the members of <<: a mapping or a list of them, of which the first to have a member gives it.
func (r *yamlReader) merge(o *Object, n *yaml.Node, depth int) error {
	v, err := r.value(n, depth+1)
	if err != nil {
		return err
	}
	l, ok := v.([]any)
	if !ok {
		l = []any{v}
	}
	for _, from := range l {
		from, ok := from.(*Object)
		if !ok {
			return fault(n, "<< merges something that is no mapping")
		}
		for _, m := range from.Members {
			if !o.Has(m.Key) {
				o.Set(m.Key, m.Value)
			}
		}
	}
	return nil
}

func scalar(n *yaml.Node) (any, error) {
	if strings.IndexByte(n.Value, 0) >= 0 {
		return nil, fault(n, "NUL in a string")
	}
	switch n.ShortTag() {
	case "!!null":
		return nil, nil
	case "!!bool":
		var b bool
		if err := n.Decode(&b); err != nil {
			return nil, fault(n, "%q is neither true nor false", n.Value)
		}
		return b, nil
	case "!!int", "!!float":
		return number(n)
	}
	return n.Value, nil
}

// plain is a number as JSON has it.
var plain = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)

// number keeps the digits where JSON would write the same.
func number(n *yaml.Node) (any, error) {
	if plain.MatchString(n.Value) {
		return json.Number(n.Value), nil
	}
	var v any
	if err := n.Decode(&v); err != nil {
		return nil, fault(n, "%q is no number", n.Value)
	}
	f, isFloat := v.(float64)
	if !isFloat {
		return json.Number(fmt.Sprint(v)), nil
	}
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return nil, fault(n, "%s is no number that JSON has", n.Value)
	}
	return json.Number(strconv.FormatFloat(f, 'g', -1, 64)), nil
}

// YAML writes a value as YAML in block style. Texts that YAML would take for something else get quotes.
func YAML(v any) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(nodeOf(v)); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}

func nodeOf(v any) *yaml.Node {
	switch v := v.(type) {
	case *Object:
		n := &yaml.Node{Kind: yaml.MappingNode}
		for _, m := range v.All() {
			n.Content = append(n.Content, nodeOf(m.Key), nodeOf(m.Value))
		}
		return n
	case []any:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		for _, item := range v {
			n.Content = append(n.Content, nodeOf(item))
		}
		return n
	case string:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v}
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: string(Append(nil, v))}
}

// Plain is a value as encoding/json has it, but that whole numbers are ints where they fit.
func Plain(v any) any {
	switch v := v.(type) {
	case *Object:
		o := make(map[string]any, len(v.All()))
		for _, m := range v.All() {
			o[m.Key] = Plain(m.Value)
		}
		return o
	case []any:
		l := make([]any, len(v))
		for i, item := range v {
			l[i] = Plain(item)
		}
		return l
	case json.Number:
		if i, err := strconv.Atoi(v.String()); err == nil {
			return i
		}
		f, _ := v.Float64()
		return f
	}
	return v
}
