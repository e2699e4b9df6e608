package schema

import (
	"bytes"
	"slices"
	"strconv"
	"unsafe"
)

// uniqueCost is what an item takes while a list is searched for equal ones.
const uniqueCost = 32

// checkUnique reports the first item that stands twice in a list of n, whose text is what stood behind its bracket.
// What the search takes is charged to the document: lists in lists are searched once a level.
func (r *Reader) checkUnique(n int, text []byte) error {
	if err := r.spend(2*len(text) + uniqueCost*n); err != nil {
		return err
	}
	e := equalizer{r: r, s: scanner{b: text, limit: r.s.limit}, out: make([]byte, 0, len(text))}
	ends := make([]int, 0, n)
	if !e.s.empty(']') {
		for more := true; more; {
			err := e.value()
			if err != nil {
				return err
			}
			ends = append(ends, len(e.out))
			if more, err = e.s.next(']'); err != nil {
				return err
			}
		}
	}
	texts, from := make([]string, len(ends)), 0
	for i, end := range ends {
		texts[i] = unsafe.String(unsafe.SliceData(e.out[from:]), end-from)
		from = end
	}
	checkDistinct(r, texts)
	return nil
}

// equalizer writes values in a form that equal ones share: members in the order of their names, numbers by their value,
// strings without needless escapes.
type equalizer struct {
	r   *Reader
	s   scanner
	out []byte
}

func (e *equalizer) value() error {
	switch c := e.s.space(); c {
	case '{':
		return e.object()
	case '[':
		return e.list()
	case '"':
		text, err := e.s.str()
		e.out = AppendString(e.out, text)
		return err
	case 't', 'f', 'n':
		from := e.s.i
		err := e.s.skip()
		e.out = append(e.out, e.s.b[from:e.s.i]...)
		return err
	}
	number, _, err := e.s.number()
	e.out = appendNumber(e.out, number)
	return err
}

func (e *equalizer) list() error {
	if err := e.s.open('['); err != nil {
		return err
	}
	e.out = append(e.out, '[')
	if !e.s.empty(']') {
		for more := true; more; {
			err := e.value()
			if err != nil {
				return err
			}
			e.out = append(e.out, ',')
			if more, err = e.s.next(']'); err != nil {
				return err
			}
		}
	}
	e.out = append(e.out, ']')
	return nil
}

func (e *equalizer) object() error {
	if err := e.s.open('{'); err != nil {
		return err
	}
	e.out = append(e.out, '{')
	from := len(e.out)
	var starts []int
	if !e.s.empty('}') {
		for more := true; more; {
			name, err := e.s.key()
			if err != nil {
				return err
			}
			starts = append(starts, len(e.out))
			e.out = append(AppendString(e.out, name), ':')
			if err = e.value(); err != nil {
				return err
			}
			e.out = append(e.out, ',')
			if more, err = e.s.next('}'); err != nil {
				return err
			}
		}
	}
	if err := e.sort(from, starts); err != nil {
		return err
	}
	e.out = append(e.out, '}')
	return nil
}

// sort brings the members written since from into order.
func (e *equalizer) sort(from int, starts []int) error {
	parts := make([][]byte, len(starts))
	for i, start := range starts {
		end := len(e.out)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		parts[i] = e.out[start:end]
	}
	if slices.IsSortedFunc(parts, bytes.Compare) {
		return nil
	}
	if err := e.r.spend(len(e.out) - from); err != nil {
		return err
	}
	slices.SortFunc(parts, bytes.Compare)
	copy(e.out[from:], bytes.Join(parts, nil))
	return nil
}

// appendNumber appends a number of JSON so that 1, 1.0 and 10e-1 are the same: digits without zeros around them, and
// the power of ten.
func appendNumber(b, number []byte) []byte {
	mantissa, exponent := number, 0
	if i := bytes.IndexAny(number, "eE"); i >= 0 {
		var err error
		if exponent, err = strconv.Atoi(string(number[i+1:])); err != nil {
			return append(b, number...) // beyond every type, or none at all
		}
		mantissa = number[:i]
	}
	if len(mantissa) > 0 && mantissa[0] == '-' {
		b, mantissa = append(b, '-'), mantissa[1:]
	}
	start := len(b)
	whole, fraction, _ := bytes.Cut(mantissa, []byte{'.'})
	b = append(append(b, whole...), fraction...)
	exponent -= len(fraction)
	digits := bytes.TrimLeft(b[start:], "0")
	trimmed := bytes.TrimRight(digits, "0")
	if exponent += len(digits) - len(trimmed); len(trimmed) == 0 {
		return append(bytes.TrimSuffix(b[:start], []byte{'-'}), '0')
	}
	if b = append(b[:start], trimmed...); exponent == 0 {
		return b
	}
	return strconv.AppendInt(append(b, 'e'), int64(exponent), 10)
}
