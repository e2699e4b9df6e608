// Package fetch reads what an address of the configuration names, so that the address cannot be used to look into the
// network that the service stands in.
package fetch

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/utilmeta/utilmeta-go/internal/network"
)

// A Request names what to read. Its zero limits are 5 seconds and 5 MiB.
type Request struct {
	URL    string
	Accept string
	// Allow lists hosts, with a port or without, that may have an address of a private network or of this machine.
	Allow    []string
	Timeout  time.Duration // of all of it
	MaxBytes int64         // decompressed

	resolver *net.Resolver
	tls      *tls.Config
}

// Get reads the body of an answer with status 200. Only http and https are spoken, redirects are followed on one host
// and never from https to http, proxies of the environment are not used, and addresses that are not public are refused
// when they are dialed, whatever a name resolved to before.
func Get(ctx context.Context, r Request) ([]byte, error) {
	r = r.limited()
	u, err := url.Parse(r.URL)
	if err != nil {
		return nil, errors.New("is no URL")
	}
	if err := check(u); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	body, err := r.get(ctx, u)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return nil, fmt.Errorf("has not answered within %s", r.Timeout)
	}
	return body, err
}

// limited has the limits that go without saying.
func (r Request) limited() Request {
	r.Timeout, r.MaxBytes = cmp.Or(r.Timeout, 5*time.Second), cmp.Or(r.MaxBytes, 5<<20)
	return r
}

// check tells what is wrong with an address.
func check(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("has the scheme %q: only http and https are read", u.Scheme)
	case u.Hostname() == "":
		return errors.New("names no host")
	}
	return nil
}

func (r *Request) get(ctx context.Context, u *url.URL) ([]byte, error) {
	dialer := &net.Dialer{Resolver: r.resolver}
	if !r.allowed(u) {
		dialer.ControlContext = refuseInside
	}
	transport := &http.Transport{DialContext: dialer.DialContext, TLSClientConfig: r.tls, DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10}
	client := &http.Client{Transport: transport, CheckRedirect: func(next *http.Request, via []*http.Request) error {
		if len(via) > 5 {
			return errors.New("redirects more than 5 times")
		}
		return stays(via[len(via)-1].URL, next.URL)
	}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	if r.Accept != "" {
		request.Header.Set("Accept", r.Accept)
	}
	response, err := client.Do(request)
	if e := (*url.Error)(nil); errors.As(err, &e) {
		err = e.Err // without the URL, which may have a password or a token
	}
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("answers with %d", response.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, r.MaxBytes+1))
	if err == nil && int64(len(body)) > r.MaxBytes {
		err = fmt.Errorf("is larger than %d bytes", r.MaxBytes)
	}
	return body, err
}

// allowed tells whether the host is listed.
func (r *Request) allowed(u *url.URL) bool {
	return slices.ContainsFunc(r.Allow, func(host string) bool {
		return strings.EqualFold(host, u.Hostname()) || strings.EqualFold(host, u.Host) || strings.EqualFold(host, hostPort(u))
	})
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// stays tells whether a redirect leads to the same host: the same port too, but for the step from http to https.
func stays(from, to *url.URL) error {
	secured := from.Scheme == "http" && to.Scheme == "https" && from.Port() == "" && to.Port() == ""
	switch {
	case to.Scheme != from.Scheme && !secured:
		return fmt.Errorf("redirects from %s to %s", from.Scheme, to.Scheme)
	case !strings.EqualFold(from.Hostname(), to.Hostname()), !secured && !strings.EqualFold(hostPort(from), hostPort(to)):
		return fmt.Errorf("redirects to another host, %s", to.Host)
	}
	return nil
}

// refuseInside looks at the address that is about to be dialed: a name may resolve to another one at any time.
func refuseInside(_ context.Context, _, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if !network.Public(at.Addr()) {
		return fmt.Errorf("%s is no public address: list the host among those that are allowed", at.Addr().Unmap())
	}
	return nil
}
