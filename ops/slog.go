package ops

import (
	"context"
	"log/slog"
)

// SlogHandler makes what is logged through next while a request is served part of its record, and hides secrets in what
// next prints. slog's default logger and the service's own have it already.
func (o *Operations) SlogHandler(next slog.Handler) slog.Handler {
	return &late{o, next, func(h slog.Handler) slog.Handler { return h }}
}

// late is a handler of a log that is made when the service is checked.
type late struct {
	operations *Operations
	next       slog.Handler
	with       func(slog.Handler) slog.Handler // adds the attributes and groups that it was given
}

func (h *late) handler() slog.Handler {
	if l := h.operations.log; l != nil {
		return h.with(l.SlogHandler(h.next))
	}
	return h.with(h.next)
}

func (h *late) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelInfo || h.next.Enabled(ctx, level)
}

func (h *late) Handle(ctx context.Context, r slog.Record) error {
	if own := h.handler(); own.Enabled(ctx, r.Level) {
		return own.Handle(ctx, r)
	}
	return nil
}

func (h *late) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &late{h.operations, h.next, func(next slog.Handler) slog.Handler { return h.with(next).WithAttrs(attrs) }}
}

func (h *late) WithGroup(name string) slog.Handler {
	return &late{h.operations, h.next, func(next slog.Handler) slog.Handler { return h.with(next).WithGroup(name) }}
}
