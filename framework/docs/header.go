package docs

import (
	"net/http"
	"net/url"
	"strings"
)

// The page runs no script and loads no style but its own, cannot be framed, and talks to the service alone. Svelte makes
// elements from templates by a policy of that name.
const (
	policyBefore = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'"
	policyAfter  = "; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; " +
		"require-trusted-types-for 'script'; trusted-types svelte-trusted-html"
)

// secure sets the headers that go with every answer. They replace those that a part around the page has set.
func (p *Page) secure(h http.Header, r *http.Request) {
	h.Set("Content-Security-Policy", policyBefore+p.otherOrigin(r)+policyAfter)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
}

// otherOrigin is that of the service's BaseURL, behind a space, if the page was asked for at another.
func (p *Page) otherOrigin(r *http.Request) string {
	u, err := url.Parse(p.service.Load().BaseURL())
	if err != nil || strings.EqualFold(u.Host, r.Host) || strings.ContainsAny(u.Host, " ;,'\"") {
		return ""
	}
	return " " + u.Scheme + "://" + u.Host
}
