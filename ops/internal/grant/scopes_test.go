package grant_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
)

func TestRow31_WhatScopesCanMean(t *testing.T) {
	for text, want := range map[string]string{
		"log.view":                  "",
		"api.view log.view":         "",
		"api.view,log.view":         "",
		" api.view \t\n log.view ":  "",
		"*":                         "",
		"data.*":                    "",
		"data.query:user.user":      "",
		"data.*:user.user":          "",
		"":                          "",
		"log.views":                 "is none",
		"log":                       "is none",
		"log.":                      "is none",
		"LOG.VIEW":                  "is none",
		"*.view":                    "is none",
		"lo*":                       "is none",
		"**":                        "is none",
		"nothing.*":                 "is none",
		"data.query:":               "stands one table",
		"data.query:a:b":            "stands one table",
		"data.query:*":              "stands one table",
		"log.view:a":                "only scopes of data",
		"*:a":                       "only scopes of data",
		"data.query;data.delete":    "is none",
		"api.view, log.view extra.": "is none",
	} {
		if _, err := grant.Parse(text); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// tables are such that one is a part of another, and of names of scopes.
var tables = []string{"a", "ab", "b", "data", "query", "data.query", "user.user", "user"}

// random makes scopes, those too that mean nothing.
func random(r *rand.Rand) grant.Scopes {
	var l grant.Scopes
	for range r.IntN(5) {
		name := grant.All[r.IntN(len(grant.All))]
		switch r.IntN(8) {
		case 0:
			name = "*"
		case 1:
			name, _, _ = strings.Cut(name, ".")
			name += ".*"
		case 2:
			name = name[:r.IntN(len(name))]
		case 3:
			name += "x"
		}
		if r.IntN(3) == 0 {
			name += ":" + tables[r.IntN(len(tables))]
		}
		l = append(l, name)
	}
	return l
}

// allows says the rules again, in the longest way: every scope is spelled out for every table.
func allows(s grant.Scopes, scope, table string) bool {
	for _, one := range s.Valid() {
		for _, full := range grant.All {
			name, limit, limited := strings.Cut(one, ":")
			group := full[:strings.Index(full, ".")]
			if name != full && name != "*" && name != group+".*" {
				continue
			}
			if full == scope && (!limited || limit == table) {
				return true
			}
		}
	}
	return false
}

func TestRow31_ScopesAreExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2_000 {
		given, disabled := random(r), random(r)
		g := &grant.Grant{Scopes: given.Valid(), Disabled: disabled.Valid()}
		for _, scope := range grant.All {
			some := false
			for _, table := range tables {
				want := allows(given, scope, table) && !allows(disabled, scope, table)
				if got := g.Allows(scope, table); got != want {
					t.Fatalf("%q without %q: %s on %s: %t, want %t", given, disabled, scope, table, got, want)
				}
				some = some || want
			}
			if some && !g.Allows(scope, "") {
				t.Fatalf("%q without %q: %s is allowed on some table, and refused as a whole", given, disabled, scope)
			}
			if everywhere := allows(disabled, scope, "no such table"); everywhere && (g.Allows(scope, "") || slices.Contains(given.Valid().Expanded(disabled.Valid()), scope)) {
				t.Fatalf("%q without %q: %s is disabled, and allowed", given, disabled, scope)
			}
		}
	}
}

func TestRow31_WithinIsWhatAllowsSays(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		inner, outer := random(r).Valid(), random(r).Valid()
		want := true
		for _, scope := range grant.All {
			for _, table := range append(tables, "another") {
				want = want && (!allows(inner, scope, table) || allows(outer, scope, table))
			}
		}
		if got := inner.Within(outer); got != want {
			t.Fatalf("%q within %q: %t, want %t", inner, outer, got, want)
		}
	}
}

func TestNobodyMayAnything(t *testing.T) {
	var g *grant.Grant
	if g.Allows("api.view", "") || grant.Of(t.Context()) != nil || grant.Require(t.Context(), "api.view", "") == nil {
		t.Error("a call without a grant may something")
	}
}
