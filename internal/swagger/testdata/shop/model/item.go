// Package model has what is sold.
package model

import "time"

// Item is a thing that is sold.
type Item struct {
	ID    int64     `json:"id" example:"7"`
	Name  string    `json:"name" validate:"required" minLength:"1" maxLength:"20"`
	Kind  Kind      `json:"kind"`
	Since time.Time `json:"since"`
	Parts []Item    `json:"parts,omitempty"`
}

// Kind is what sort of thing it is.
type Kind string

// The kinds.
const (
	Book Kind = "book"
	Toy  Kind = "toy"
)

// Page is a part of a list.
type Page[T any] struct {
	Items []T  `json:"items"`
	Next  *int `json:"next" extensions:"x-nullable"`
}

// Failure says what went wrong.
type Failure struct {
	Message string `json:"message"`
}
