package schema

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
)

// plans remembers the node of each type, finished and without faults.
var plans sync.Map

// planner makes the nodes of one type and of all that it holds.
type planner struct {
	made   map[reflect.Type]*node
	models map[reflect.Type]Model
	later  []func() // what needs the finished graph
	errs   []error
}

func newPlanner() *planner {
	return &planner{made: map[reflect.Type]*node{}, models: map[reflect.Type]Model{}}
}

// planOf finds or makes the node of t.
func planOf(t reflect.Type) (*node, error) {
	if n, ok := plans.Load(t); ok {
		return n.(*node), nil
	}
	p := newPlanner()
	n := p.node(t)
	if err := p.finish(); err != nil {
		return n, err
	}
	for t, n := range p.made {
		plans.LoadOrStore(t, n)
	}
	return n, nil
}

// finish works out what needs the whole graph.
func (p *planner) finish() error {
	for _, n := range p.made {
		n.mayCheck = n.some(func(n *node) bool { return n.checks || n.obj != nil && len(n.obj.checks) > 0 }, map[*node]bool{})
	}
	for _, f := range p.later {
		f()
	}
	return errors.Join(p.errs...)
}

func (p *planner) fail(t reflect.Type, field, format string, a ...any) {
	p.errs = append(p.errs, &PlanError{Type: t, Field: field, Text: fmt.Sprintf(format, a...)})
}

// A PlanError is a mistake in the declaration of a type.
type PlanError struct {
	Type  reflect.Type
	Field string // "" for the type itself
	Text  string
}

// Error names the type and the field before what is wrong.
func (e *PlanError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("%s: %s", e.Type, e.Text)
	}
	return fmt.Sprintf("%s.%s: %s", e.Type, e.Field, e.Text)
}
