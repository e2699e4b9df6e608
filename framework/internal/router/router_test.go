package router

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
)

// What is not found leaves nothing behind for the requests after it.
func TestVisits(t *testing.T) {
	rt := New(func(w http.ResponseWriter, _ *http.Request, status int) {
		http.Error(w, "fail", status)
	})
	say := func(name string) Handler {
		return func(w http.ResponseWriter, _ *http.Request, v *Visit) bool {
			fmt.Fprint(w, name, v.Values)
			return true
		}
	}
	rt.Handle("GET", "/a", say("a"))
	rt.Handle("POST", "/a", say("post a"))
	rt.Handle("GET", "/b/{id}/{name}", say("b"))
	rt.Handle("GET", "/files/{path...}", say("files"))
	for range 3 {
		for _, tt := range []struct {
			request     string
			status      int
			body, allow string
		}{
			{"GET /a", 200, "a[]", ""},
			{"DELETE /a", 405, "fail\n", "OPTIONS, GET, HEAD, POST"},
			{"POST /a", 200, "post a[]", ""},
			{"OPTIONS /a", 204, "", "OPTIONS, GET, HEAD, POST"},
			{"GET /b/1/x%2Fy", 200, "b[1 x/y]", ""},
			{"GET /none", 404, "fail\n", ""},
			{"GET /files/../x", 404, "fail\n", ""},
			{"PUT /b/1/x", 405, "fail\n", "OPTIONS, GET, HEAD"},
			{"GET /files/x/y", 200, "files[x/y]", ""},
			{"GET /b/2/y", 200, "b[2 y]", ""},
		} {
			var method, target string
			fmt.Sscan(tt.request, &method, &target)
			w := httptest.NewRecorder()
			rt.ServeHTTP(w, httptest.NewRequest(method, target, nil))
			if w.Code != tt.status || w.Body.String() != tt.body || w.Header().Get("Allow") != tt.allow {
				t.Errorf("%s: %d %q, Allow %q", tt.request, w.Code, w.Body, w.Header().Get("Allow"))
			}
		}
	}
}
