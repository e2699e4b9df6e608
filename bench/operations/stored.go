package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"net/http"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/ops"
)

// stores are what is measured: a SQLite file, and the PostgreSQL server of the tests, in a database of its own.
func stores(dir string) map[string]db.Config {
	l := map[string]db.Config{"SQLite": {Engine: db.SQLite, Name: filepath.Join(dir, "operations.db")}}
	address := os.Getenv("META_TEST_POSTGRES")
	if address == "" {
		address = "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"
	}
	c, err := db.Parse(address)
	if err != nil {
		return l
	}
	server, err := db.Open(background, c)
	if err != nil {
		return l
	}
	defer server.Close()
	name := fmt.Sprintf("meta_bench_%d", time.Now().UnixNano())
	if _, err := server.ExecContext(background, "CREATE DATABASE "+name); err != nil {
		return l
	}
	c.Name = name
	l["PostgreSQL"] = c
	return l
}

// drop removes the database of a measure.
func drop(c db.Config) {
	if c.Engine != db.Postgres {
		return
	}
	name := c.Name
	c.Name = "postgres"
	if server, err := db.Open(background, c); err == nil {
		_, _ = server.ExecContext(background, "DROP DATABASE "+name+" WITH (FORCE)")
		server.Close()
	}
}

const rows = 100_000

// stored measures how fast records reach the store, and what a request costs in all, its storing included.
func stored(b *strings.Builder, rounds int, _ time.Duration) error {
	fmt.Fprintf(b, "## In the store\n\n| store | rows/s | all processor time for a request, more than without, us |\n| --- | --: | --: |\n")
	dir, err := folder("stored")
	if err != nil {
		return err
	}
	plain, err := newService(dir, false, db.Config{})
	if err != nil {
		return err
	}
	configs := stores(dir)
	for _, name := range []string{"SQLite", "PostgreSQL"} {
		c, ok := configs[name]
		if !ok {
			continue
		}
		defer drop(c)
		dir, err := folder("stored")
		if err != nil {
			return err
		}
		o, err := newService(dir, true, c, onlyWhenAsked)
		if err == nil {
			err = o.service.Start(background)
		}
		if err != nil {
			return err
		}
		var rates, costs []time.Duration
		for range rounds {
			bare := cost(plain.handler, func() error { return nil })
			var flush time.Duration
			all := cost(o.handler, func() error {
				begun := time.Now()
				err := o.operations.Flush(background)
				flush = time.Since(begun)
				return err
			})
			costs = append(costs, (all-bare)/rows)
			rates = append(rates, flush)
		}
		fmt.Fprintf(b, "| %s | %.0f | %.1f |\n", name, rows/median(rates).Seconds(), float64(median(costs).Nanoseconds())/1e3)
		if err := o.service.Stop(background); err != nil {
			return err
		}
	}
	b.WriteString("\n")
	return nil
}

// onlyWhenAsked has records stored by Flush alone.
func onlyWhenAsked(c *ops.Config) { c.MaxBacklog, c.WorkerCycle = 1<<30, time.Hour }

// cost is the processor time that the process takes for many requests and what follows.
func cost(h http.Handler, after func() error) time.Duration {
	w, r := nobody{http.Header{}}, request("/api/hello")
	before := processor()
	for range rows {
		clear(w.header)
		h.ServeHTTP(w, r)
	}
	if err := after(); err != nil {
		panic(err)
	}
	return processor() - before
}
