package main

import (
	"errors"
	"fmt"
	"math"
)

// gate is what a kind of request is to reach: how many times faster than others, and how many allocations at most.
type gate struct {
	request                    string
	codecs, echo, huma, allocs float64
	plugged                    float64 // codecs than echo, both with request id and session
}

var gates = []gate{
	{"hello", 1.8, 1.8, 2.5, 2, 3.5},
	{"user", 8, 7, 4, 2, 8},
	{"signup", 7.5, 6.5, 9, 3, 7},
	{"items", 7, 6, 9, 9, 7},
	{"invalid", 6, 5, 8, 4, 6},
}

const (
	// slack is how much of a ratio a short run on a busy machine may lose.
	slack = 0.75
	// perPlugin is how many allocations a plugin may add.
	perPlugin = 1

	plan   = "utilmeta"
	codecs = "utilmeta, codecs"
)

// check names what falls short.
func check(plain, plugged []*table) error {
	var short []error
	want := func(ok bool, format string, a ...any) {
		if !ok {
			short = append(short, fmt.Errorf(format, a...))
		}
	}
	for i, g := range gates {
		ratio := func(t *table, of, than string, least float64, with string) {
			got := t.ratio(of, than)
			want(got >= least, "%s%s: %s is %.2f times as fast as %s, want %.2f", g.request, with, of, got, than, least)
		}
		ratio(plain[i], plan, "echo", g.echo*slack, "")
		ratio(plain[i], codecs, "echo", g.codecs*slack, "")
		ratio(plain[i], plan, "huma-echo", g.huma*slack, "")
		ratio(plugged[i], codecs, "echo", g.plugged*slack, " with plugins")
		for _, name := range plain[i].names {
			ratio(plain[i], plan, name, slack, "")
		}
		for _, of := range []string{plan, codecs} {
			allocs := math.Floor(plain[i].allocs(of))
			want(allocs <= g.allocs, "%s: %s takes %.0f allocations, want %.0f", g.request, of, allocs, g.allocs)
			allocs = math.Floor(plugged[i].allocs(of))
			want(allocs <= g.allocs+2*perPlugin, "%s with plugins: %s takes %.0f allocations, want %.0f", g.request, of, allocs, g.allocs+2*perPlugin)
		}
	}
	return errors.Join(short...)
}
