package token

import (
	"context"
	"strings"

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

// changes are the columns that are given, in order, and their values.
func (in *Settings) changes() (columns []string, values []any) {
	set := func(column string, given bool, value func() any) {
		if given {
			columns, values = append(columns, column), append(values, value())
		}
	}
	set("ident", in.Ident != nil, func() any { return *in.Ident })
	set("url", in.URL != nil, func() any { return *in.URL })
	set("base_url", in.BaseURL != nil, func() any { return *in.BaseURL })
	set("backup_urls", in.BackupURLs != nil, func() any { return text(in.BackupURLs) })
	set("heartbeat_interval", in.HeartbeatInterval != nil, func() any { return *in.HeartbeatInterval })
	set("default_timeout", in.DefaultTimeout != nil, func() any { return *in.DefaultTimeout })
	set("disabled", in.Disabled != nil, func() any { return number(*in.Disabled) })
	set("settings", in.Settings != nil, func() any { return text(in.Settings) })
	set("alert_settings", in.AlertSettings != nil, func() any { return text(in.AlertSettings) })
	set("report_settings", in.ReportSettings != nil, func() any { return text(in.ReportSettings) })
	return columns, values
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
	columns, values := in.changes()
	err = a.config.Store.Atomic(ctx, func(ctx context.Context) error {
		if err := a.supervisors.update(ctx, id, columns, values); err != nil {
			return err
		}
		return a.audit.Write(ctx, audit.Entry{Action: grant.ServiceConfig, Outcome: audit.Done, Keys: []string{in.NodeID}, Fields: columns})
	})
	return t.node(ctx, in.NodeID), err
}

// update sets columns of a row.
func (s *supervisors) update(ctx context.Context, id int64, columns []string, values []any) error {
	if len(columns) == 0 {
		return nil
	}
	_, err := s.store.Exec(ctx, `UPDATE ops_supervisor SET `+assignments(columns)+` WHERE id = `+parameter(len(columns)+1), append(values, id)...)
	return err
}

func assignments(columns []string) string {
	l := make([]string, len(columns))
	for i, c := range columns {
		l[i] = c + " = " + parameter(i+1)
	}
	return strings.Join(l, ", ")
}
