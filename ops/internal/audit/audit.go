// Package audit keeps who did what to the service through the Operations API, and who was refused. Rows are only ever
// added.
package audit

import (
	"context"
	"encoding/json"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// An Entry is one thing that was done or refused.
type Entry struct {
	Action  string   // the scope that it took, such as data.update, or what was asked for
	Outcome Outcome  //
	Model   string   // the table's ident, "" for none
	Keys    []string // of rows
	Fields  []string // names of what was changed; values are never kept
	Count   int64    // of rows that were changed
	Detail  string   // for people; without values
	Address string   // of the caller; that of the grant if there is one
	Path    string   // of the request
}

// Outcome says how it went.
type Outcome string

const (
	Begun   Outcome = "begun" // written before what cannot be undone: without it nothing is done
	Done    Outcome = "done"
	Refused Outcome = "refused" // the caller may not
	Failed  Outcome = "failed"  // it was tried, and did not work
)

// A Log adds entries to the store.
type Log struct{ Store *store.Store }

// Write adds an entry, with who does it by the grant of ctx.
func (l *Log) Write(ctx context.Context, e Entry) error {
	g := grant.Of(ctx)
	if g == nil {
		g = &grant.Grant{Address: e.Address}
	}
	keys, err := json.Marshal(e.Keys)
	if err != nil {
		return err
	}
	fields, err := json.Marshal(e.Fields)
	if err != nil {
		return err
	}
	_, err = l.Store.Exec(ctx, `INSERT INTO ops_audit (time, action, outcome, kind, subject, token_id, access_token_id, scopes, ip, path, model, keys, fields, count, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		time.Now().UnixMicro(), e.Action, string(e.Outcome), string(g.Kind), g.Subject, store.Optional(g.TokenID), store.Optional(g.AccessID),
		join(g.Scopes), g.Address, e.Path, e.Model, string(keys), string(fields), e.Count, e.Detail)
	return err
}

func join(s grant.Scopes) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // a list of texts
	}
	return string(text)
}
