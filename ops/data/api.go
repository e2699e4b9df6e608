// Package data is the API of the tables that the service's models have: it lists, queries and writes them through ent,
// so that interceptors, privacy rules, hooks and validators hold.
//
// Names that come from outside are looked up in the description of the models, exactly, and values are arguments of
// statements: no text of a request is ever part of one. Models without a single key, and those of sessions, have no table
// here.
package data

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
)

// An API is /data of the Operations API. What is wrong with a call is told with 400 and the name of the column; a call
// whose statements take longer than the timeout is refused with 503.
type API struct {
	// Tables lists the tables that the caller may see.
	Tables api.Get[api.Empty, wire.Answer[[]Table]] `route:"/tables"`
	// Query reads a page of the rows that a table has, and counts all of them.
	Query api.Post[QueryInput, wire.Answer[[]json.RawMessage]] `route:"/query"`
	// Create makes rows, all or none.
	Create api.Post[CreateInput, wire.Answer[*[]json.RawMessage]] `route:"/create"`
	// Update changes rows, all or none, and answers how many.
	Update api.Post[UpdateInput, wire.Answer[int64]] `route:"/update"`
	// Delete removes a row and those that go with it, and answers how many.
	Delete api.Post[DeleteInput, wire.Answer[int64]] `route:"/delete"`
}

// A Database is a client of ent under an alias. The first of several also goes by "default".
type Database struct {
	Alias string
	Conn  orm.DB
}

// Options are what an API is made of.
type Options struct {
	Databases []Database
	Secrets   *mask.Names
	Audit     *audit.Log
	ReadOnly  bool                  // nothing is written
	Hidden    func(*orm.Model) bool // models that have no table here; nil hides those of sessions
	Timeout   time.Duration         // of what a call does in a database; 0 is 10 s
	Logger    *slog.Logger          // slog.Default if it is nil
}

// New makes the API.
func New(o Options) *API {
	if o.Hidden == nil {
		o.Hidden = keepsSessions
	}
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	s := &service{Options: o, catalog: newCatalog(o)}
	return &API{Tables: s.tables, Query: s.query, Create: s.create, Update: s.update, Delete: s.delete}
}

// keepsSessions tells the models made of the session mixin: who reads them could be anybody.
func keepsSessions(m *orm.Model) bool { return m.Field("token_hash") != nil }

// service has the handlers.
type service struct {
	Options
	catalog *catalog
}

// A Target names the table that a call is for.
type Target struct {
	Model string `query:"model"`                // the ref of a table, its ident or its name in the database
	Using string `query:"using" api:"optional"` // the alias of its database
}

// find is the table that a call is for, if the caller may use it as the scope says.
func (s *service) find(ctx context.Context, t Target, scope string) (*table, error) {
	found, err := s.catalog.find(t)
	if err != nil {
		return nil, err
	}
	return found, s.require(ctx, scope, found)
}

// names is a list of them; a single one may stand for it.
type names []string

// UnmarshalJSON reads either.
func (l *names) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '"' {
		*l = make(names, 1)
		return json.Unmarshal(text, &(*l)[0])
	}
	return json.Unmarshal(text, (*[]string)(l))
}

// object is a row, or conditions, as a caller sends them.
type object = map[string]json.RawMessage

// objects is a list of rows; a single one may stand for it.
type objects []object

// UnmarshalJSON reads either.
func (o *objects) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '{' {
		*o = make(objects, 1)
		return json.Unmarshal(text, &(*o)[0])
	}
	return json.Unmarshal(text, (*[]object)(o))
}
