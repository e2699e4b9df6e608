package framework

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// hosts refuses requests for names that are not the service's: a page on another site could reach a service on
// this machine by a name that it makes resolve to it.
func (s *Service) hosts(next http.Handler) http.Handler {
	if slices.Contains(s.config.Hosts, "*") {
		return next
	}
	allowed := map[string]bool{}
	for _, h := range s.config.Hosts {
		allowed[hostName(h)] = true
	}
	if u, err := url.Parse(s.config.BaseURL); err == nil && u.Host != "" {
		allowed[hostName(u.Host)] = true
	}
	if !s.config.Production {
		allowed[hostName(s.config.Host)] = true
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := hostName(r.Host)
		if name != "" && allowed[name] || !s.config.Production && isLoopback(name) {
			next.ServeHTTP(w, r)
			return
		}
		s.Logger().Debug("a request for another host was refused: see BaseURL and Hosts of the service's Config", "host", r.Host)
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"title":"Bad Request","status":400,"code":"host","detail":"this service does not answer for that name"}`))
	})
}

// hostName is the name in a Host header, without port, brackets and a dot at the end, in lower case. It is empty
// for what is no name with a port.
func hostName(host string) string {
	if h, port, err := net.SplitHostPort(host); err == nil {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return ""
		}
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

func isLoopback(name string) bool {
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.Unmap().IsLoopback()
}
