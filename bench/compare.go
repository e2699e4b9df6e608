package main

import (
	"slices"
	"time"

	"github.com/utilmeta/utilmeta-go/bench/peers"
	"github.com/utilmeta/utilmeta-go/bench/work"
)

// A table has what each peer took for one kind of request, round after round.
type table struct {
	request string
	names   []string
	costs   map[string][]cost
}

// compare measures all peers on all requests. The rounds are interleaved and each begins with another peer, so that
// what slows the machine slows them all.
func compare(all []peers.Peer, rounds int, d time.Duration) (tables []*table) {
	for _, q := range work.Requests {
		t := &table{request: q.Name, costs: map[string][]cost{}}
		var servers []func()
		for _, p := range all {
			once, _ := server(p, q)
			t.names, servers = append(t.names, p.Name), append(servers, once)
		}
		for r := range rounds {
			for i := range all {
				i = (i + r) % len(all)
				t.costs[t.names[i]] = append(t.costs[t.names[i]], measure(servers[i], d))
			}
		}
		tables = append(tables, t)
	}
	return tables
}

// ratio is how many times faster a peer is than another: the median of the rounds' ratios; 0 if one was not measured.
func (t *table) ratio(name, than string) float64 {
	a, b := t.costs[name], t.costs[than]
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	ratios := make([]float64, len(a))
	for i := range a {
		ratios[i] = b[i].nanos / a[i].nanos
	}
	return median(ratios)
}

// allocs is what a peer allocates for one request: the least of the rounds, for pools fill and the runtime allocates
// now and then too.
func (t *table) allocs(name string) float64 {
	return slices.Min(column(t.costs[name], func(c cost) float64 { return c.allocs }))
}

func column(costs []cost, of func(cost) float64) []float64 {
	values := make([]float64, len(costs))
	for i, c := range costs {
		values[i] = of(c)
	}
	return values
}

func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	if half := len(values) / 2; len(values)%2 == 0 {
		return (values[half-1] + values[half]) / 2
	} else {
		return values[half]
	}
}
