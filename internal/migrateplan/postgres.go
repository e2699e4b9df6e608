package migrateplan

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ariga.io/atlas/sql/postgres"
	"entgo.io/ent/dialect"
	"github.com/lib/pq"
)

const (
	scratchPrefix = "meta_dev_"
	scratchAge    = 10 * time.Minute // after which an unused one is of a run that died
	permission    = "42501"          // SQLSTATE of a privilege that is lacking
)

// openPostgres makes a scratch database beside the one of the URL, or a scratch schema inside it where the role may
// not create databases.
func openPostgres(ctx context.Context, rawURL string) (*scratch, error) {
	admin, u, err := openServer(ctx, rawURL)
	if err != nil {
		return nil, err
	}
	sweep(ctx, admin)
	// The name carries the time for sweep, and is random so that two runs do not meet.
	name := scratchPrefix + strconv.FormatInt(time.Now().Unix(), 10) + "_" + strings.ToLower(rand.Text()[:10])

	s := &scratch{dialect: dialect.Postgres, schema: "public"}
	remove := "DROP DATABASE IF EXISTS " + s.quote(name)
	_, err = admin.ExecContext(ctx, "CREATE DATABASE "+s.quote(name)+" TEMPLATE template0")
	switch e := (*pq.Error)(nil); {
	case err == nil:
		u.Path = "/" + name
	case errors.As(err, &e) && e.Code == permission:
		s.schema, remove = name, "DROP SCHEMA IF EXISTS "+s.quote(name)+" CASCADE"
		q := u.Query()
		q.Set("search_path", s.quote(name)+",public")
		u.RawQuery = q.Encode()
	default:
		return nil, errors.Join(fmt.Errorf("scratch database: %w", err), admin.Close())
	}
	q := u.Query()
	q.Set("synchronous_commit", "off") // nobody minds its loss
	q.Set("jit", "off")                // costs more than the catalog queries themselves
	u.RawQuery = q.Encode()
	s.close = func() error {
		err := s.db.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_, derr := admin.ExecContext(ctx, remove)
		return errors.Join(err, derr, admin.Close())
	}
	s.reset = func(ctx context.Context) error {
		return s.exec(ctx, fmt.Sprintf("DROP SCHEMA IF EXISTS %[1]s CASCADE; CREATE SCHEMA %[1]s", s.quote(s.schema)))
	}
	if s.db, err = sql.Open("postgres", u.String()); err == nil {
		s.db.SetMaxOpenConns(1)
		if err = s.reset(ctx); err == nil {
			s.driver, err = postgres.Open(s.db)
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("scratch database: %w; the role needs the right to create a database or a schema", err), s.close())
	}
	return s, nil
}

func openServer(ctx context.Context, rawURL string) (*sql.DB, *url.URL, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return nil, nil, errors.New("database address for planning: want a URL such as postgres://user@host:5432/name")
	}
	server, err := sql.Open("postgres", u.String())
	if err != nil {
		return nil, nil, fmt.Errorf("scratch database: %w", err)
	}
	if err := server.PingContext(ctx); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("scratch database: PostgreSQL at %s cannot be reached: %w", u.Host, err), server.Close())
	}
	return server, u, nil
}

// sweep drops what runs that died have left. It is a courtesy: a failure is none of this run's business.
func sweep(ctx context.Context, admin *sql.DB) {
	databases, _ := column(ctx, admin, "SELECT datname FROM pg_database d WHERE datname LIKE 'meta\\_dev\\_%' AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datname = d.datname)")
	schemas, _ := column(ctx, admin, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'meta\\_dev\\_%'")
	var s scratch
	for _, name := range databases {
		if abandoned(name, time.Now()) {
			_, _ = admin.ExecContext(ctx, "DROP DATABASE IF EXISTS "+s.quote(name))
		}
	}
	for _, name := range schemas {
		if abandoned(name, time.Now()) {
			_, _ = admin.ExecContext(ctx, "DROP SCHEMA IF EXISTS "+s.quote(name)+" CASCADE")
		}
	}
}

// abandoned tells by its name whether a scratch database is older than any run takes.
func abandoned(name string, now time.Time) bool {
	stamp, _, ok := strings.Cut(strings.TrimPrefix(name, scratchPrefix), "_")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	return ok && err == nil && now.Sub(time.Unix(seconds, 0)) > scratchAge
}
