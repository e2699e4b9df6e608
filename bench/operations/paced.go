package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"net/http"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

const (
	pace     = 40_000 // requests a second
	paceTime = 10 * time.Second
)

// paced sends requests at a pace, and counts what of them is in the store afterwards.
func paced(b *strings.Builder, _ int, _ time.Duration) error {
	dir, err := folder("paced")
	if err != nil {
		return err
	}
	o, err := newService(dir, true, db.Config{Engine: db.SQLite, Name: filepath.Join(dir, "operations.db")})
	if err == nil {
		err = o.service.Start(background)
	}
	if err != nil {
		return err
	}
	w, r := nobody{http.Header{}}, request("/api/hello")
	sent, begun := 0, time.Now()
	for since := time.Duration(0); since < paceTime; since = time.Since(begun) {
		for due := int(since.Seconds() * pace); sent < due; sent++ {
			clear(w.header)
			o.handler.ServeHTTP(w, r)
		}
		time.Sleep(200 * time.Microsecond)
	}
	took := time.Since(begun)
	if err := o.operations.Flush(background); err != nil {
		return err
	}
	var there int
	if err := o.store.SQL().QueryRow("SELECT count(*) FROM ops_log").Scan(&there); err != nil {
		return err
	}
	fmt.Fprintf(b, "## At %d requests a second\n\n%d requests in %.1f s on SQLite, %d rows in the store, %d dropped.\n\n", pace, sent, took.Seconds(), there, sent-there)
	return o.service.Stop(background)
}
