package log

import (
	"encoding/json"
	"net/netip"
	"strings"
	"unicode/utf8"

	"github.com/utilmeta/utilmeta-go/internal/network"
)

// A batch is the records of a segment on their way into the store.
type batch struct {
	name     string
	records  []record
	outgoing []sent
}

// sent is an outgoing request with the record of the one that caused it, -1 for none.
type sent struct {
	outgoing
	cause int
}

// add reads a line.
func (b *batch) add(line string) error {
	kind, rest, _ := strings.Cut(line, "\t")
	switch kind {
	case requestLine:
		b.records = append(b.records, record{})
		r := &b.records[len(b.records)-1]
		if err := r.parse(rest); err != nil {
			b.records = b.records[:len(b.records)-1]
			return err
		}
		return b.addOutgoing(r.Requests, len(b.records)-1)
	case outgoingLine:
		l := readLine(rest)
		return b.addOutgoing("["+l.text()+"]", -1)
	}
	return errLine
}

func (b *batch) addOutgoing(list string, cause int) error {
	if list == "" {
		return nil
	}
	var l []outgoing
	if err := json.Unmarshal([]byte(list), &l); err != nil {
		return errLine
	}
	for _, o := range l {
		b.outgoing = append(b.outgoing, sent{o, cause})
	}
	return nil
}

// idents lists the endpoints of the batch, with the places of their handlers.
func (b *batch) idents() map[string]string {
	m := map[string]string{}
	for i := range b.records {
		if r := &b.records[i]; r.Endpoint != "" {
			m[r.Endpoint] = r.Ref
		}
	}
	return m
}

// detailed lists the records that have more than their row.
func (b *batch) detailed() (l []int) {
	for i := range b.records {
		if b.records[i].Detail != "" {
			l = append(l, i)
		}
	}
	return l
}

// origin is the address of a client, and whether it is one of the internet.
func origin(address string) (ip string, public bool) {
	if at, err := netip.ParseAddrPort(address); err == nil {
		a := at.Addr().Unmap().WithZone("")
		return a.String(), network.Public(a)
	}
	if a, err := netip.ParseAddr(address); err == nil {
		return a.Unmap().WithZone("").String(), network.Public(a)
	}
	return clean(address), false
}

// optional is NULL for a text that is empty.
func optional(s string) any {
	if s == "" {
		return nil
	}
	return clean(s)
}

// clean is a text that every database takes.
func clean(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
}
