package api

import (
	"net/url"
	"strings"
)

// unescapeQuery resolves the escapes of a name or a value of a query.
func unescapeQuery(s string) (string, bool) {
	if !strings.ContainsAny(s, "%+") {
		return s, true
	}
	u, err := url.QueryUnescape(s)
	return u, err == nil
}
