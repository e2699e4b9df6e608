package schema

import (
	"strconv"
	"unsafe"
)

// slot is what of a member is looked at for every document, close together in memory.
type slot struct {
	node         *node
	offset       uintptr
	limits, item *limits
	ahead        string // ,"name":
	lead         string // what stands before the value where every member is written: ,"name": with the quotes of strings
	out          kind   // of node; unknown while the graph is made, which node knows in the end
	readOnly     bool
}

// fillSlots copies what is needed of the members, and finds out whether outputs always write all of them.
func (o *Object) fillSlots() {
	o.whole = len(o.members) > 0 && o.rest == nil
	o.slots = make([]slot, len(o.members))
	lead := "{"
	for i := range o.members {
		m := &o.members[i]
		lead += m.key + quoteOf(m.node.out)
		o.slots[i] = slot{node: m.node, offset: m.offset, limits: m.limits, item: m.item, ahead: "," + m.key, lead: lead, out: m.node.out, readOnly: m.readOnly}
		lead = quoteOf(m.node.out) + ","
		o.whole = o.whole && m.always()
		if m.required || m.byDefault != nil {
			o.awaited |= 1 << (i & 63)
		}
	}
}

// quoteOf is what stands around the text of a value.
func quoteOf(out kind) string {
	if out == str {
		return `"`
	}
	return ""
}

// appendAll writes an output of which no member is ever left out.
func (o *Object) appendAll(b []byte, p unsafe.Pointer, w *Writer) []byte {
	for i := range o.slots {
		m := &o.slots[i]
		q := unsafe.Add(p, m.offset)
		b = append(b, m.lead...)
		switch m.out {
		case str:
			b = AppendText(b, *(*string)(q))
		case signed:
			b = strconv.AppendInt(b, loadInt(q, m.node.size), 10)
		case float:
			b = m.node.appendFloat(b, q, w)
		default:
			b = m.node.append(b, q, w)
		}
	}
	if o.slots[len(o.slots)-1].out == str {
		b = append(b, '"')
	}
	return append(b, '}')
}
