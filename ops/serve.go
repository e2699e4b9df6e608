package ops

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/data"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/logs"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
	"github.com/utilmeta/utilmeta-go/ops/token"
)

// contract is the Operations API.
type contract struct {
	Failed api.Catch `on:"!Ext"` // errors of the contract are in its wrapper, those of Ext are problems
	Gate   *token.Gate

	Root    *token.RootAPI `route:"/"`
	OpenAPI api.Raw        `route:"/openapi"`
	Token   *token.API     `route:"/token"`
	Data    *data.API      `route:"/data"`
	Logs    *logs.API      `route:"/logs"`
	Action  action         `route:"/action/{name}"`
	Ext     ext            `route:"/ext"`
}

// ext is what is not of the contract.
type ext struct {
	Session *token.SessionAPI `route:"/"`
}

// scopes say what it takes to call an endpoint. One that is not here keeps the service from starting.
var scopes = map[string]string{
	"root_get":    token.Public,
	"root_post":   token.Public,
	"root_patch":  grant.ServiceConfig,
	"root_delete": grant.ServiceDelete,
	"open_api":    grant.APIView,

	"token_scope":  token.Any,
	"token_get":    grant.TokenView,
	"token_revoke": grant.TokenRevoke,

	"data_tables": grant.DataView,
	"data_query":  grant.DataQuery,
	"data_create": grant.DataCreate,
	"data_update": grant.DataUpdate,
	"data_delete": grant.DataDelete,

	"logs_get":            grant.LogView,
	"logs_service":        grant.LogView,
	"logs_service_detail": grant.LogView,
	"logs_values":         grant.LogView,
	"logs_delete_service": grant.LogDelete,
	"logs_request":        grant.LogView,
	"logs_request_detail": grant.LogView,
	"logs_delete_request": grant.LogDelete,
	"logs_alert":          grant.LogView,
	"logs_alert_detail":   grant.LogView,
	"logs_realtime":       grant.LogView,

	"action_post": grant.ActionExecute,

	"ext_session_exchange": token.Public, // it takes a code
	"ext_session_session":  token.Any,
	"ext_session_leave":    token.Any,
}

// serve puts the Operations API together.
func (o *Operations) serve() (http.Handler, error) {
	mux, err := o.mux()
	if err != nil {
		return nil, err
	}
	for _, ep := range mux.Endpoints() {
		o.log.Target(ep)
	}
	var hosts []string
	if o.service != nil {
		hosts = o.service.Config().Hosts
	}
	return untrailed(o.base, o.access.Handler(o.console(mux), hosts, methodsOf(mux.Endpoints()))), nil
}

// mux has the endpoints of the Operations API.
func (o *Operations) mux() (*api.Mux, error) {
	mux := &api.Mux{Logger: o.subject.logger, Fail: o.nothing}
	root := &contract{
		Failed:  o.failed,
		Gate:    o.access.Gate(scopes),
		Root:    o.access.Root(),
		OpenAPI: func(w http.ResponseWriter, r *http.Request) error { return o.document.serve(w, r, o.openAPI) },
		Token:   o.access.API(),
		Data:    data.New(o.dataOptions()),
		Logs:    logs.New(o.logsOptions()),
		Ext:     ext{Session: o.access.Session()},
	}
	root.Action.Post = root.Action.post
	return mux, mux.Mount(o.base, root)
}

// logsOptions are those of the reading half of the logs.
func (o *Operations) logsOptions() logs.Options {
	return logs.Options{
		Store: o.store, Service: o.subject.name, Node: o.node, HideAddress: o.config.Log.HideAddress, HideUser: o.config.Log.HideUser,
		Flush: func(ctx context.Context) { // what does not work is said elsewhere
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			_ = o.log.Flush(ctx)
		},
	}
}

// dataOptions are those of the tables: in production they are read only unless the configuration says otherwise.
func (o *Operations) dataOptions() data.Options {
	t := data.Options{Secrets: o.names, Audit: o.audit, ReadOnly: o.subject.production && !o.config.Writable, Logger: o.subject.logger}
	for _, d := range o.databases {
		t.Databases = append(t.Databases, data.Database{Alias: d.alias, Conn: d.conn})
	}
	return t
}

// failed answers an error in the wrapper of the contract.
func (o *Operations) failed(ctx context.Context, err error) error {
	if c, ok := api.CallFrom(ctx); ok {
		for name, values := range api.ProblemOf(err).Header() {
			c.Header()[name] = values
		}
	}
	return api.Answer(wire.Fail(ctx, o.subject.logger, err))
}

// nothing answers what is for no endpoint.
func (o *Operations) nothing(w http.ResponseWriter, r *http.Request, p *api.Problem) {
	var body any = p
	typ := "application/problem+json"
	if !strings.HasPrefix(r.URL.Path, o.base+"/ext/") {
		detail := p.Detail
		if p.Status == http.StatusNotFound {
			detail = "path: <" + r.URL.Path + "> not found"
		}
		body, typ = wire.Failed(p.Status, p.Code, detail), "application/json"
	}
	w.Header().Set("Content-Type", typ)
	w.WriteHeader(p.Status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(body) // a client that is gone is nobody to tell
}

// untrailed takes the slash from the end of paths: the contract has it that both are one.
func untrailed(base string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		if !strings.HasSuffix(path, "/") || !strings.HasPrefix(path, base) || len(path) == 1 {
			next.ServeHTTP(w, r)
			return
		}
		own, u := *r, *r.URL
		u.Path, u.RawPath = strings.TrimSuffix(path, "/"), strings.TrimSuffix(u.RawPath, "/")
		own.URL = &u
		next.ServeHTTP(w, &own)
	})
}

// methodsOf tells which methods a path answers.
func methodsOf(endpoints []*api.Endpoint) func(path string) []string {
	exact := map[string][]string{}
	below := map[string][]string{} // of paths whose last segment is a parameter
	for _, ep := range endpoints {
		path, into := cmp.Or(ep.Path, "/"), exact
		if i := strings.IndexByte(path, '{'); i >= 0 {
			path, into = path[:i], below
		}
		for _, m := range ep.Methods() {
			if !slices.Contains(into[path], m) {
				into[path] = append(into[path], m)
				slices.Sort(into[path])
			}
		}
	}
	return func(path string) []string {
		if l, ok := exact[path]; ok {
			return l
		}
		return below[path[:strings.LastIndexByte(path, '/')+1]]
	}
}

// action answers as a service that has declared none.
type action struct {
	Post api.Post[actionInput, wire.Answer[json.RawMessage]] `route:"/"`
}

type actionInput struct {
	Name string          `path:"name"`
	Data json.RawMessage `body:"json" api:"optional"`
}

func (action) post(_ context.Context, in *actionInput) (*wire.Answer[json.RawMessage], error) {
	return nil, api.NotFound("not_found", "action %q not found", in.Name)
}
