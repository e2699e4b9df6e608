package schema

import (
	"context"
	"errors"
	"reflect"
	"testing"
)

type span struct {
	From int `json:"from"`
	To   int `json:"to"`
}

func (s *span) Validate(context.Context) error {
	if s.From > s.To {
		return errors.New("from is after to")
	}
	return nil
}

type trip struct {
	span
	Legs []span `json:"legs"`
}

// A promoted Validate must not run for the embedding struct as well.
func TestValidate(t *testing.T) {
	var v trip
	faults, err := Unmarshal(context.Background(), []byte(`{"from":1,"to":2,"legs":[{"from":1,"to":2},{"from":3,"to":2}]}`), &v)
	if err != nil || len(faults) != 1 || faults[0].Pointer != "/legs/1" || faults[0].Detail != "from is after to" {
		t.Errorf("got %v, %v", faults, err)
	}
}

type loud struct {
	span
	Name string `json:"name"`
}

type loudOf[T any] struct {
	span
	Of T `json:"of"`
}

func (l *loudOf[T]) Validate(context.Context) error { return nil }

var loudCalls int

func (l *loud) Validate(context.Context) error { loudCalls++; return nil }

func TestValidateOfItsOwn(t *testing.T) {
	loudCalls = 0
	if _, err := Unmarshal(context.Background(), []byte(`{"from":1,"to":2,"name":"x"}`), new(loud)); err != nil || loudCalls != 1 {
		t.Errorf("called %d times, %v", loudCalls, err)
	}
	if !HasOwnMethod(reflect.TypeFor[loudOf[map[string]int]](), validatorType, "Validate") {
		t.Error("the method of a generic type is its own")
	}
	if HasOwnMethod(reflect.TypeFor[trip](), validatorType, "Validate") || !HasOwnMethod(reflect.TypeFor[loud](), validatorType, "Validate") {
		t.Error("own and promoted methods are not told apart")
	}
}

func TestKeptMembersAreValidated(t *testing.T) {
	type open struct {
		Extra map[string]span `additional:"keep"`
	}
	faults, err := Unmarshal(context.Background(), []byte(`{"a":{"from":1,"to":2},"b":{"from":3,"to":2}}`), new(open))
	if err != nil || len(faults) != 1 || faults[0].Pointer != "/b" {
		t.Errorf("got %v, %v", faults, err)
	}
}
