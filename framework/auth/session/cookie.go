package session

import (
	"net/http"
	"strings"
	"time"
)

// cookieName is the plain name, or the one that clients take from nobody but this host over TLS.
func (m *manager) cookieName(secure bool) string {
	if secure {
		return m.secureName
	}
	return m.Cookie.Name
}

// secure tells whether the cookie of r goes over TLS. In production a proxy may end it.
func (m *manager) secure(r *http.Request) bool { return r.TLS != nil || m.production.Load() }

// readCookie finds the first cookie of that name, as Request.Cookie does, without allocating.
func readCookie(h http.Header, name string) string {
	for _, line := range h["Cookie"] {
		for line != "" {
			var pair string
			pair, line, _ = strings.Cut(line, ";")
			if k, v, ok := strings.Cut(strings.TrimLeft(pair, " \t"), "="); ok && k == name {
				return strings.TrimRight(v, " \t")
			}
		}
	}
	return ""
}

// writeCookie gives the client a token, "" to take the one that it has.
func (m *manager) writeCookie(h http.Header, secure bool, token string, left time.Duration) {
	c := http.Cookie{
		Name: m.cookieName(secure), Value: token, Path: "/",
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	}
	switch {
	case token == "":
		c.MaxAge = -1
	case m.Cookie.Age > 0:
		c.MaxAge = int((min(m.Cookie.Age, left) + time.Second - 1) / time.Second)
	}
	h.Add("Set-Cookie", c.String())
}
