package mask

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// maxDepth bounds how deep values, and JSON in strings of them, are looked into: what is deeper is hidden as a whole.
const maxDepth = 32

// JSON hides the secrets in a text of JSON and keeps the order of members and the digits of numbers. A text that is
// none is treated as Text does.
func (m *Masker) JSON(text []byte) []byte {
	before := len(m.seen)
	out := m.json(text)
	if len(m.seen) > before { // it may stand before its name as well
		out = m.json(text)
	}
	return out
}

func (m *Masker) json(text []byte) []byte {
	var out bytes.Buffer
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := m.value(&out, d, 0); err != nil {
		return []byte(m.Text(string(text)))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return []byte(m.Text(string(text)))
	}
	return out.Bytes()
}

// value copies the next value.
func (m *Masker) value(out *bytes.Buffer, d *json.Decoder, depth int) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	switch t := t.(type) {
	case json.Delim:
		if depth >= maxDepth {
			put(out, Mask)
			return rest(d)
		}
		return m.members(out, d, t, depth)
	case string:
		put(out, m.text(t, depth))
	default:
		put(out, t)
	}
	return nil
}

// members copies what stands in an object or a list.
func (m *Masker) members(out *bytes.Buffer, d *json.Decoder, opening json.Delim, depth int) error {
	out.WriteByte(byte(opening))
	for i := 0; d.More(); i++ {
		if i > 0 {
			out.WriteByte(',')
		}
		secret := false
		if opening == '{' {
			t, err := d.Token()
			if err != nil {
				return err
			}
			name, _ := t.(string)
			put(out, name)
			out.WriteByte(':')
			secret = m.names.Has(name)
		}
		var err error
		if secret {
			err = m.secret(out, d)
		} else {
			err = m.value(out, d, depth+1)
		}
		if err != nil {
			return err
		}
	}
	_, err := d.Token()
	out.WriteByte(byte(opening) + 2)
	return err
}

// secret hides the next value as a whole, unless it is empty or says only yes or no.
func (m *Masker) secret(out *bytes.Buffer, d *json.Decoder) error {
	var v any
	if err := d.Decode(&v); err != nil {
		return err
	}
	if isEmpty(v) {
		put(out, v)
		return nil
	}
	m.rememberAll(v)
	put(out, Mask)
	return nil
}

// rememberAll keeps every text in a value that is a secret.
func (m *Masker) rememberAll(v any) {
	switch v := v.(type) {
	case string:
		m.remember(v)
	case json.Number:
		m.remember(v.String())
	case []any:
		for _, item := range v {
			m.rememberAll(item)
		}
	case map[string]any:
		for _, item := range v {
			m.rememberAll(item)
		}
	}
}

// isEmpty tells a value that gives nothing away.
func isEmpty(v any) bool {
	switch v := v.(type) {
	case nil, bool:
		return true
	case string:
		return v == ""
	case json.Number:
		f, err := v.Float64()
		return err == nil && f == 0
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// text hides the secrets in a string, which may be JSON itself.
func (m *Masker) text(s string, depth int) string {
	trimmed := strings.TrimSpace(s)
	if depth < maxDepth && len(trimmed) > 1 && (trimmed[0] == '{' || trimmed[0] == '[') && json.Valid([]byte(trimmed)) {
		var out bytes.Buffer
		d := json.NewDecoder(strings.NewReader(trimmed))
		d.UseNumber()
		if m.value(&out, d, depth+1) == nil {
			return out.String()
		}
	}
	return m.Text(s)
}

// rest passes over what is left of an object or a list that has been begun.
func rest(d *json.Decoder) error {
	for depth := 1; depth > 0; {
		t, err := d.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil
}

// put writes a value that has nothing to hide, and leaves HTML as it is.
func put(out *bytes.Buffer, v any) {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // a token, or what Decode made
	out.Truncate(out.Len() - 1)
}
