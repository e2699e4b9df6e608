package ratelimit

import (
	"net/http"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// Refusals tells the document of the API what the limit answers.
func (*Limit) Refusals(*api.Endpoint) []int { return []int{http.StatusTooManyRequests} }

var _ api.Refuser = (*Limit)(nil)
