package token_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/storetest"
	"github.com/utilmeta/utilmeta-go/ops/token"
)

// A capture is an exchange that was recorded with UtilMeta for Python, its token taken apart.
type capture struct {
	Note, Method, Path string
	Headers            map[string]string
	JWT                *struct {
		Header, Claims map[string]any
	}
	Authorization string
	Body          any
	Status        int
	State         any
	Result        any
}

// differs says where this service answers otherwise than the recording, and why.
type differs struct {
	status int
	state  any
	result any // "" for one that is not compared
	why    string
}

var open401 = differs{401, 0.0, nil, "being on this machine lets nobody in: a token is needed"}

var differences = map[string]map[string]differs{
	"auth": {
		"wrong key":                  {400, "token_expired", nil, "the reference answers 500"},
		"garbage token 3 parts":      {400, "token_expired", nil, "the reference answers 500"},
		"expired 1h ago":             {400, "token_expired", nil, "the reference answers 500"},
		"no issuer":                  {409, 0.0, nil, "a token names its issuer"},
		"scope with resources":       {200, 1.0, []any{"data.query:blog.author", "data.view"}, "the table of a scope is kept, and told"},
		"no scope":                   {200, 1.0, []any{}, "no scope is none, not one without a name"},
		"data.query resource-scoped": {403, 0.0, nil, "the token is for another table"},
	},
	"root": {
		`GET /api/ops ""`:                  {200, 1.0, []any{"authorization"}, "local access needs a token"},
		`GET /api/ops/ ""`:                 {200, 1.0, []any{"authorization"}, "local access needs a token"},
		`PATCH /api/ops {"node_id": "n1"}`: open401,
		`DELETE /api/ops ""`:               {401, 0.0, nil, "the reference claims to have deleted something; without a token nothing is asked"},
		`GET /api/ops ""` + " #2":          {403, 0.0, nil, "that page may not read"},
	},
	"token": {
		`GET /api/ops/token/scope ""`:           open401,
		`GET /api/ops/token ""`:                 open401,
		`POST /api/ops/token/revoke ["a", "b"]`: open401,
	},
	"local": {
		"connection_key + local_scope [api.view,log.view,data.query] + disabled_scope [data.delete,log.view]": {200, 1.0, []any{"authorization"}, "the connection key is for the private network"},
		"no key": open401, "wrong key": open401, "key ok": open401, "in local_scope": open401, "disabled scope wins": open401,
		"not in local_scope": open401, "disabled data.delete": open401, "data.query ok": open401,
	},
}

func TestCapturesAreAnswered(t *testing.T) {
	for name, change := range map[string]func(*token.Config){
		"auth": func(c *token.Config) {
			c.Production, c.URL = true, func() string { return "https://blog.example.com/api/ops" }
		},
		"root": nil, "token": nil,
		"local": func(c *token.Config) {
			c.LocalScope, c.DisabledScope = grant.Scopes{"api.view", "log.view", "data.query"}, grant.Scopes{"data.delete", "log.view"}
			c.ConnectionKey = "topsecret-topsecret"
		},
		"local_disabled": func(c *token.Config) { c.LocalScope = grant.Scopes{} },
	} {
		t.Run(name, func(t *testing.T) {
			testdb.Each(t, func(t *testing.T, d *db.DB) {
				f := open(t, d, change)
				for node, key := range map[string]string{"node-rsa": "rsa", "node-ec": "ec", "node-oct": "oct", "node-off": "rsa"} {
					f.supervisor(node, key)
				}
				f.exec(`UPDATE ops_supervisor SET disabled = 1 WHERE node_id = 'node-off'`)
				f.exec(`UPDATE ops_supervisor SET init_key = 'unmarked' WHERE node_id = 'node-rsa'`)
				for _, c := range storetest.Captures[capture](t, name) {
					f.replay(c, differences[name])
				}
			})
		})
	}
}

func (f *fixture) replay(c capture, known map[string]differs) {
	f.Helper()
	var headers []string
	for name, value := range c.Headers {
		headers = append(headers, name+": "+value)
	}
	switch {
	case c.JWT != nil:
		key := map[string]string{"ES256": "ec", "HS256": "oct"}[c.JWT.Header["alg"].(string)]
		if key == "" {
			key = "rsa"
		}
		if c.Note == "wrong key" {
			key = "other"
		}
		f.now.Store(time.Unix(int64(c.JWT.Claims["iat"].(float64)), 0).UnixMicro())
		headers = append(headers, "Authorization: Bearer "+sign(f, key, c.JWT.Header, c.JWT.Claims))
	case c.Authorization != "":
		headers = append(headers, "Authorization: "+c.Authorization)
	}
	if c.Note == "delete marked" {
		f.exec(`UPDATE ops_supervisor SET init_key = NULL WHERE node_id = 'node-rsa'`)
	}
	want, isDifferent := known[c.Note]
	if !isDifferent {
		want = differs{status: c.Status, state: c.State, result: c.Result}
	}
	a := f.call(c.Method, c.Path, c.Body, headers...)
	var state, result any
	if c.State == nil || strings.Contains(a.header.Get("Content-Type"), "problem") {
		state, want.state = nil, nil // OPTIONS, and what belongs to no endpoint
	} else if err := json.Unmarshal(a.State, &state); err != nil {
		f.Fatalf("%s: %s", c.Note, a.text)
	}
	_ = json.Unmarshal(a.Result, &result)
	if a.status != want.status || state != want.state {
		f.Errorf("%s: %d %v: %s, want %d %v %s", c.Note, a.status, state, a.text, want.status, want.state, want.why)
	}
	f.compare(c, want.result, result)
}

// compare holds results against each other: lists of names as they are, objects by their members.
func (f *fixture) compare(c capture, want, got any) {
	f.Helper()
	if o, ok := got.(map[string]any); ok {
		if w, ok := want.(map[string]any); ok {
			if diff := cmp.Diff(members(w), members(o)); diff != "" {
				f.Errorf("%s: members: %s", c.Note, diff)
			}
			want = w["requires"]
		}
		if diff := cmp.Diff(want, o["requires"]); diff != "" {
			f.Errorf("%s: requires: %s", c.Note, diff)
		}
		return
	}
	rows, _ := want.([]any)
	switch {
	case got == "ok" || c.Path == "/api/ops/servers" || strings.HasPrefix(c.Path, "/api/ops/logs/"): // not of this package
	case len(rows) > 0 && members(rows[0]) != nil:
		if diff := cmp.Diff(members(rows[0]), members(got.([]any)[0])); diff != "" {
			f.Errorf("%s: members of a row: %s", c.Note, diff)
		}
	default:
		if diff := cmp.Diff(want, got); diff != "" {
			f.Errorf("%s: result: %s", c.Note, diff)
		}
	}
}

func members(v any) map[string]bool {
	o, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	names := map[string]bool{}
	for name := range o {
		names[name] = true
	}
	return names
}
