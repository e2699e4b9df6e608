package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/bench/peers"
	"github.com/utilmeta/utilmeta-go/bench/work"
)

// alike checks that every peer gives the answer of the first: the same JSON, and of what is invalid the same status and
// the same members.
func alike(all []peers.Peer, q work.Request) error {
	var want any
	for _, p := range all {
		once, last := server(p, q)
		once()
		if last.status != q.Status {
			return fmt.Errorf("%s answers %s with %d, not %d: %s", p.Name, q.Name, last.status, q.Status, last.body)
		}
		var got any
		if err := json.Unmarshal(last.body, &got); err != nil {
			return fmt.Errorf("%s answers %s with what is not JSON: %w", p.Name, q.Name, err)
		}
		if q.Faults != nil {
			if members := faulty(got); !slices.Equal(members, q.Faults) {
				return fmt.Errorf("%s finds %v in %s, not %v: %s", p.Name, members, q.Name, q.Faults, last.body)
			}
			continue
		}
		if want == nil {
			want = got
		}
		if !reflect.DeepEqual(got, want) {
			return fmt.Errorf("%s answers %s otherwise than %s: %s", p.Name, q.Name, all[0].Name, last.body)
		}
	}
	return nil
}

// faulty returns the members that an error names, each once.
func faulty(doc any) (members []string) {
	problem, _ := doc.(map[string]any)
	faults, _ := problem["errors"].([]any)
	for _, f := range faults {
		f, _ := f.(map[string]any)
		for _, key := range []string{"field", "pointer", "location"} {
			if place, ok := f[key].(string); ok {
				members = append(members, place[strings.LastIndexAny(place, "/.")+1:])
				break
			}
		}
	}
	slices.Sort(members)
	return slices.Compact(members)
}
