package schema

import (
	"reflect"
)

// modelFor finds the marker that t embeds directly, nil if none.
func (p *planner) modelFor(t reflect.Type) Model {
	if m, ok := p.models[t]; ok {
		return m
	}
	var model Model
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous && IsModel(f.Type) {
			model = reflect.Zero(f.Type).Interface().(Model)
			p.errs = append(p.errs, model.SchemaErrors(t)...)
		}
	}
	p.models[t] = model
	return model
}

var modelType = reflect.TypeFor[Model]()

// HasModel tells whether the struct t embeds a marker directly.
func HasModel(t reflect.Type) bool {
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous && IsModel(f.Type) {
			return true
		}
	}
	return false
}

// IsModel tells whether t is a marker such as orm.Schema, rather than a struct that embeds one.
func IsModel(t reflect.Type) bool {
	if !t.Implements(modelType) || t.Kind() != reflect.Struct {
		return false
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous && f.Type.Implements(modelType) {
			return false
		}
	}
	return true
}
