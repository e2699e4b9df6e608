// Package guard tells by a connection and its headers, and by nothing that a client could make up, where a request comes
// from, and which pages may read the answers.
package guard

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Local is why a request does not count as one of this machine, and "" if it does. That alone lets nobody in: pages of
// other sites in a browser, other users and proxies are on this machine too.
//
// The peer and the listener are loopback addresses, no proxy has left a trace, Host is a name of this machine with the
// listener's port, Origin, where a browser sends one, is that of Host or one of origins, and what has a body is JSON, for
// which browsers ask beforehand.
func Local(r *http.Request, origins []string) string {
	switch port, ok := listener(r); {
	case !isLoopback(r.RemoteAddr):
		return "the peer is not on this machine"
	case !ok:
		return "the listener is not on this machine's own network"
	case forwarded(r.Header):
		return "it came through a proxy"
	case !namesLoopback(r, port):
		return "Host is not this machine's"
	case !Origin(r, origins):
		return "Origin is not this service's"
	case !sameSite(r, origins):
		return "another site asks"
	case writes(r) && !isJSON(r.Header):
		return "the body is not said to be JSON"
	}
	return ""
}

// listener is the port that the request came in at, if that is at a loopback address.
func listener(r *http.Request) (port string, ok bool) {
	local, known := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !known || !isLoopback(local.String()) {
		return "", false
	}
	_, port, err := net.SplitHostPort(local.String())
	return port, err == nil
}

func isLoopback(address string) bool {
	ap, err := netip.ParseAddrPort(address)
	return err == nil && ap.Addr().Unmap().IsLoopback()
}

// traces are headers that proxies add, besides those that begin with X-Forwarded.
var traces = []string{
	"Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "X-Cluster-Client-Ip", "True-Client-Ip", "Fastly-Client-Ip", "Cf-Connecting-Ip", "X-Original-Forwarded-For",
}

func forwarded(h http.Header) bool {
	for name := range h {
		if strings.HasPrefix(name, "X-Forwarded") || slices.Contains(traces, name) {
			return true
		}
	}
	return false
}

// namesLoopback keeps out pages whose name was made to resolve to this machine.
func namesLoopback(r *http.Request, port string) bool {
	host, asked, err := net.SplitHostPort(r.Host)
	if err != nil {
		host, asked = strings.Trim(r.Host, "[]"), "80"
		if r.TLS != nil {
			asked = "443"
		}
	}
	return LoopbackName(host) && asked == port
}

// LoopbackName tells names of this machine, as Host has them without a port.
func LoopbackName(host string) bool {
	switch strings.ToLower(strings.TrimSuffix(host, ".")) {
	case "localhost", "127.0.0.1", "::1":
		return true
	}
	return false
}

// Origin tells whether a request that says which page sent it comes from a page of its own host or of one of origins.
// Requests that do not say it come from programs, or from a page that only reads.
func Origin(r *http.Request, origins []string) bool {
	sent, ok := r.Header["Origin"]
	return !ok || len(sent) == 1 && (sent[0] == own(r) || slices.Contains(origins, sent[0]))
}

// own is the origin of the pages of the host that a request is for.
func own(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func sameSite(r *http.Request, origins []string) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "cross-site", "same-site":
		return slices.Contains(origins, r.Header.Get("Origin"))
	}
	return true
}

func writes(r *http.Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return false
	case http.MethodPost:
		return true
	}
	return r.ContentLength != 0
}

func isJSON(h http.Header) bool {
	media, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	return strings.EqualFold(strings.TrimSpace(media), "application/json")
}

// Private tells whether a request comes from another machine of a private network, and from no further away as far as
// proxies say.
func Private(r *http.Request) bool {
	if peer, err := netip.ParseAddrPort(r.RemoteAddr); err != nil || !peer.Addr().Unmap().IsPrivate() {
		return false
	}
	if len(r.Header["Forwarded"]) > 0 {
		return false
	}
	for _, name := range []string{"X-Forwarded-For", "X-Real-Ip"} {
		for _, line := range r.Header[name] {
			for hop := range strings.SplitSeq(line, ",") {
				ip, err := netip.ParseAddr(strings.TrimSpace(hop))
				if err != nil || !ip.Unmap().IsPrivate() {
					return false
				}
			}
		}
	}
	return true
}

// Address is the address of a request's peer, without its port.
func Address(r *http.Request) string {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return ap.Addr().Unmap().WithZone("").String()
}

// credentials are names that secrets go by, in lower case.
var credentials = []string{"token", "access_token", "id_token", "authorization", "bearer", "connection_key", "x-utilmeta-connection-key", "init_key"}

// QueryCredential is the name of a parameter in the query of a request that holds a secret, and "" for none: addresses
// are kept in histories and logs.
func QueryCredential(r *http.Request, looks func(value string) bool) string {
	if r.URL.RawQuery == "" {
		return ""
	}
	for name, values := range r.URL.Query() {
		if slices.Contains(credentials, strings.ToLower(name)) || slices.ContainsFunc(values, looks) {
			return strconv.Quote(name)
		}
	}
	return ""
}
