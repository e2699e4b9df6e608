package ops

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/utilmeta/utilmeta-go/ops/internal/guard"
)

// Integrate operates a handler that is not of this framework, under a name: its requests are recorded, and the handler
// that comes back answers those for the Operations API too. BaseURL of the configuration says where it is reached. A
// service that is reached at another machine than this one is one in production. Call Stop when it serves no more.
func (o *Operations) Integrate(handler http.Handler, name string) (http.Handler, error) {
	if err := o.integrate(name); err != nil {
		return nil, fmt.Errorf("operations: %w", err)
	}
	if err := o.Start(context.Background()); err != nil {
		return nil, fmt.Errorf("operations: %w", err)
	}
	own := o.log.Handler(o.api, func(*http.Request) bool { return true })
	others := o.log.Around(handler)
	fmt.Fprintln(os.Stderr, o.Banner(nil))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if o.serves(r.URL.Path) {
			own.ServeHTTP(w, r)
			return
		}
		others.ServeHTTP(w, r)
	}), nil
}

func (o *Operations) integrate(name string) error {
	u, err := url.Parse(o.baseURL())
	switch {
	case len(o.errs) > 0:
		return errors.Join(o.errs...)
	case o.config.BaseURL == "" || err != nil:
		return errors.New("a handler needs BaseURL: where it is reached, such as http://127.0.0.1:8000/api")
	case name == "":
		return errors.New("a handler needs a name, under which its requests are stored")
	case o.api != nil:
		return errors.New("it operates a service already: make another one by ops.New")
	}
	o.subject = subject{name: name, title: name, production: !guard.LoopbackName(u.Hostname()), logger: slog.Default()}
	o.base = o.path(strings.TrimSuffix(u.Path, "/"))
	return o.build(nil, nil, nil)
}
