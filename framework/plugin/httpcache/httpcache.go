// Package httpcache lets clients and proxies keep answers, and answers with 304 what they have already.
//
//	type ArticleAPI struct {
//		Cache httpcache.Policy `on:"List,Get"`
//		...
//	}
//
//	&ArticleAPI{Cache: httpcache.Policy{Public: true, MaxAge: time.Minute}}
package httpcache

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/internal/vary"
)

// A Policy is a plugin for endpoints that answer GET; others it leaves alone. It adds an ETag to answers that have none,
// made of their bytes, and answers with 304 and no body when a client has the same. The handler has run by then: what is
// saved is the way, not the work.
//
// The zero Policy makes clients ask each time. What the handler says in Cache-Control, Etag and Last-Modified stays,
// and so does the no-store of a session that was used. Files have validators of their own.
type Policy struct {
	MaxAge    time.Duration // how long an answer is used without asking; 0 asks each time
	Public    bool          // proxies and CDNs may keep answers for everybody; otherwise only the client's own cache
	Shared    time.Duration // MaxAge for those; MaxAge
	Stale     time.Duration // how much longer an answer is used while a new one is on its way
	Immutable bool          // within MaxAge the answer never changes
	NoStore   bool          // nobody keeps anything
	Vary      []string      // headers of requests that answers depend on
}

// CheckEndpoint reports what contradicts itself.
func (p Policy) CheckEndpoint(*api.Endpoint) error {
	var errs []error
	for _, d := range []struct {
		name  string
		value time.Duration
	}{{"MaxAge", p.MaxAge}, {"Shared", p.Shared}, {"Stale", p.Stale}} {
		if d.value < 0 || d.value > 0 && d.value < time.Second {
			errs = append(errs, fmt.Errorf("httpcache: %s is %s: use whole seconds, or 0", d.name, d.value))
		}
	}
	if p.NoStore && (p.MaxAge != 0 || p.Public || p.Shared != 0 || p.Stale != 0 || p.Immutable) {
		errs = append(errs, errors.New("httpcache: NoStore keeps nothing: leave out the rest, or it"))
	}
	if p.Shared != 0 && !p.Public {
		errs = append(errs, errors.New("httpcache: Shared is of caches that only a Public answer is for: set Public, or leave it out"))
	}
	if p.Immutable && p.MaxAge == 0 {
		errs = append(errs, errors.New("httpcache: Immutable needs a MaxAge"))
	}
	for _, name := range p.Vary {
		if name == "" || strings.ContainsAny(name, " ,\t\r\n") {
			errs = append(errs, fmt.Errorf("httpcache: Vary: %q is no header: list each by itself", name))
		}
	}
	return errors.Join(errs...)
}

// directives are the value of Cache-Control.
func (p Policy) directives() string {
	if p.NoStore {
		return "no-store"
	}
	l := []string{"private"}
	if p.Public {
		l[0] = "public"
	}
	if p.MaxAge == 0 {
		l = append(l, "no-cache")
	} else {
		l = append(l, fmt.Sprintf("max-age=%d", int64(p.MaxAge/time.Second)))
	}
	if p.Shared > 0 {
		l = append(l, fmt.Sprintf("s-maxage=%d", int64(p.Shared/time.Second)))
	}
	if p.Stale > 0 {
		l = append(l, fmt.Sprintf("stale-while-revalidate=%d", int64(p.Stale/time.Second)))
	}
	if p.Immutable {
		l = append(l, "immutable")
	}
	return strings.Join(l, ", ")
}

// Wrap adds the headers to the answers of an endpoint that answers GET.
func (p Policy) Wrap(_ *api.Endpoint, next api.Handler) api.Handler {
	control := []string{p.directives()} // shared: nobody may write into it in place
	return func(c *api.Call) error {
		r, h := c.Request(), c.Header()
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			return next(c)
		}
		h["Cache-Control"] = control // before next, for answers that are written as they are made
		for _, name := range p.Vary {
			vary.Add(h, http.CanonicalHeaderKey(name))
		}
		if err := next(c); err != nil || c.Written() {
			return err
		}
		if c.Status() != http.StatusOK {
			if own := h["Cache-Control"]; len(own) == 1 && &own[0] == &control[0] {
				delete(h, "Cache-Control")
			}
			return nil
		}
		if body := c.Body(); h["Etag"] == nil && len(body) > 0 && !p.NoStore {
			h["Etag"] = []string{etag(body)}
		}
		if !p.NoStore && fresh(r.Header, h) {
			c.SetAnswer(http.StatusNotModified, "", nil)
		}
		return nil
	}
}

// etag is the same in every process.
func etag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
}
