// Package plain has no annotation.
package plain

import "net/http"

// Get answers.
func Get(w http.ResponseWriter, r *http.Request) {}
