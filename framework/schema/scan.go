package schema

import (
	"errors"
)

// Errors of the scanner. A wrong type leaves the position before the value, so that it can be skipped.
var (
	errSyntax = errors.New("not valid JSON")
	errType   = errors.New("wrong JSON type")
	errDepth  = errors.New("nested too deep")
	errSize   = errors.New("takes too much memory")
)

// scanner goes through one JSON text. Its bytes are private to the request and never written again: strings
// without escapes share them.
type scanner struct {
	b     []byte
	i     int
	depth int
	limit int  // of depth
	copy  bool // strings get memory of their own, or one of them would keep a large body
}

// space passes over white space and returns the next byte, 0 at the end.
func (s *scanner) space() byte {
	b, i := s.b, s.i
	for i < len(b) {
		c := b[i]
		if c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			s.i = i
			return c
		}
		i++
	}
	s.i = i
	return 0
}

// open passes over the first byte of an object or a list and goes one level down.
func (s *scanner) open(c byte) error {
	if s.space() != c {
		return s.mismatch()
	}
	if s.depth++; s.depth > s.limit {
		return errDepth
	}
	s.i++
	return nil
}

// empty passes over the closing byte of an object or a list without members.
func (s *scanner) empty(end byte) bool {
	if s.space() != end {
		return false
	}
	s.i++
	s.depth--
	return true
}

// next passes over what follows a member: true after a comma, false after the closing byte.
func (s *scanner) next(end byte) (bool, error) {
	switch s.space() {
	case ',':
		s.i++
		return true, nil
	case end:
		s.i++
		s.depth--
		return false, nil
	}
	return false, errSyntax
}

// mismatch tells a value of another type from no value at all.
func (s *scanner) mismatch() error {
	switch c := s.space(); {
	case c == '"', c == '{', c == '[', c == '-', c-'0' <= 9, c == 't', c == 'f', c == 'n':
		return errType
	}
	return errSyntax
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// key reads a member's name and the colon behind it.
func (s *scanner) key() (string, error) {
	if s.space() != '"' {
		return "", errSyntax
	}
	k, err := s.str()
	if err == nil {
		if s.space() != ':' {
			return "", errSyntax
		}
		s.i++
	}
	return k, err
}

// boolean reads true or false.
func (s *scanner) boolean() (bool, error) {
	switch s.space() {
	case 't':
		return true, s.word("true")
	case 'f':
		return false, s.word("false")
	}
	return false, s.mismatch()
}

// null passes over null, if it is next.
func (s *scanner) null() (bool, error) {
	if s.space() != 'n' {
		return false, nil
	}
	return true, s.word("null")
}

func (s *scanner) word(w string) error {
	if !s.ahead(w) {
		return errSyntax
	}
	return nil
}

// ahead goes over text, if it is next.
func (s *scanner) ahead(text string) bool {
	end := s.i + len(text)
	if end > len(s.b) || string(s.b[s.i:end]) != text {
		return false
	}
	s.i = end
	return true
}

// end tells whether nothing is left.
func (s *scanner) end() error {
	if s.space(); s.i != len(s.b) {
		return errSyntax
	}
	return nil
}
