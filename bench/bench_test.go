package main

import (
	"testing"

	"github.com/utilmeta/utilmeta-go/bench/peers"
	"github.com/utilmeta/utilmeta-go/bench/work"
)

func TestPeersAreAlike(t *testing.T) {
	for _, all := range [][]peers.Peer{peers.All(), peers.Plugged()} {
		for _, q := range work.Requests {
			if err := alike(all, q); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestDifferenceIsFound(t *testing.T) {
	all := peers.All()[:2]
	q := work.Requests[0]
	q.Status = 201
	if alike(all, q) == nil {
		t.Error("a status")
	}
	q = work.Requests[len(work.Requests)-1]
	q.Faults = q.Faults[1:]
	if alike(all, q) == nil {
		t.Error("a fault")
	}
}
