package log

import (
	"errors"
	"strconv"
	"strings"
)

// A record is one request as it is kept until it is stored: a line of fields with tabs between them, since it is written
// and read for every request.
type record struct {
	Time      int64 // microseconds since 1970
	Duration  int64 // microseconds
	Level     Level
	Status    int // 0 for none
	Endpoint  string
	Ref       string // where the handler is
	Method    string
	Path      string
	Query     string
	Host      string
	TLS       bool
	UserID    string
	Address   string // of the peer, with its port
	UserAgent string

	RequestType  string
	ResponseType string
	Length       int64 // of the answer's body
	In, Out      int64 // bytes with headers
	Queries      int
	AccessToken  int64
	Volatile     bool

	Detail   string // a JSON object, "" for none
	Requests string // a JSON list of outgoing requests, "" for none
}

// The first bytes of lines: what they are, and the version of their form.
const (
	requestLine  = "L1"
	outgoingLine = "R1"
)

// recordFields are behind the first.
const recordFields = 24

// append writes the line of r.
func (r *record) append(b []byte) []byte {
	b = append(b, requestLine...)
	b = appendNumber(b, r.Time)
	b = appendNumber(b, r.Duration)
	b = appendNumber(b, int64(r.Level))
	b = appendNumber(b, int64(r.Status))
	b = appendName(b, r.Endpoint)
	b = appendText(b, r.Ref)
	b = appendName(b, r.Method)
	b = appendText(b, r.Path)
	b = appendText(b, r.Query)
	b = appendText(b, r.Host)
	b = appendNumber(b, flag(r.TLS))
	b = appendText(b, r.UserID)
	b = appendName(b, r.Address)
	b = appendText(b, r.UserAgent)
	b = appendText(b, r.RequestType)
	b = appendText(b, r.ResponseType)
	b = appendNumber(b, r.Length)
	b = appendNumber(b, r.In)
	b = appendNumber(b, r.Out)
	b = appendNumber(b, int64(r.Queries))
	b = appendNumber(b, r.AccessToken)
	b = appendNumber(b, flag(r.Volatile))
	return appendText(appendText(b, r.Detail), r.Requests)
}

// appendName writes a text that can have nothing to escape.
func appendName(b []byte, s string) []byte { return append(append(b, '\t'), s...) }

func flag(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

func appendNumber(b []byte, n int64) []byte { return strconv.AppendInt(append(b, '\t'), n, 10) }

// appendText writes a text, in which tabs and line breaks are escaped.
func appendText(b []byte, s string) []byte {
	b = append(b, '\t')
	if strings.IndexByte(s, '\\') < 0 && strings.IndexByte(s, '\t') < 0 && strings.IndexByte(s, '\n') < 0 {
		return append(b, s...)
	}
	for i := range len(s) {
		switch c := s[i]; c {
		case '\t':
			b = append(b, `\t`...)
		case '\n':
			b = append(b, `\n`...)
		case '\\':
			b = append(b, `\\`...)
		default:
			b = append(b, c)
		}
	}
	return b
}

var unescape = strings.NewReplacer(`\t`, "\t", `\n`, "\n", `\\`, `\`)

// A lineReader takes the fields of a line one by one.
type lineReader struct {
	rest    string
	escaped bool // something in the line is
	wrong   bool
}

func readLine(line string) lineReader {
	return lineReader{rest: line, escaped: strings.IndexByte(line, '\\') >= 0}
}

func (l *lineReader) text() string {
	s := l.rest
	if i := strings.IndexByte(s, '\t'); i >= 0 {
		s, l.rest = s[:i], s[i+1:]
	} else {
		l.rest = ""
	}
	if l.escaped {
		return unescape.Replace(s)
	}
	return s
}

func (l *lineReader) number() (n int64) {
	s := l.rest
	for i := range len(s) {
		switch c := s[i]; {
		case c-'0' <= 9:
			n = n*10 + int64(c-'0')
		case c == '\t' && i > 0:
			l.rest = s[i+1:]
			return n
		default:
			l.wrong = true
			return 0
		}
	}
	l.wrong = true // the last field is a text
	return 0
}

var errLine = errors.New("a record of the spill is of another form: it was written by another version")

// parse reads a line whose first field has been taken off.
func (r *record) parse(line string) error {
	if strings.Count(line, "\t") != recordFields-1 {
		return errLine
	}
	l := readLine(line)
	r.Time, r.Duration, r.Level, r.Status = l.number(), l.number(), Level(l.number()), int(l.number())
	r.Endpoint, r.Ref, r.Method, r.Path, r.Query, r.Host = l.text(), l.text(), l.text(), l.text(), l.text(), l.text()
	r.TLS = l.number() == 1
	r.UserID, r.Address, r.UserAgent, r.RequestType, r.ResponseType = l.text(), l.text(), l.text(), l.text(), l.text()
	r.Length, r.In, r.Out, r.Queries, r.AccessToken = l.number(), l.number(), l.number(), int(l.number()), l.number()
	r.Volatile = l.number() == 1
	r.Detail, r.Requests = l.text(), l.text()
	if l.wrong {
		return errLine
	}
	return nil
}
