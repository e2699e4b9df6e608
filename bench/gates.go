package main

import (
	"errors"
	"fmt"
	"math"
)

// gate is what a kind of request is to reach: how many times faster than others, and how many allocations at most.
type gate struct {
	request            string
	echo, huma, allocs float64
	plugged            float64 // than echo, both with request id and session
}

var gates = []gate{
	{"hello", 1.8, 2.5, 2, 3.5},
	{"user", 7, 4, 2, 8},
	{"signup", 6.5, 9, 3, 7},
	{"items", 6, 9, 9, 7},
	{"invalid", 5, 8, 4, 6},
}

// slack is how much of a ratio a short run on a busy machine may lose.
const slack = 0.75

// perPlugin is how many allocations a plugin may add.
const perPlugin = 1

// check names what falls short.
func check(plain, plugged []*table) error {
	var short []error
	want := func(ok bool, format string, a ...any) {
		if !ok {
			short = append(short, fmt.Errorf(format, a...))
		}
	}
	for i, g := range gates {
		p, q := plain[i], plugged[i]
		ratio := func(t *table, than string, least float64, with string) {
			got := t.ratio("utilmeta", than)
			want(got >= least*slack, "%s%s: %.2f times %s, want %.2f", g.request, with, got, than, least)
		}
		ratio(p, "echo", g.echo, "")
		ratio(p, "huma-echo", g.huma, "")
		ratio(q, "echo", g.plugged, " with plugins")
		allocs := math.Floor(p.allocs("utilmeta"))
		want(allocs <= g.allocs, "%s: %.0f allocations, want %.0f", g.request, allocs, g.allocs)
		more := math.Floor(q.allocs("utilmeta")) - allocs
		want(more <= 2*perPlugin, "%s with plugins: %.0f allocations more, want 1 a plugin", g.request, more)
	}
	return errors.Join(short...)
}
