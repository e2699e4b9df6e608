package mask

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
)

// Header hides the secrets in a copy of a header.
func (m *Masker) Header(h http.Header) http.Header {
	for name, values := range h { // first, since what is secret may stand in other headers too
		for _, v := range values {
			if m.names.Has(name) {
				m.rememberHeader(v)
			}
		}
	}
	masked := make(http.Header, len(h))
	for name, values := range h {
		l := make([]string, len(values))
		for i, v := range values {
			switch {
			case !m.names.Has(name):
				l[i] = m.Text(v)
			case v != "":
				l[i] = Mask
			}
		}
		masked[name] = l
	}
	return masked
}

// rememberHeader keeps what a secret header says: all of it, the credentials behind the scheme, the values of cookies.
func (m *Masker) rememberHeader(v string) {
	m.remember(v)
	if _, credentials, ok := strings.Cut(v, " "); ok {
		m.remember(credentials)
	}
	for pair := range strings.SplitSeq(v, ";") {
		if _, value, ok := strings.Cut(strings.TrimSpace(pair), "="); ok {
			m.remember(value)
		}
	}
}

// Query hides the secrets in the part of a URL behind its question mark, or in a form, and keeps the order.
func (m *Masker) Query(query string) string {
	var b strings.Builder
	for i, pair := range strings.Split(query, "&") {
		if i > 0 {
			b.WriteByte('&')
		}
		name, value, assigned := strings.Cut(pair, "=")
		b.WriteString(name)
		if !assigned {
			continue
		}
		b.WriteByte('=')
		plainName, err := url.QueryUnescape(name)
		if err != nil {
			plainName = name
		}
		plain, err := url.QueryUnescape(value)
		if err != nil {
			plain = value
		}
		switch masked := m.text(plain, 0); {
		case value != "" && m.names.Has(plainName):
			m.remember(plain)
			b.WriteString(Mask)
		case masked != plain:
			b.WriteString(url.QueryEscape(masked))
		default:
			b.WriteString(value)
		}
	}
	return b.String()
}

// URL hides the secrets in an address: passwords of users, values of the query, and the values of its path, which are
// given under their names.
func (m *Masker) URL(u *url.URL, path map[string]string) string {
	masked := *u
	if u.User != nil {
		if password, ok := u.User.Password(); ok {
			m.remember(password)
			masked.User = nil
		}
	}
	text := m.Path(u.EscapedPath(), path)
	masked.Path, masked.RawPath, masked.RawQuery, masked.Fragment = "", "", "", ""
	s := masked.String()
	if masked.User == nil && u.User != nil {
		s = strings.Replace(s, "://", "://"+url.User(u.User.Username()).String()+":"+Mask+"@", 1)
	}
	s += text
	if u.RawQuery != "" {
		s += "?" + m.Query(u.RawQuery)
	}
	return s
}

// Path hides the values of a path whose names are those of secrets, and segments that look like a secret.
func (m *Masker) Path(escaped string, values map[string]string) string {
	for name, value := range values {
		if value != "" && m.names.Has(name) {
			m.remember(value)
			escaped = strings.ReplaceAll(escaped, url.PathEscape(value), Mask)
			escaped = strings.ReplaceAll(escaped, value, Mask)
		}
	}
	if strings.Contains(escaped, "eyJ") {
		escaped = jsonToken.ReplaceAllString(escaped, Mask)
	}
	return m.known(escaped)
}

// Body hides the secrets in a body of a media type.
func (m *Masker) Body(mediaType string, body []byte) []byte {
	typ, params, err := mime.ParseMediaType(mediaType)
	switch {
	case err != nil:
		return m.JSON(body)
	case typ == "application/x-www-form-urlencoded":
		return []byte(m.Query(string(body)))
	case typ == "multipart/form-data":
		return m.multipart(body, params["boundary"])
	case typ == "application/xml" || typ == "text/xml" || strings.HasSuffix(typ, "+xml"):
		return m.xml(body)
	}
	return m.JSON(body)
}

// maxFile is how large a file is at most that is looked for elsewhere.
const maxFile = 4 << 10

// multipart shows a form as its fields, one a line, with <file> for what is one.
func (m *Masker) multipart(body []byte, boundary string) []byte {
	var out bytes.Buffer
	r := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return out.Bytes()
		}
		if err != nil {
			return []byte(Mask) // what cannot be read may be anything
		}
		name, file := part.FormName(), part.FileName() != ""
		value, err := io.ReadAll(part)
		text := m.text(string(value), 0)
		if m.names.Has(name) || file && len(value) <= maxFile {
			m.remember(string(value)) // as far as there is one: it may stand in a log as well
		}
		switch {
		case err != nil:
			text = Mask
		case file:
			text = "<file>"
		case len(value) > 0 && m.names.Has(name):
			text = Mask
		}
		out.WriteString(name + "=" + text + "\n")
	}
}

// xml hides the texts of elements, and the values of attributes, whose names are those of secrets.
func (m *Masker) xml(body []byte) []byte {
	var out bytes.Buffer
	d := xml.NewDecoder(bytes.NewReader(body))
	e := xml.NewEncoder(&out)
	hidden := 0 // depth of the elements in a secret one
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			if e.Flush() != nil {
				return []byte(Mask)
			}
			return out.Bytes()
		}
		if err != nil {
			return []byte(m.Text(string(body)))
		}
		switch x := t.(type) {
		case xml.StartElement:
			if hidden > 0 || m.names.Has(x.Name.Local) {
				hidden++
			}
			x.Name = prefixed(x.Name)
			for i := range x.Attr {
				a := &x.Attr[i]
				secret := hidden > 0 || m.names.Has(a.Name.Local)
				if a.Name = prefixed(a.Name); a.Value != "" && secret {
					m.remember(a.Value)
					a.Value = Mask
				} else {
					a.Value = m.Text(a.Value)
				}
			}
			t = x
		case xml.EndElement:
			if hidden > 0 {
				hidden--
			}
			x.Name = prefixed(x.Name)
			t = x
		case xml.CharData:
			if text := strings.TrimSpace(string(x)); hidden > 0 && text != "" {
				m.remember(text)
				t = xml.CharData(Mask)
			} else if text != "" {
				t = xml.CharData(m.text(string(x), 0))
			}
		case xml.Comment:
			t = xml.Comment(m.Text(string(x)))
		}
		if e.EncodeToken(t) != nil {
			return []byte(m.Text(string(body)))
		}
	}
}

// prefixed keeps a name as it is written: the encoder would declare its prefix as an address.
func prefixed(name xml.Name) xml.Name {
	if name.Space == "" {
		return name
	}
	return xml.Name{Local: name.Space + ":" + name.Local}
}
