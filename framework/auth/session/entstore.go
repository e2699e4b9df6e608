package session

import (
	"context"
	stdsql "database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"time"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"github.com/utilmeta/utilmeta-go/framework/orm"
)

// EntStore keeps sessions in the table of the entity S, whose schema has mixin.Session: EntStore[ent.Session](db).
// A unique edge or a field of the entity is filled from the value of its name: the edge user, or the field user_id,
// from "_user_id". New rows go through ent's builder; everything else is plain statements, for the sake of speed.
func EntStore[S any](db orm.DB) Store {
	s := &entStore{db: db}
	s.model, s.err = orm.ModelOf[S]()
	return s
}

type entStore struct {
	db    orm.DB
	model *orm.Model
	err   error
}

// The columns of mixin.Session, by the names of their fields.
const (
	tokenField    = "token_hash"
	dataField     = "data"
	activityField = "last_activity"
	expiryField   = "expiry_time"
	deadlineField = "deadline"
)

var ownFields = map[string]reflect.Type{
	tokenField: reflect.TypeFor[string](), dataField: reflect.TypeFor[[]byte](), activityField: reflect.TypeFor[time.Time](),
	expiryField: reflect.TypeFor[time.Time](), deadlineField: reflect.TypeFor[time.Time](),
}

// Check reports an entity without the fields of a session, or a client of another package.
func (s *entStore) Check() error {
	if s.err != nil {
		return fmt.Errorf("session: %w", s.err)
	}
	if v := reflect.ValueOf(s.db); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return fmt.Errorf("session: EntStore of %s: the client is nil", s.model.Name)
	}
	if conn := s.db.ORM(); conn.Package != s.model.Package {
		return fmt.Errorf("session: EntStore: the client is of package %s, %s of %s", conn.Package, s.model.Name, s.model.Package)
	}
	var errs []error
	for name, t := range ownFields {
		if f := s.model.Field(name); f == nil || f.GoType != t {
			errs = append(errs, fmt.Errorf("session: %s has no field %s of type %v: add mixin.Session to its schema", s.model.Name, name, t))
		}
	}
	return errors.Join(errs...)
}

// hashOf is the token's hash as the column has it.
func hashOf(token string) string {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return token // of no session of ours
	}
	return hex.EncodeToString(b)
}

func (s *entStore) column(field string) string { return s.model.Field(field).Column }

func (s *entStore) is(token string) *sql.Predicate {
	return sql.EQ(s.column(tokenField), hashOf(token))
}

type locking struct{}

// Atomic is a transaction that locks the row which Find reads.
func (s *entStore) Atomic(ctx context.Context, fn func(ctx context.Context) error) error {
	return orm.Atomic(ctx, s.db, func(ctx context.Context) error { return fn(context.WithValue(ctx, locking{}, true)) })
}

func (s *entStore) Find(ctx context.Context, token string) (r Record, found bool, err error) {
	driver := s.db.ORM().Driver
	b := sql.Dialect(driver.Dialect())
	q := b.Select(s.column(dataField), s.column(activityField), s.column(expiryField)).From(b.Table(s.model.Table)).Where(s.is(token))
	if ctx.Value(locking{}) != nil && driver.Dialect() == dialect.Postgres { // SQLite has one writer at a time
		q.ForUpdate()
	}
	query, args := q.Query()
	var rows sql.Rows
	if err := driver.Query(ctx, query, args, &rows); err != nil {
		return r, false, err
	}
	defer rows.Close()
	if rows.Next() {
		found = true
		err = rows.Scan(&r.Data, &r.Activity, &r.Expiry)
	}
	return r, found, errors.Join(err, rows.Err())
}

func (s *entStore) Create(ctx context.Context, token string, r Record) error {
	b := s.model.Create(s.db.ORM().Client)
	own := s.times(r)
	own[s.column(tokenField)], own[s.column(dataField)] = hashOf(token), r.Data
	for column, v := range own {
		if err := b.Mutation.SetField(column, v); err != nil {
			return err
		}
	}
	links, err := s.links(r)
	if err != nil {
		return err
	}
	for _, l := range links {
		if l.edge != nil {
			err = b.Edge(l.edge.Name, orm.AddKeys, []any{l.value})
		} else {
			err = b.Mutation.SetField(l.column, l.value)
		}
		if err != nil {
			return err
		}
	}
	_, err = b.Save(ctx)
	return err
}

func (s *entStore) times(r Record) map[string]any {
	return map[string]any{
		s.column(activityField): r.Activity, s.column(expiryField): r.Expiry, s.column(deadlineField): r.Deadline,
	}
}

func (s *entStore) Update(ctx context.Context, token string, r Record) (bool, error) {
	set := s.times(r)
	set[s.column(dataField)] = r.Data
	links, err := s.links(r)
	if err != nil {
		return false, err
	}
	for _, l := range links {
		set[l.column] = l.value
	}
	return s.update(ctx, token, set)
}

func (s *entStore) Touch(ctx context.Context, token string, activity, expiry time.Time) (bool, error) {
	return s.update(ctx, token, map[string]any{s.column(activityField): activity, s.column(expiryField): expiry})
}

func (s *entStore) update(ctx context.Context, token string, set map[string]any) (bool, error) {
	u := sql.Dialect(s.db.ORM().Driver.Dialect()).Update(s.model.Table).Where(s.is(token))
	for column, v := range set {
		u.Set(column, v)
	}
	n, err := s.exec(ctx, u)
	return n > 0, err
}

func (s *entStore) Delete(ctx context.Context, token string) error {
	_, err := s.exec(ctx, sql.Dialect(s.db.ORM().Driver.Dialect()).Delete(s.model.Table).Where(s.is(token)))
	return err
}

// purgeSize bounds how long one statement of Purge keeps others from writing.
const purgeSize = 1000

func (s *entStore) Purge(ctx context.Context, now time.Time) (n int, err error) {
	b := sql.Dialect(s.db.ORM().Driver.Dialect())
	token := s.column(tokenField)
	ended := func() *sql.Predicate { return sql.LTE(s.column(expiryField), now) }
	for {
		some := b.Select(token).From(b.Table(s.model.Table)).Where(ended()).Limit(purgeSize)
		// Whether it has ended is asked again of a row that somebody was writing.
		removed, err := s.exec(ctx, b.Delete(s.model.Table).Where(sql.And(sql.In(token, some), ended())))
		n += removed
		if err != nil || removed < purgeSize {
			return n, err
		}
	}
}

func (s *entStore) exec(ctx context.Context, q interface{ Query() (string, []any) }) (int, error) {
	query, args := q.Query()
	var result stdsql.Result
	if err := s.db.ORM().Driver.Exec(ctx, query, args, &result); err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}
