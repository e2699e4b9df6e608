package cors

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// CheckEndpoint reports what Check does.
func (p Policy) CheckEndpoint(*api.Endpoint) error { return p.Check() }

// Check tells everything that is wrong with the policy.
func (p Policy) Check() error {
	var errs []error
	for _, o := range p.Origins {
		if err := checkOrigin(o); err != nil {
			errs = append(errs, err)
		}
	}
	if slices.Contains(p.Origins, "*") {
		if p.Credentials {
			errs = append(errs, errors.New(`cors: origin "*" with Credentials would let every page act as the user: name the origins`))
		}
		if len(p.Origins) > 1 {
			errs = append(errs, errors.New(`cors: origin "*" stands for all: leave out the others, or it`))
		}
	}
	for _, l := range []struct {
		field string
		names []string
	}{{"Methods", p.Methods}, {"Headers", p.Headers}, {"Expose", p.Expose}} {
		for _, name := range l.names {
			if !isToken(name) || name == "*" && p.Credentials {
				errs = append(errs, fmt.Errorf("cors: %s: %q is no name: list each by itself", l.field, name))
			}
		}
	}
	return errors.Join(errs...)
}

// checkOrigin reports what no browser would ever send, or what anybody could.
func checkOrigin(o string) error {
	if o == "*" {
		return nil
	}
	if o == "null" {
		return errors.New(`cors: origin "null" is what any sandboxed page has: leave it out`)
	}
	u, err := url.Parse(o)
	if err != nil || u.Scheme == "" || u.Hostname() == "" || u.User != nil || u.Scheme+"://"+u.Host != o ||
		strings.Contains(o, "*") || o != strings.ToLower(o) || strings.ContainsFunc(o, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("cors: origin %q: write it as https://app.example.com, in lower case, without a path or a pattern", o)
	}
	if port := u.Port(); u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" || strings.HasSuffix(u.Host, ":") {
		return fmt.Errorf("cors: origin %q: leave out the port, as browsers do", o)
	}
	return nil
}

// isToken tells names of methods and headers.
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}
