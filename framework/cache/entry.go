package cache

import "time"

// entry is a value in a Memory, and its place in the list.
type entry struct {
	key        string
	value      []byte
	until      time.Time // zero for one that stays
	prev, next *entry
}

func (e *entry) size() int { return len(e.key) + cap(e.value) + overhead }

func (e *entry) expired(now time.Time) bool { return !e.until.IsZero() && !now.Before(e.until) }

func (e *entry) left(now time.Time) time.Duration {
	if e.until.IsZero() {
		return 0
	}
	return e.until.Sub(now)
}

// list is a ring of entries around one that holds none: next of it was used last, prev the longest ago.
type list struct{ root entry }

func (l *list) push(e *entry) {
	if l.root.next == nil {
		l.root.next, l.root.prev = &l.root, &l.root
	}
	e.prev, e.next = &l.root, l.root.next
	e.prev.next, e.next.prev = e, e
}

func (*list) remove(e *entry) {
	e.prev.next, e.next.prev = e.next, e.prev
	e.prev, e.next = nil, nil
}

func (l *list) oldest() *entry { return l.root.prev }
