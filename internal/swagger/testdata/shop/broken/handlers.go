// Package broken has an annotation that is wrong.
package broken

import "net/http"

// Get is wrong.
//
// @Success 200 {object} Absent
// @Router /absent [get]
func Get(w http.ResponseWriter, r *http.Request) {}
