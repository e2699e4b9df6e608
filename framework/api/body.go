package api

import (
	"errors"
	"io"
	"net/http"
	"slices"
)

// readBody reads the whole body into memory of its own, which the strings of the input share.
func (c *Call) readBody(limit int64) ([]byte, error) {
	r := c.s.req
	if r.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	if r.ContentLength >= 0 { // net/http gives no more than that
		return c.readExactly(int(r.ContentLength), limit)
	}
	b, err := io.ReadAll(http.MaxBytesReader(c.w, r.Body, limit))
	if err != nil {
		return nil, bodyError(err, limit)
	}
	return b, nil
}

// firstPart is how much memory a body gets for the promise alone that it is there.
const firstPart = 16 << 10

// readExactly reads a body of n bytes. Place for all of a large one is made when a part has come, which the buffer of the
// answer takes until then.
func (c *Call) readExactly(n int, limit int64) ([]byte, error) {
	var part []byte
	if n > firstPart {
		free := len(c.s.out) // a plugin may have set an answer already
		c.s.out = slices.Grow(c.s.out, firstPart)
		part = c.s.out[free : free+firstPart]
		if _, err := io.ReadFull(c.s.req.Body, part); err != nil {
			return nil, bodyError(err, limit)
		}
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(c.s.req.Body, b[copy(b, part):]); err != nil {
		return nil, bodyError(err, limit)
	}
	return b, nil
}

func tooLarge(limit int64) *Problem {
	return Errorf(http.StatusRequestEntityTooLarge, "body_too_large", "the body may have %d bytes at the most", limit)
}

func bodyError(err error, limit int64) error {
	var p *Problem
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &large):
		return tooLarge(limit)
	}
	return BadRequest("body_cut", "the body ends before it should").Cause(err)
}
