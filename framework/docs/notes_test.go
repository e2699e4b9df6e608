package docs_test

import (
	"context"
	"io"
	"log/slog"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

type note struct {
	Text string `json:"text"`
}

type noteAPI struct {
	Get api.Get[api.Empty, note]
}

func newNotes() *noteAPI {
	return &noteAPI{Get: func(context.Context, *api.Empty) (*note, error) { return &note{"hello"}, nil }}
}

type rootAPI struct {
	Note *noteAPI
}
