package auth

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/google/uuid"

	"github.com/utilmeta/utilmeta-go/framework/auth/password"
)

func TestProof(t *testing.T) {
	hash := func(plain password.Plain) password.Hash {
		h, err := password.Params{Rounds: 10}.Hash(t.Context(), plain)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	one, two, none := hash("secret"), hash("secret"), password.Hash{}
	for _, test := range []struct {
		name     string
		of, held password.Hash
		want     bool
	}{
		{"the same", one, one, true},
		{"the same password, hashed again", one, two, false},
		{"no password", none, none, true},
		{"a password since", none, one, false},
		{"none since", one, none, false},
	} {
		if got := proves(proofOf(test.of), test.held); got != test.want {
			t.Errorf("%s: %t", test.name, got)
		}
	}
	if bytes.Equal(proofOf(one), proofOf(one)) {
		t.Error("two logins of one user can be told by their proofs")
	}
	for _, bad := range [][]byte{{}, {1}, make([]byte, 17), make([]byte, 48)} {
		if proves(bad, one) {
			t.Errorf("%v proves", bad)
		}
	}
}

func TestParseKey(t *testing.T) {
	type id string
	for _, test := range []struct {
		text string
		want any // nil for what is no key
		t    reflect.Type
	}{
		{"7", 7, reflect.TypeFor[int]()},
		{"-7", int64(-7), reflect.TypeFor[int64]()},
		{"300", nil, reflect.TypeFor[int8]()},
		{"7.0", nil, reflect.TypeFor[int]()},
		{"", nil, reflect.TypeFor[int]()},
		{"7", uint32(7), reflect.TypeFor[uint32]()},
		{"-7", nil, reflect.TypeFor[uint32]()},
		{"ada", "ada", reflect.TypeFor[string]()},
		{"ada", id("ada"), reflect.TypeFor[id]()},
		{uuid.NameSpaceDNS.String(), uuid.NameSpaceDNS, reflect.TypeFor[uuid.UUID]()},
		{"ada", nil, reflect.TypeFor[uuid.UUID]()},
		{"ada", nil, reflect.TypeFor[[]int]()},
	} {
		got, ok := parseKey(test.text, test.t)
		if ok != (test.want != nil) || ok && got != test.want {
			t.Errorf("%q as %v: %v, %t", test.text, test.t, got, ok)
		}
	}
}
