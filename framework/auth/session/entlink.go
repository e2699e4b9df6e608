package session

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/orm"
)

// link is a value of a session, or of Config.Columns, that has a column of its own.
type link struct {
	edge   *orm.Edge // nil for a field
	column string
	value  any
}

// links finds the columns for r: those that values are named after, then those that Config.Columns says.
func (s *entStore) links(r Record) ([]link, error) {
	var links []link
	for key, raw := range r.Values {
		name, ours := strings.CutPrefix(key, "_")
		if !ours || ownFields[name] != nil {
			continue
		}
		l, t := s.link(name)
		if t == nil {
			if edge, isKey := strings.CutSuffix(name, "_id"); isKey {
				l, t = s.link(edge)
			}
		}
		if t == nil {
			continue
		}
		v := reflect.New(t)
		if err := json.Unmarshal(raw, v.Interface()); err != nil {
			return nil, fmt.Errorf("session: value %q does not fit %s of %s: %w", key, name, s.model.Name, err)
		}
		l.value = v.Elem().Interface()
		links = append(links, l)
	}
	for name, v := range r.Columns {
		l, t := s.link(name)
		if t == nil || ownFields[name] != nil {
			return nil, fmt.Errorf("session: Columns: %s has no field or unique edge %q to fill", s.model.Name, name)
		}
		fit := reflect.ValueOf(v)
		if !fit.IsValid() || !fit.CanConvert(t) || t.Kind() == reflect.String && fit.Kind() != reflect.String {
			return nil, fmt.Errorf("session: Columns: %s of %s is %T: want %v", name, s.model.Name, v, t)
		}
		l.value = fit.Convert(t).Interface()
		links = append(links, l)
	}
	return links, nil
}

// link finds the column of a field or of an edge that the table itself keeps, with the type of its values; the type
// is nil when there is none.
func (s *entStore) link(name string) (link, reflect.Type) {
	if f := s.model.Field(name); f != nil && f != s.model.Key {
		return link{column: f.Column}, f.GoType
	}
	if e := s.model.Edge(name); e != nil && e.Unique && e.Stored == orm.Here {
		return link{edge: e, column: e.Column}, e.Target().Key.GoType
	}
	return link{}, nil
}
