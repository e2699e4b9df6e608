package cors_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/plugin/cors"
	"github.com/utilmeta/utilmeta-go/framework/plugin/internal/plugintest"
)

const app = "https://app.example.com"

var (
	exact = cors.Policy{Origins: []string{app, "http://localhost:5173"}, Credentials: true, Expose: []string{"Etag", "X-Total"}}
	all   = cors.Policy{Origins: []string{"*"}}
	wrong = cors.Policy{Origins: []string{"*"}, Credentials: true}
)

// shown is what a browser goes by.
func shown(h http.Header) string {
	var l []string
	for _, name := range []string{"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Expose-Headers",
		"Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Max-Age", "Vary"} {
		for _, v := range h[name] {
			short := name[strings.LastIndex(name, "-")+1:]
			l = append(l, short+"="+v)
		}
	}
	return strings.Join(l, "; ")
}

func TestRow23_CORS(t *testing.T) {
	const read = "Origin=" + app + "; Credentials=true; Headers=Etag, X-Total; Vary=Origin"
	tests := []struct {
		name, request string
		header        []string
		policy        cors.Policy
		want          string
	}{
		{"listed", "GET /", []string{"Origin", app}, exact, read},
		{"listed, with a port", "POST /", []string{"Origin", "http://localhost:5173"}, exact, "Origin=http://localhost:5173; Credentials=true; Headers=Etag, X-Total; Vary=Origin"},
		{"error", "GET /other", []string{"Origin", app}, exact, read},
		{"raw", "GET /raw", []string{"Origin", app}, exact, read},
		{"no origin", "GET /", nil, exact, "Vary=Origin"},
		{"another", "GET /", []string{"Origin", "https://evil.example"}, exact, "Vary=Origin"},
		{"longer", "GET /", []string{"Origin", app + ".evil.example"}, exact, "Vary=Origin"},
		{"subdomain", "GET /", []string{"Origin", "https://x.app.example.com"}, exact, "Vary=Origin"},
		{"another scheme", "GET /", []string{"Origin", "http://app.example.com"}, exact, "Vary=Origin"},
		{"another case", "GET /", []string{"Origin", "https://APP.example.com"}, exact, "Vary=Origin"},
		{"null", "GET /", []string{"Origin", "null"}, exact, "Vary=Origin"},
		{"two", "GET /", []string{"Origin", app, "Origin", "https://evil.example"}, exact, "Vary=Origin"},
		{"all", "GET /", []string{"Origin", "https://any.example"}, all, "Origin=*"},
		{"all, null", "GET /", []string{"Origin", "null"}, all, "Origin=*"},
		{"zero", "GET /", []string{"Origin", app}, cors.Policy{}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := plugintest.New(test.policy, plugintest.Hello)
			a.Other.Get = func(context.Context, *api.Empty) (*plugintest.Note, error) { return nil, errors.New("x") }
			mux := plugintest.Mux(t, a, nil)
			for place, h := range map[string]http.Handler{"plugin": mux, "both": test.policy.Handler(mux)} {
				if got := shown(plugintest.Serve(t, h).Do(test.request, test.header...).Header); got != test.want {
					t.Errorf("%s: got %s\nwant %s", place, got, test.want)
				}
			}
		})
	}
}

func TestRow23_Preflight(t *testing.T) {
	ask := func(origin string) []string {
		return []string{"Origin", origin, "Access-Control-Request-Method", "PUT", "Access-Control-Request-Headers", "content-type"}
	}
	long := cors.Policy{Origins: []string{app}, Methods: []string{"QUERY"}, Headers: []string{"X-A", "X-B"}, MaxAge: time.Hour}
	never := cors.Policy{Origins: []string{app}, MaxAge: -1}
	const usual = "Methods=GET, HEAD, POST, PUT, PATCH, DELETE; Headers=Content-Type; Age=600"
	for _, test := range []struct {
		name   string
		header []string
		policy cors.Policy
		status int
		want   string
	}{
		{"listed", ask(app), exact, 204, "Origin=" + app + "; Credentials=true; " + usual + "; Vary=Origin"},
		{"another", ask("https://evil.example"), exact, 204, "Vary=Origin"},
		{"null", ask("null"), exact, 204, "Vary=Origin"},
		{"all", ask("https://any.example"), all, 204, "Origin=*; " + usual},
		{"wrong policy", ask(app), wrong, 204, ""},
		{"own", ask(app), long, 204, "Origin=" + app + "; Methods=GET, HEAD, POST, QUERY; Headers=X-A, X-B; Age=3600; Vary=Origin"},
		{"not remembered", ask(app), never, 204, "Origin=" + app + "; " + strings.Replace(usual, "600", "0", 1) + "; Vary=Origin"},
		{"no preflight", []string{"Origin", app}, never, 204, "Origin=" + app + "; Vary=Origin"},
	} {
		t.Run(test.name, func(t *testing.T) {
			mux := plugintest.Mux(t, plugintest.New(cors.Policy{}, plugintest.Hello), nil)
			a := plugintest.Serve(t, test.policy.Handler(mux)).Do("OPTIONS /", test.header...)
			if got := shown(a.Header); a.StatusCode != test.status || got != test.want {
				t.Errorf("%d %s\nwant %s", a.StatusCode, got, test.want)
			}
		})
	}
}

