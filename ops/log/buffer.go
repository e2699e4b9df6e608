package log

import "sync"

// A buffer keeps the beginning of a body. Requests take buffers in turns.
type buffer struct {
	bytes []byte
	cut   bool // there was more
}

var buffers = sync.Pool{New: func() any { return &buffer{bytes: make([]byte, 0, 1<<10)} }}

// maxPooled is how large a buffer may be that is kept for others.
const maxPooled = 64 << 10

func takeBuffer() *buffer { return buffers.Get().(*buffer) }

func (b *buffer) write(p []byte, most int) {
	if left := most - len(b.bytes); len(p) > left {
		p, b.cut = p[:max(left, 0)], true
	}
	b.bytes = append(b.bytes, p...)
}

func (b *buffer) release() {
	if b == nil || cap(b.bytes) > maxPooled {
		return
	}
	b.bytes, b.cut = b.bytes[:0], false
	buffers.Put(b)
}
