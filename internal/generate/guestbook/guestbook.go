// Package guestbook is an API with a generated file, compiled and wired in the tests of package generate.
package guestbook

import (
	"context"
	"errors"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// Contract is what a guestbook offers, without what it takes to run one.
type Contract struct {
	// List shows every entry.
	List api.Get[api.Empty, Entries]

	// Import makes many entries at once.
	Import api.Post[Entries, Entries]

	// Get shows one entry.
	Get api.Get[ByID, Entry] `route:"/{id}"`
}

// Server is a guestbook in memory.
type Server struct {
	Contract

	ByID   api.Load[ByID]
	Failed api.Catch `on:"*"`

	entries []Entry
}

// Box holds one value of any type.
type Box[T any] struct {
	Get   api.Get[api.Empty, Content[T]]
	Value T
}

// Entry is what a visitor wrote.
type Entry struct {
	Name string `json:"name"` // of the visitor
	Text string `json:"text"`
}

// Entries is a list of entries.
type Entries struct {
	Entries []Entry `json:"entries"`
}

// ByID finds an entry.
type ByID struct {
	ID    int    `path:"id"` // its place in the book, from 0
	Entry *Entry `api:"-"`
}

// Content is what a box holds.
type Content[T any] struct {
	Value T `json:"value"`
}

var errNone = errors.New("no such entry")

func (s *Server) list(context.Context, *api.Empty) (*Entries, error) { return &Entries{s.entries}, nil }

func (s *Server) import_(_ context.Context, in *Entries) (*Entries, error) {
	s.entries = append(s.entries, in.Entries...)
	return in, nil
}

func (s *Server) get(_ context.Context, in *ByID) (*Entry, error) { return in.Entry, nil }

func (s *Server) byID(_ context.Context, in *ByID) error {
	if in.ID < 0 || in.ID >= len(s.entries) {
		return errNone
	}
	in.Entry = &s.entries[in.ID]
	return nil
}

func (s *Server) failed(_ context.Context, err error) error { return err }

func (b *Box[T]) get(context.Context, *api.Empty) (*Content[T], error) {
	return &Content[T]{b.Value}, nil
}
