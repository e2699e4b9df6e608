// Package timeout bounds how long endpoints take.
package timeout

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// After is a plugin that ends the context of a request after so long, from where it stands in the chain. What fails on
// account of that is answered with 504. A handler that does not look at its context, nor passes it to a database or a
// service, goes on, and its answer counts.
//
//	type API struct {
//		Timeout timeout.After
//		...
//	}
//
//	&API{Timeout: timeout.After(5 * time.Second)}
type After time.Duration

// CheckEndpoint reports a time that is over before it begins.
func (d After) CheckEndpoint(*api.Endpoint) error {
	if d <= 0 {
		return fmt.Errorf("timeout: After(%s) leaves no time: use a positive duration", time.Duration(d))
	}
	return nil
}

// Wrap gives the endpoint's context a deadline.
func (d After) Wrap(_ *api.Endpoint, next api.Handler) api.Handler {
	return func(c *api.Call) error {
		outer := c.Context()
		ctx, cancel := context.WithTimeout(outer, time.Duration(d))
		// What is saved before the first byte comes later, and has its own time.
		defer func() { c.SetContext(outer); cancel() }()
		c.SetContext(ctx)
		err := next(c)
		if err == nil || ctx.Err() != context.DeadlineExceeded || outer.Err() != nil || deliberate(err) {
			return err
		}
		return api.Errorf(http.StatusGatewayTimeout, "timeout", "this took longer than %s", time.Duration(d)).Cause(err)
	}
}

// deliberate tells an answer that the handler meant to give from what went wrong: drivers do not always say that it was
// for the deadline.
func deliberate(err error) bool {
	status := api.StatusOf(err)
	return status < 499 // which is what is logged of a context that ended
}
