package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// budget is how much a text may still become.
type budget struct{ nodes, bytes int }

const (
	maxDepth = 200
	maxNodes = 1 << 20
	maxBytes = 64 << 20 // of all strings, which aliases of YAML multiply
)

func (b *budget) take(depth, size int) error {
	b.nodes--
	b.bytes -= size
	switch {
	case depth > maxDepth:
		return fmt.Errorf("nested deeper than %d", maxDepth)
	case b.nodes < 0:
		return fmt.Errorf("more than %d values", maxNodes)
	case b.bytes < 0:
		return fmt.Errorf("more than %d MiB of text", maxBytes>>20)
	}
	return nil
}

// Parse reads JSON or YAML. A name twice in an object, a NUL and more than anybody needs are errors; an anchor of YAML
// that holds itself is one too.
func Parse(text []byte) (any, error) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	switch {
	case !utf8.Valid(text):
		return nil, errors.New("is not UTF-8")
	case bytes.IndexByte(text, 0) >= 0:
		return nil, fmt.Errorf("line %d: NUL", lineOf(text, bytes.IndexByte(text, 0)))
	}
	trimmed := bytes.TrimLeft(text, " \t\r\n")
	if len(trimmed) == 0 {
		return nil, errors.New("is empty")
	}
	if trimmed[0] != '{' && trimmed[0] != '[' {
		return parseYAML(text)
	}
	v, err := parseJSON(text)
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		v, e := parseYAML(text) // its flow style looks alike
		if rest := bytes.TrimLeft(trimmed[1:], " \t\r\n"); e == nil || len(rest) > 0 && rest[0] != '"' {
			return v, e
		}
		return nil, fmt.Errorf("line %d: %s", lineOf(text, int(syntax.Offset)), syntax)
	}
	return v, err
}

func lineOf(text []byte, offset int) int {
	return 1 + bytes.Count(text[:min(max(offset, 0), len(text))], []byte("\n"))
}

// jsonReader reads JSON token by token, since encoding/json keeps neither order nor duplicates.
type jsonReader struct {
	*json.Decoder
	text   []byte
	budget budget
}

func parseJSON(text []byte) (any, error) {
	r := &jsonReader{json.NewDecoder(bytes.NewReader(text)), text, budget{maxNodes, maxBytes}}
	r.UseNumber()
	v, err := r.value(0)
	if err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = r.fault("the JSON ends too early")
		}
		return nil, err
	}
	if _, err := r.Token(); !errors.Is(err, io.EOF) {
		return nil, r.fault("something follows the JSON")
	}
	return v, nil
}

func (r *jsonReader) fault(format string, a ...any) error {
	return fmt.Errorf("line %d: %s", lineOf(r.text, int(r.InputOffset())), fmt.Sprintf(format, a...))
}

func (r *jsonReader) value(depth int) (any, error) {
	t, err := r.Token()
	if err != nil {
		return nil, err
	}
	size := 0
	if s, ok := t.(string); ok {
		if size = len(s); strings.IndexByte(s, 0) >= 0 {
			return nil, r.fault("NUL in a string")
		}
	}
	if err := r.budget.take(depth, size); err != nil {
		return nil, r.fault("%s", err)
	}
	switch t {
	case json.Delim('{'):
		return r.object(depth)
	case json.Delim('['):
		l := []any{}
		for r.More() {
			v, err := r.value(depth + 1)
			if err != nil {
				return nil, err
			}
			l = append(l, v)
		}
		_, err := r.Token()
		return l, err
	}
	return t, nil
}

func (r *jsonReader) object(depth int) (*Object, error) {
	o := &Object{}
	for r.More() {
		t, err := r.Token()
		if err != nil {
			return nil, err
		}
		key := t.(string) // the decoder refuses anything else
		switch {
		case strings.IndexByte(key, 0) >= 0:
			return nil, r.fault("NUL in a name")
		case o.Has(key):
			return nil, r.fault("%s twice in an object", strconv.Quote(key))
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		o.Set(key, v)
	}
	_, err := r.Token()
	return o, err
}

// MarshalJSON writes an object.
func (o *Object) MarshalJSON() ([]byte, error) { return Append(nil, o), nil }

// Append writes a value as compact JSON, HTML as it is.
func Append(b []byte, v any) []byte {
	switch v := v.(type) {
	case *Object:
		b = append(b, '{')
		for i, m := range v.All() {
			if i > 0 {
				b = append(b, ',')
			}
			b = Append(append(appendString(b, m.Key), ':'), m.Value)
		}
		return append(b, '}')
	case []any:
		b = append(b, '[')
		for i, item := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = Append(b, item)
		}
		return append(b, ']')
	case string:
		return appendString(b, v)
	case json.Number:
		return append(b, v...)
	case bool:
		return strconv.AppendBool(b, v)
	}
	return append(b, "null"...)
}

func appendString(b []byte, s string) []byte {
	w := bytes.NewBuffer(b)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string in memory: it cannot fail
	return bytes.TrimSuffix(w.Bytes(), []byte("\n"))
}
