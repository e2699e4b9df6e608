// Package vary writes the header Vary.
package vary

import (
	"net/http"
	"strings"
)

// Add says that the answer depends on the request's header name, in its canonical form, once.
func Add(h http.Header, name string) {
	for _, line := range h["Vary"] {
		for part := range strings.SplitSeq(line, ",") {
			if part = strings.TrimSpace(part); part == "*" || strings.EqualFold(part, name) {
				return
			}
		}
	}
	l := h["Vary"]
	h["Vary"] = append(l[:len(l):len(l)], name) // the slice may be shared
}
