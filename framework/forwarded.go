package framework

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// forwarded puts the address of the client in the place of that of a proxy that is trusted. From any other peer
// the header X-Forwarded-For means nothing.
func (s *Service) forwarded(next http.Handler) http.Handler {
	trusted := s.config.TrustedProxies
	if len(trusted) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if client := clientOf(r, trusted); client != "" {
			own := *r
			own.RemoteAddr = client
			r = &own
		}
		next.ServeHTTP(w, r)
	})
}

// clientOf walks the chain of proxies from the nearest: the first address that is not trusted is the client's.
func clientOf(r *http.Request, trusted []netip.Prefix) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !isTrusted(peer.Addr(), trusted) {
		return ""
	}
	client := ""
	for _, hop := range slices.Backward(strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")) {
		ip, err := parseHop(strings.TrimSpace(hop))
		if err != nil {
			return client
		}
		client = netip.AddrPortFrom(ip.Unmap(), 0).String()
		if !isTrusted(ip, trusted) {
			return client
		}
	}
	return client
}

func isTrusted(ip netip.Addr, trusted []netip.Prefix) bool {
	return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) })
}

// parseHop reads an address as proxies write it: alone, or with a port.
func parseHop(hop string) (netip.Addr, error) {
	if withPort, err := netip.ParseAddrPort(hop); err == nil {
		return withPort.Addr(), nil
	}
	return netip.ParseAddr(strings.Trim(hop, "[]"))
}
