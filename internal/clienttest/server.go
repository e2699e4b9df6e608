// Package clienttest has clients that were generated, and a server that they are tried on.
package clienttest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Everything serves everything.yaml of the tests of internal/client: it mostly tells what has come.
func Everything() http.Handler {
	mux := http.NewServeMux()
	for _, pattern := range []string{"GET /base/pets", "GET /base/things/", "GET /base/rest/", "PUT /base/maybe", "POST /base/form", "POST /base/upload/{id}", "PUT /base/bytes"} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { answer(w, 200, echo(r)) })
	}
	for _, pattern := range []string{"POST /base/value", "PUT /base/odd", "POST /base/tree", "PUT /base/text"} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
			_, _ = io.Copy(w, r.Body)
		})
	}
	mux.HandleFunc("POST /base/pets", createPet)
	mux.HandleFunc("PUT /base/account", func(w http.ResponseWriter, r *http.Request) {
		var in map[string]any
		_ = json.NewDecoder(r.Body).Decode(&in)
		if in["password"] != "secret" || in["id"] != nil {
			w.WriteHeader(400)
			return
		}
		answer(w, 200, map[string]any{"id": 7, "name": in["name"]})
	})
	mux.HandleFunc("GET /base/file", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="../a b.pdf"`)
		w.Header().Set("Content-Type", "application/pdf")
		_, _ = io.WriteString(w, "%PDF")
	})
	mux.HandleFunc("GET /base/events", serveEvents)
	mux.HandleFunc("GET /base/moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/base/elsewhere", http.StatusSeeOther)
	})
	mux.HandleFunc("DELETE /base/gone", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) })
	mux.HandleFunc("GET /base/counted", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"2"`)
		w.Header().Set("X-Count", "12")
		answer(w, 200, []string{"a"})
	})
	mux.HandleFunc("GET /base/boxed", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("fail") == "true" {
			answer(w, 400, map[string]any{"result": nil, "state": "bad", "message": "no good"})
			return
		}
		answer(w, 200, map[string]any{"result": echo(r), "state": "ok", "message": ""})
	})
	mux.HandleFunc("POST /base/login", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: "s1", Path: "/"})
		w.WriteHeader(204)
	})
	mux.HandleFunc("GET /base/me", func(w http.ResponseWriter, r *http.Request) {
		if c, err := r.Cookie("sid"); err != nil || c.Value != "s1" {
			answer(w, 401, map[string]any{"title": "Unauthorized"})
			return
		}
		answer(w, 200, echo(r))
	})
	mux.HandleFunc("GET /base/secret", func(w http.ResponseWriter, r *http.Request) {
		e := echo(r)
		e["header"] = map[string]string{"Authorization": r.Header.Get("Authorization"), "X-Key": r.Header.Get("X-Key")}
		answer(w, 200, e)
	})
	return mux
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	if status == 422 {
		w.Header().Set("Content-Type", "application/problem+json")
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// echo tells a request. Of a form with files it tells each part.
func echo(r *http.Request) map[string]any {
	header := map[string]string{}
	for _, name := range []string{"Content-Type", "X-Trace", "Cookie"} {
		if v, _, _ := strings.Cut(r.Header.Get(name), ";"); v != "" {
			header[name] = v
		}
	}
	var body string
	if m, err := r.MultipartReader(); err == nil {
		body = parts(m.NextPart)
	} else {
		b, _ := io.ReadAll(r.Body)
		body = string(b)
	}
	return map[string]any{"method": r.Method, "path": r.URL.EscapedPath(), "query": r.URL.RawQuery, "header": header, "body": body}
}

func parts[P interface {
	FormName() string
	FileName() string
	io.Reader
}](next func() (P, error)) string {
	var l []string
	for {
		p, err := next()
		if err != nil {
			return strings.Join(l, "; ")
		}
		b, _ := io.ReadAll(p)
		if len(b) > 100 {
			b = fmt.Appendf(nil, "%d bytes", len(b))
		}
		l = append(l, strings.TrimSpace(fmt.Sprintf("%s=%s %s", p.FormName(), b, p.FileName())))
	}
}

func createPet(w http.ResponseWriter, r *http.Request) {
	var in map[string]any
	_ = json.NewDecoder(r.Body).Decode(&in)
	switch in["name"] {
	case "taken":
		answer(w, 409, map[string]any{"name": "taken", "by": 5})
	case "wrong":
		answer(w, 422, map[string]any{"title": "Wrong", "status": 422, "code": "wrong", "detail": "it is wrong", "errors": []map[string]any{{"pointer": "#/name", "code": "wrong", "detail": "is wrong"}}})
	case "broken":
		http.Error(w, "<html>broken</html>", http.StatusBadGateway)
	default:
		in["extra"] = slices.Sorted(maps.Keys(in))
		answer(w, 201, in)
	}
}

// serveEvents breaks the connection after each second event, and goes on behind the one that was seen last.
func serveEvents(w http.ResponseWriter, r *http.Request) {
	var last int
	_, _ = fmt.Sscan(r.Header.Get("Last-Event-ID"), &last)
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = io.WriteString(w, ": open\r\nretry: 5\r\n\r\n")
	for n := last + 1; n <= last+2; n++ {
		if n > 5 {
			_, _ = io.WriteString(w, "event: error\ndata: {\"status\":500,\ndata: \"code\":\"over\"}\n\n")
			return
		}
		fmt.Fprintf(w, "id: %d\ndata: {\"n\":\ndata: %d}\n\n", n, n)
		_ = http.NewResponseController(w).Flush()
		time.Sleep(time.Millisecond)
	}
	panic(http.ErrAbortHandler)
}
