package schema

import "reflect"

// An Enum is a type of strings that lists its values, as ent's enums of Go types do: it has the rule enum wherever it
// stands. The method is asked on a zero value.
type Enum interface{ Values() []string }

var enumType = reflect.TypeFor[Enum]()

// enumerate gives n the rule of its type.
func (p *planner) enumerate(n *node) {
	if n.t == stringType || !reflect.PointerTo(n.t).Implements(enumType) {
		return
	}
	var r Rules
	for _, v := range reflect.New(n.t).Interface().(Enum).Values() {
		r.Enum = append(r.Enum, v)
	}
	if len(r.Enum) == 0 {
		p.fail(n.t, "", "Values lists nothing: there is no value that it could have")
		return
	}
	n.enum, _ = r.compile(n) // the rule of a string on a string
}
