//go:build !cgo

package sqlite

import (
	"context"
	"fmt"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

func init() {
	db.Register(db.SQLite, func(_ context.Context, c db.Config) (*db.Pools, error) {
		return nil, fmt.Errorf("%s: this program was built without cgo, which SQLite needs: install a C compiler (gcc) and build with CGO_ENABLED=1, or use PostgreSQL", c)
	})
}
