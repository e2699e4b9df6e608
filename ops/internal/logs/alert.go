package logs

import (
	"context"

	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
)

// An AlertList says which alerts are listed.
type AlertList struct {
	Page
	Start        *int64 `query:"start" minimum:"0" maximum:"253402300799"` // seconds since 1970
	End          *int64 `query:"end" minimum:"0" maximum:"253402300799"`
	Instance     string `query:"instance" api:"optional"`
	Target       string `query:"target" api:"optional"`
	TargetType   string `query:"target_type" api:"optional"`
	SettingsID   string `query:"settings_id" api:"optional"`
	SettingsName string `query:"settings_name" api:"optional"`
	Severity     *int64 `query:"severity"`
}

func noAlerts(context.Context, *AlertList) (*wire.Answer[[]struct{}], error) {
	return wire.Page([]struct{}{}, 0), nil
}

func noAlert(context.Context, *ByID) (*wire.Answer[*struct{}], error) { return nil, notFound() }
