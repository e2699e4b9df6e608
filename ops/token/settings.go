package token

import (
	"context"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
)

// Settings are what a supervisor may change of its row; what is not given stays.
type Settings struct {
	NodeID            string   `json:"node_id" minLength:"1"`
	Ident             *string  `json:"ident" minLength:"1" maxLength:"255"`
	URL               *string  `json:"url" maxLength:"1000"`
	BaseURL           *string  `json:"base_url" minLength:"1" maxLength:"1000"`
	BackupURLs        []string `json:"backup_urls" api:"optional" maxItems:"20"`
	HeartbeatInterval *int64   `json:"heartbeat_interval" minimum:"0"` // seconds
	DefaultTimeout    *float64 `json:"default_timeout" minimum:"0"`    // seconds
	Disabled          *bool    `json:"disabled"`

	Settings       map[string]any `json:"settings" api:"optional"`
	AlertSettings  map[string]any `json:"alert_settings" api:"optional"`
	ReportSettings map[string]any `json:"report_settings" alias:"aggregate_settings" api:"optional"`
}

// changes are the columns that are given.
func (in *Settings) changes() *columns {
	c := &columns{}
	given(c, "ident", in.Ident)
	given(c, "url", in.URL)
	given(c, "base_url", in.BaseURL)
	given(c, "heartbeat_interval", in.HeartbeatInterval)
	given(c, "default_timeout", in.DefaultTimeout)
	if in.Disabled != nil {
		c.add("disabled", number(*in.Disabled))
	}
	if in.BackupURLs != nil {
		c.add("backup_urls", text(in.BackupURLs))
	}
	object(c, "settings", in.Settings)
	object(c, "alert_settings", in.AlertSettings)
	object(c, "report_settings", in.ReportSettings)
	return c
}

func object(c *columns, name string, value map[string]any) {
	if value != nil {
		c.add(name, text(value))
	}
}

func (t *RootAPI) patch(ctx context.Context, in *Settings) (*wire.Answer[NodeInfo], error) {
	a := t.access
	id, err := supervisorOf(ctx)
	switch {
	case err != nil:
		return nil, err
	case in.NodeID != grant.Of(ctx).NodeID:
		return nil, api.BadRequest("node_id", "node_id is not that of the supervisor that calls")
	}
	if in.BaseURL != nil {
		other, err := a.supervisors.named(ctx, *in.BaseURL, in.NodeID, id)
		if err != nil {
			return nil, err
		}
		if other != nil {
			return nil, api.Conflict("conflict", "another supervisor has that base_url and knows this node")
		}
	}
	changes := in.changes()
	err = a.config.Store.Atomic(ctx, func(ctx context.Context) error {
		if err := a.supervisors.update(ctx, id, changes); err != nil {
			return err
		}
		return a.audit.Write(ctx, audit.Entry{Action: grant.ServiceConfig, Outcome: audit.Done, Keys: []string{in.NodeID}, Fields: changes.names})
	})
	return t.node(ctx, in.NodeID), err
}

// update sets columns of a row.
func (s *supervisors) update(ctx context.Context, id int64, c *columns) error {
	if len(c.names) == 0 {
		return nil
	}
	_, err := s.store.Exec(ctx, `UPDATE ops_supervisor SET `+c.equal(", ")+` WHERE id = `+parameter(len(c.names)+1), append(c.values, id)...)
	return err
}
