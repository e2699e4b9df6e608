// Package tables is the API of the tables that the service's models have: it lists, queries and writes them through ent,
// so that interceptors, privacy rules, hooks and validators hold.
//
// Names that come from outside are looked up in the description of the models, exactly, and values are arguments of
// statements: no text of a request is ever part of one. Models without a single key, and those of sessions, have no table
// here.
package tables

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

// An API is /data of the Operations API.
type API struct {
	// Tables lists the tables that the caller may see.
	Tables api.Get[api.Empty, wire.Answer[[]Table]] `route:"/tables"`
	// Query reads rows of a table.
	Query api.Post[QueryInput, wire.Answer[[]json.RawMessage]] `route:"/query"`
	// Create makes rows, all or none.
	Create api.Post[CreateInput, wire.Answer[*[]json.RawMessage]] `route:"/create"`
	// Update changes rows, all or none.
	Update api.Post[UpdateInput, wire.Answer[int]] `route:"/update"`
	// Delete removes a row and what goes with it.
	Delete api.Post[DeleteInput, wire.Answer[int]] `route:"/delete"`
}

// A Database is a client of ent under an alias. The first of several is "default".
type Database struct {
	Alias string
	Conn  orm.DB
}

// Options are what an API is made of.
type Options struct {
	Databases []Database
	Secrets   *mask.Names
	Audit     *audit.Log
	ReadOnly  bool          // nothing is written
	Timeout   time.Duration // of a call; 10 s
	Logger    *slog.Logger
}

// New makes the API.
func New(o Options) *API {
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	s := &service{Options: o, catalog: newCatalog(o.Databases, o.Secrets)}
	return &API{Tables: s.tables, Query: s.query, Create: s.create, Update: s.update, Delete: s.delete}
}

// service has the handlers.
type service struct {
	Options
	catalog *catalog
}

// A Target names the table that a call is for.
type Target struct {
	Model string `query:"model"`                // the table's ref, ident or name
	Using string `query:"using" api:"optional"` // the alias of its database
}

// find is the table that a call is for, which the caller may use as the scope says.
func (s *service) find(ctx context.Context, t Target, scope string) (*table, error) {
	found, err := s.catalog.find(t)
	if err != nil {
		return nil, err
	}
	return found, s.require(ctx, scope, found)
}

// list is a list of texts; a single one may stand for it.
type list []string

// UnmarshalJSON reads either.
func (l *list) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '"' {
		*l = make(list, 1)
		return json.Unmarshal(text, &(*l)[0])
	}
	return json.Unmarshal(text, (*[]string)(l))
}

// objects is a list of rows; a single one may stand for it.
type objects []map[string]json.RawMessage

// UnmarshalJSON reads either.
func (o *objects) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '{' {
		*o = make(objects, 1)
		return json.Unmarshal(text, &(*o)[0])
	}
	return json.Unmarshal(text, (*[]map[string]json.RawMessage)(o))
}
