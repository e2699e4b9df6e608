package schema

import "reflect"

// PlanField makes the plan of the type of the field f of owner, with the rules of its tags: that of a body which is one
// value.
func PlanField(f reflect.StructField, owner reflect.Type) (*Plan, error) {
	p := newPlanner()
	m := Member{Field: f.Name, node: p.fieldNode(owner, f)}
	m.setRules(p, owner, f, nil)
	if err := p.finish(); err != nil {
		return nil, err
	}
	return &Plan{n: m.node, limits: m.limits, item: m.item}, nil
}
