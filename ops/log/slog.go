package log

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
)

// SlogHandler makes a handler that adds what is logged while a request is served to its record, and hides secrets in
// what it passes on to next.
func (l *Log) SlogHandler(next slog.Handler) slog.Handler { return &capture{log: l, next: next} }

// capture is a handler with the attributes and groups that it was given.
type capture struct {
	log    *Log
	next   slog.Handler
	attrs  []slog.Attr // with the groups they are in
	groups []string
}

// Enabled takes everything from Info on for the record, whatever next prints.
func (h *capture) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelInfo || h.next.Enabled(ctx, level)
}

func (h *capture) Handle(ctx context.Context, r slog.Record) error {
	m := mask.New(h.log.names)
	if rec := recorderOf(ctx); rec != nil {
		m = rec.note(h, r)
	}
	if !h.next.Enabled(ctx, r.Level) {
		return nil
	}
	return h.next.Handle(ctx, maskedRecord(m, r))
}

func (h *capture) WithAttrs(attrs []slog.Attr) slog.Handler {
	own := *h
	own.attrs = append(h.attrs[:len(h.attrs):len(h.attrs)], grouped(h.groups, attrs)...)
	masked := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		masked[i] = maskedAttr(mask.New(h.log.names), a)
	}
	own.next = h.next.WithAttrs(masked)
	return &own
}

func (h *capture) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	own := *h
	own.groups = append(h.groups[:len(h.groups):len(h.groups)], name)
	own.next = h.next.WithGroup(name)
	return &own
}

// grouped puts attributes into the groups that are open.
func grouped(groups []string, attrs []slog.Attr) []slog.Attr {
	for i := len(groups) - 1; i >= 0; i-- {
		attrs = []slog.Attr{{Key: groups[i], Value: slog.GroupValue(attrs...)}}
	}
	return attrs
}

// note adds what was logged to the record, and gives a masker that knows the secrets of the request.
func (rec *Recorder) note(h *capture, r slog.Record) *mask.Masker {
	data := h.data(r) // before the lock: it asks methods of values
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if rec.over {
		return mask.New(rec.log.names)
	}
	level, message := levelFrom(r.Level), r.Message
	rec.logged.Store(max(rec.logged.Load(), int32(level)))
	if err, stack := data["error"], data["stack"]; err != nil {
		message += ": " + fmt.Sprint(err)
		if stack != nil {
			message += "\n" + fmt.Sprint(stack)
		}
		delete(data, "error")
		delete(data, "stack")
	}
	var text json.RawMessage
	if len(data) > 0 {
		text = json.RawMessage(encoded(data))
	}
	if len(text) == 0 {
		text = nil
	}
	rec.extra().trace.add(level, time.Since(rec.begun), message, text)
	return rec.seeded().Fork()
}

// seeded is the request's masker, which has seen the secrets in what came so far.
func (rec *Recorder) seeded() *mask.Masker {
	m := rec.masked()
	if read := rec.body.size; rec.more.seeded == nil || *rec.more.seeded != read {
		m.Header(rec.r.Header)
		m.Query(rec.r.URL.RawQuery)
		bodyOf(m, rec.r.Header, rec.body.kept)
		rec.more.seeded = &read
	}
	return m
}

func levelFrom(l slog.Level) Level {
	switch {
	case l >= slog.LevelError:
		return Error
	case l >= slog.LevelWarn:
		return Warn
	case l >= slog.LevelInfo:
		return Info
	}
	return Debug
}

// data is what was logged besides the message, as JSON has it.
func (h *capture) data(r slog.Record) map[string]any {
	m := map[string]any{}
	put(m, h.attrs)
	var own []slog.Attr
	r.Attrs(func(a slog.Attr) bool { own = append(own, a); return true })
	put(m, grouped(h.groups, own))
	return m
}

func put(m map[string]any, attrs []slog.Attr) {
	for _, a := range attrs {
		v := a.Value.Resolve()
		if v.Kind() != slog.KindGroup {
			m[a.Key] = plain(v)
			continue
		}
		into, ok := m[a.Key].(map[string]any)
		switch {
		case a.Key == "":
			into = m
		case !ok:
			into = map[string]any{}
			m[a.Key] = into
		}
		put(into, v.Group())
	}
}

// plain is a value that JSON can have.
func plain(v slog.Value) any {
	switch v.Kind() {
	case slog.KindInt64, slog.KindUint64, slog.KindBool, slog.KindString:
		return v.Any()
	}
	if err, ok := v.Any().(error); ok {
		return err.Error()
	}
	if text, err := json.Marshal(v.Any()); err == nil && v.Kind() == slog.KindAny {
		return json.RawMessage(text)
	}
	return v.String()
}

func maskedRecord(m *mask.Masker, r slog.Record) slog.Record {
	masked := slog.NewRecord(r.Time, r.Level, "", r.PC)
	r.Attrs(func(a slog.Attr) bool { masked.AddAttrs(maskedAttr(m, a)); return true })
	masked.Message = m.Text(r.Message) // last, for the attributes have names
	return masked
}

// maskedAttr is the attribute without secrets.
func maskedAttr(m *mask.Masker, a slog.Attr) slog.Attr {
	v := a.Value.Resolve()
	switch v.Kind() {
	case slog.KindGroup:
		if m.Secret(a.Key, "") {
			return slog.String(a.Key, mask.Mask)
		}
		l := v.Group()
		masked := make([]slog.Attr, len(l))
		for i, inner := range l {
			masked[i] = maskedAttr(m, inner)
		}
		return slog.Attr{Key: a.Key, Value: slog.GroupValue(masked...)}
	case slog.KindBool, slog.KindTime, slog.KindDuration:
		return a
	}
	text := v.String()
	switch {
	case text != "" && m.Secret(a.Key, text):
		return slog.String(a.Key, mask.Mask)
	case v.Kind() == slog.KindString, v.Kind() == slog.KindAny:
		return maskedValue(m, a, v, text)
	}
	return a
}

// maskedValue leaves a value as it is unless there is something in it to hide.
func maskedValue(m *mask.Masker, a slog.Attr, v slog.Value, text string) slog.Attr {
	if v.Kind() == slog.KindAny {
		if err, ok := v.Any().(error); ok {
			text = err.Error()
		} else if b, err := json.Marshal(v.Any()); err == nil {
			if masked := m.JSON(b); string(masked) != string(b) {
				return slog.Any(a.Key, json.RawMessage(masked))
			}
			text = v.String()
		}
	}
	if masked := m.Text(text); masked != text {
		return slog.String(a.Key, masked)
	}
	return slog.Attr{Key: a.Key, Value: v}
}
