package log

import (
	"bytes"
	"context"
	"fmt"
	stdlog "log"
	"log/slog"
	"strings"
	"time"
)

// installDefault puts the capture around slog's default logger, and returns how to take it away.
func (l *Log) installDefault() (restore func()) {
	before := slog.Default()
	output, flags := stdlog.Writer(), stdlog.Flags()
	next := before.Handler()
	if strings.HasSuffix(fmt.Sprintf("%T", next), ".defaultHandler") {
		// It writes by package log, whose output goes to slog once there is another default: it would wait for itself.
		next = plainHandler{out: stdlog.New(output, stdlog.Prefix(), flags), with: func(h slog.Handler) slog.Handler { return h }}
	}
	own := slog.New(l.SlogHandler(next))
	slog.SetDefault(own)
	return func() {
		if slog.Default() == own {
			slog.SetDefault(before)
			stdlog.SetOutput(output)
			stdlog.SetFlags(flags)
		}
	}
}

// plainHandler writes records as slog does before anybody sets it up: "2026/11/25 10:00:00 INFO message key=value".
type plainHandler struct {
	out  *stdlog.Logger
	with func(slog.Handler) slog.Handler // adds the attributes and groups that it was given
}

func (plainHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }

func (h plainHandler) Handle(ctx context.Context, r slog.Record) error {
	var attrs bytes.Buffer
	own := 2 // the level and the message, which stand first
	begun := false
	text := h.with(slog.NewTextHandler(&attrs, &slog.HandlerOptions{Level: r.Level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if begun && own > 0 {
			own--
			return slog.Attr{}
		}
		return a
	}}))
	begun = true
	if err := text.Handle(ctx, withoutTime(r)); err != nil {
		return err
	}
	line := r.Level.String() + " " + r.Message
	if s := strings.TrimSuffix(attrs.String(), "\n"); s != "" {
		line += " " + s
	}
	return h.out.Output(0, line)
}

// withoutTime is the record without its time, which the line has already.
func withoutTime(r slog.Record) slog.Record {
	own := slog.NewRecord(time.Time{}, r.Level, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool { own.AddAttrs(a); return true })
	return own
}

func (h plainHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	before := h.with
	h.with = func(next slog.Handler) slog.Handler { return before(next).WithAttrs(attrs) }
	return h
}

func (h plainHandler) WithGroup(name string) slog.Handler {
	before := h.with
	h.with = func(next slog.Handler) slog.Handler { return before(next).WithGroup(name) }
	return h
}
