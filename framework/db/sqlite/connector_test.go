//go:build cgo

package sqlite

import (
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

// A connection that does not report what it was told is refused.
func TestConnectVerifies(t *testing.T) {
	c := db.Config{Engine: db.SQLite, Name: db.Memory, BusyTimeout: db.DefaultBusyTimeout}
	k := newConnector(c, db.Memory, writing).(*connector)
	k.dsn = strings.Replace(k.dsn, "_foreign_keys=1", "_foreign_keys=0", 1)
	_, err := k.Connect(t.Context())
	if err == nil || !strings.Contains(err.Error(), "pragma foreign_keys is 0, not 1") {
		t.Errorf("got %v, want a refusal", err)
	}
}
