package schema

import (
	"unicode/utf8"
	"unsafe"
)

// A ShortParam reads a parameter of one text as long as nothing is wrong with it. Where something is, Param.Read has to
// tell what, from the start.
type ShortParam struct {
	kind   kind // of the values that it reads itself; unknown for those that Param reads
	size   uintptr
	limits *limits
	param  *Param
}

// Short is the short way of a parameter. It is not ok for a list or an object, and for a value that reads itself: its
// UnmarshalText may add to what is there, so that it must not be read twice.
func (p *Param) Short() (s ShortParam, ok bool) {
	if p.Many() || p.Deep() || p.node.inner().kind == textual {
		return s, false
	}
	s = ShortParam{size: p.node.size, limits: p.limits, param: p}
	if k := p.node.kind; k == str && p.node.enum == nil || k == signed {
		s.kind = k
	}
	return s, true
}

// Read reads the text into the value at v.
func (s *ShortParam) Read(r *Reader, v unsafe.Pointer, text string) (ok bool) {
	b := unsafe.Slice(unsafe.StringData(text), len(text))
	switch before := r.count; s.kind {
	case str:
		if !validUTF8(b) {
			return false
		}
		if *(*string)(v) = text; s.limits != nil {
			s.limits.checkText(r, text)
		}
		return r.count == before
	case signed:
		n, end := leadingInteger(b, 0)
		if end == 0 || end != len(b) || !storeInt(v, s.size, n) {
			return false
		}
		s.limits.judgeInt(r, n)
		return r.count == before
	default:
		if !utf8.ValidString(text) {
			return false
		}
		s.param.node.readText(r, v, text, s.limits)
		return r.count == before
	}
}

// Absent sets the value at v as it is when there is no text.
func (s *ShortParam) Absent(v unsafe.Pointer) (ok bool) {
	if s.param.set != nil {
		s.param.set(v)
		return true
	}
	return !s.param.required
}