// A policy of an API prevails over one around the whole.
func TestInnerPrevails(t *testing.T) {
	inner := cors.Policy{Origins: []string{"https://inner.example"}}
	c := plugintest.Serve(t, exact.Handler(plugintest.Mux(t, plugintest.New(inner, plugintest.Hello), nil)))
	if got := shown(c.Do("GET /", "Origin", app).Header); got != "Vary=Origin" {
		t.Error(got)
	}
	if got := shown(c.Do("GET /", "Origin", "https://inner.example").Header); got != "Origin=https://inner.example; Vary=Origin" {
		t.Error(got)
	}
	if got := shown(c.Do("GET /nowhere", "Origin", app).Header); !strings.HasPrefix(got, "Origin="+app) {
		t.Error(got)
	}
}

func TestRow23_PolicyIsChecked(t *testing.T) {
	plugintest.Refused(t, wrong, "act as the user")
	plugintest.Refused(t, cors.Policy{Origins: []string{"*", app}}, "leave out the others")
	for origin, want := range map[string]string{
		"null":                        "sandboxed",
		"":                            "write it as",
		"app.example.com":             "write it as",
		"https://app.example.com/":    "without a path",
		"https://app.example.com?x":   "without a path",
		"https://App.example.com":     "lower case",
		"https://*.example.com":       "pattern",
		"https://u:p@app.example.com": "write it as",
		"https://app.example.com:443": "leave out the port",
		"http://app.example.com:80":   "leave out the port",
		"http://app.example.com:":     "leave out the port",
		"https://bücher.example":      "write it as",
		"https://a b":                 "write it as",
		"file://":                     "write it as",
	} {
		plugintest.Refused(t, cors.Policy{Origins: []string{origin}}, want)
	}
	for _, p := range []cors.Policy{{Methods: []string{"GET, PUT"}}, {Headers: []string{"X A"}}, {Expose: []string{""}}, {Headers: []string{"*"}, Credentials: true}} {
		plugintest.Refused(t, p, "list each by itself")
	}
}

// Whatever the origin in the policy, none of another one is let in.
func FuzzOrigins(f *testing.F) {
	f.Add(app, app)
	f.Add("*", "null")
	f.Add("https://a:1", "https://a:1/")
	f.Fuzz(func(t *testing.T, listed, asked string) {
		p := cors.Policy{Origins: []string{listed}, Credentials: true}
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
		r.Header["Origin"] = []string{asked}
		p.Handler(http.NotFoundHandler()).ServeHTTP(w, r)
		got := w.Header().Get("Access-Control-Allow-Origin")
		if got != "" && (got != asked || got != listed || got == "*" || got == "null") {
			t.Errorf("policy %q lets %q read by %q", listed, asked, got)
		}
	})
}

func Example() {
	policy := cors.Policy{Origins: []string{"https://app.example.com"}}
	h := policy.Handler(http.NotFoundHandler())
	w, r := httptest.NewRecorder(), httptest.NewRequest("OPTIONS", "/api/user", nil)
	r.Header.Set("Origin", "https://app.example.com")
	r.Header.Set("Access-Control-Request-Method", "PUT")
	h.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Header().Get("Access-Control-Allow-Methods"))
	// Output: 204 GET, HEAD, POST, PUT, PATCH, DELETE
}

func TestPreflightOfAnAPI(t *testing.T) {
	type thing struct{}
	type openAPI struct {
		CORS cors.Policy
		Put  api.Put[api.Empty, thing]
	}
	type rootAPI struct {
		Open   *openAPI
		Closed api.Put[api.Empty, thing]
	}
	put := func(context.Context, *api.Empty) (*thing, error) { return &thing{}, nil }
	var mux api.Mux
	if err := mux.Mount("/", &rootAPI{Open: &openAPI{CORS: exact, Put: put}, Closed: put}); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/open": app, "/closed": ""} {
		r := httptest.NewRequest("OPTIONS", path, nil)
		r.Header.Set("Origin", app)
		r.Header.Set("Access-Control-Request-Method", "PUT")
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		if got := w.Header().Get("Access-Control-Allow-Origin"); got != want || w.Code != http.StatusNoContent {
			t.Errorf("%s: %d, %q may read; want %q", path, w.Code, got, want)
		}
	}
}
