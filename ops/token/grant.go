package token

import (
	"cmp"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/internal/connect"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/guard"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
)

// Grant is what a request may do. Its error answers the request.
func (a *Access) Grant(r *http.Request) (g *grant.Grant, err error) {
	credential := r.Header.Get("Authorization")
	bearer := bearerOf(credential)
	switch {
	case connect.Is(bearer):
		g, err = a.localGrant(r, bearer)
	case strings.HasPrefix(bearer, Prefix):
		g, err = a.ownGrant(r, bearer)
	case strings.TrimSpace(credential) != "":
		g, err = a.supervisorGrant(r, bearer)
	case a.private(r):
		g, err = a.privateGrant(r)
	default:
		err = unauthorized("unauthorized", "say who you are: a token is needed")
	}
	if err != nil {
		return nil, err
	}
	g.Address, g.Disabled = guard.Address(r), a.config.DisabledScope
	return g, nil
}

// bearerOf is the token in a header Authorization, "" if there is none.
func bearerOf(header string) string {
	scheme, token, _ := strings.Cut(strings.TrimSpace(header), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

func unauthorized(code, detail string) error {
	return api.Unauthorized(code, "%s", detail).With("WWW-Authenticate", "Bearer")
}

func (a *Access) localGrant(r *http.Request, token string) (*grant.Grant, error) {
	if err := a.here(r); err != nil {
		return nil, err
	}
	s, ok := a.desk.Session(token)
	if !ok {
		return nil, unauthorized(wire.TokenExpired, "this session of local access has ended: begin one with meta connect")
	}
	return &grant.Grant{Kind: grant.Local, Subject: "meta connect", Scopes: s.Scopes, Expires: s.Expires}, nil
}

// here is nil for a request of this machine that may be let in.
func (a *Access) here(r *http.Request) error {
	if !a.local() {
		return api.Forbidden("not_local", "local access is off")
	}
	if reason := guard.Local(r, a.config.Origins); reason != "" {
		return api.Forbidden("not_local", "local access is for this machine: %s", reason)
	}
	return nil
}

func (a *Access) ownGrant(r *http.Request, token string) (*grant.Grant, error) {
	if err := a.ready(); err != nil {
		return nil, err
	}
	t, err := a.tokens.use(r.Context(), token)
	if err != nil {
		return nil, err
	}
	return &grant.Grant{Kind: grant.Token, Subject: t.Name, TokenID: t.ID, Scopes: t.Scopes, Expires: t.Expires}, nil
}

// ready is nil while the store can be asked.
func (a *Access) ready() error {
	if !a.config.Store.Ready() {
		return api.Unavailable("store", "the database of operations is away").RetryAfter(5 * time.Second)
	}
	return nil
}

func (a *Access) privateGrant(r *http.Request) (*grant.Grant, error) {
	switch key := r.Header.Get("X-UtilMeta-Connection-Key"); {
	case key == "":
		return nil, unauthorized(wire.KeyMissing, "the connection key is needed")
	case !equal(key, a.config.ConnectionKey.Reveal()):
		return nil, unauthorized(wire.KeyWrong, "this is not the connection key")
	}
	return &grant.Grant{Kind: grant.Private, Subject: "connection key", Scopes: a.config.PrivateScope}, nil
}

// equal compares in a time that tells nothing of either.
func equal(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// node is the id of the node that a request is for, "" if it names none.
func node(r *http.Request) string {
	return cmp.Or(r.Header.Get("X-UtilMeta-Node-ID"), r.Header.Get("X-Node-ID"), r.URL.Query().Get("node"))
}

// private tells whether a request may come with the connection key.
func (a *Access) private(r *http.Request) bool {
	return len(a.config.PrivateScope) > 0 && a.config.ConnectionKey != "" && strings.HasPrefix(a.config.URL(), "https://") && guard.Private(r)
}

// requires is what a caller has to bring.
func (a *Access) requires(r *http.Request) []string {
	if a.private(r) {
		return []string{"connection_key"}
	}
	return []string{"authorization"}
}
