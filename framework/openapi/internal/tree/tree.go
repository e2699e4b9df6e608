// Package tree holds JSON and YAML that nobody has made a type for: objects keep the order of their members, numbers
// keep their digits, and how much there may be of it is bounded.
//
// A value is nil, a bool, a string, a json.Number, a []any or an *Object.
package tree

import "slices"

// An Object has members in their order. A nil Object is one without members, to be read only.
type Object struct {
	Members []Member
	index   map[string]int // made when there are many members
}

// A Member is a value with its name.
type Member struct {
	Key   string
	Value any
}

// many is the number of members from which an index pays.
const many = 12

func (o *Object) find(key string) int {
	if o == nil {
		return -1
	}
	if len(o.Members) < many {
		return slices.IndexFunc(o.Members, func(m Member) bool { return m.Key == key })
	}
	if o.index == nil {
		o.index = make(map[string]int, len(o.Members))
		for i, m := range o.Members {
			o.index[m.Key] = i
		}
	}
	if i, ok := o.index[key]; ok {
		return i
	}
	return -1
}

// All is the members, of a nil Object too.
func (o *Object) All() []Member {
	if o == nil {
		return nil
	}
	return o.Members
}

// Has tells whether there is a member of that name.
func (o *Object) Has(key string) bool { return o.find(key) >= 0 }

// Get is the value of a member, nil if there is none.
func (o *Object) Get(key string) any {
	if i := o.find(key); i >= 0 {
		return o.Members[i].Value
	}
	return nil
}

// Object is the value of a member that is an object, or nil.
func (o *Object) Object(key string) *Object {
	v, _ := o.Get(key).(*Object)
	return v
}

// List is the value of a member that is a list, or nil.
func (o *Object) List(key string) []any {
	v, _ := o.Get(key).([]any)
	return v
}

// Text is the value of a member that is a string, or "".
func (o *Object) Text(key string) string {
	v, _ := o.Get(key).(string)
	return v
}

// Set gives a member its value, at its place or at the end.
func (o *Object) Set(key string, v any) {
	if i := o.find(key); i >= 0 {
		o.Members[i].Value = v
		return
	}
	o.Members = append(o.Members, Member{key, v})
	if o.index != nil {
		o.index[key] = len(o.Members) - 1
	}
}

// Replace puts a member where another one stands, and at the end if that is not there.
func (o *Object) Replace(old, key string, v any) {
	if old != key {
		o.Delete(key)
	}
	if i := o.find(old); i >= 0 {
		o.Members[i] = Member{key, v}
		o.index = nil
		return
	}
	o.Set(key, v)
}

// Delete takes a member out and returns its value.
func (o *Object) Delete(key string) any {
	i := o.find(key)
	if i < 0 {
		return nil
	}
	v := o.Members[i].Value
	o.Members = slices.Delete(o.Members, i, i+1)
	o.index = nil
	return v
}

// Clone copies a value and all that is in it.
func Clone(v any) any {
	switch v := v.(type) {
	case *Object:
		if v == nil {
			return v
		}
		o := &Object{Members: make([]Member, len(v.Members))}
		for i, m := range v.Members {
			o.Members[i] = Member{m.Key, Clone(m.Value)}
		}
		return o
	case []any:
		l := make([]any, len(v))
		for i, item := range v {
			l[i] = Clone(item)
		}
		return l
	}
	return v
}

// Equal compares values; the order of members does not matter.
func Equal(a, b any) bool {
	switch a := a.(type) {
	case *Object:
		b, ok := b.(*Object)
		if !ok || len(a.All()) != len(b.All()) {
			return false
		}
		for _, m := range a.All() {
			if !b.Has(m.Key) || !Equal(m.Value, b.Get(m.Key)) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, Equal)
	}
	switch b.(type) {
	case *Object, []any:
		return false
	}
	return a == b
}

// Size is the number of values in a value, itself among them; a long text counts as one for every 64 bytes.
func Size(v any) int {
	n := 1
	switch v := v.(type) {
	case *Object:
		for _, m := range v.All() {
			n += len(m.Key)/64 + Size(m.Value)
		}
	case []any:
		for _, item := range v {
			n += Size(item)
		}
	case string:
		n += len(v) / 64
	}
	return n
}
