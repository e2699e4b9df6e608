package cached_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth"
	"github.com/utilmeta/utilmeta-go/framework/auth/internal/authtest"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
	"github.com/utilmeta/utilmeta-go/framework/auth/session/cached"
	"github.com/utilmeta/utilmeta-go/framework/cache"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	"github.com/utilmeta/utilmeta-go/internal/testcache"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

const (
	local = "127.0.0.1"
	token = "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
	ada   = `{"username": "ada", "password": "secret"}`
)

// each runs fn with a cache in memory and with one on Redis.
func each(t *testing.T, fn func(t *testing.T, c cache.Cache)) {
	t.Run("memory", func(t *testing.T) { fn(t, new(cache.Memory)) })
	t.Run("redis", func(t *testing.T) { fn(t, testcache.Redis(t)) })
}

// record is a session as of now.
func record(data string) session.Record {
	now := time.Now().UTC().Truncate(time.Microsecond)
	return session.Record{Data: []byte(data), Activity: now, Expiry: now.Add(time.Minute), Deadline: now.Add(time.Hour)}
}

func find(t *testing.T, s session.Store) string {
	t.Helper()
	r, found, err := s.Find(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if !found {
		return "-"
	}
	return string(r.Data)
}

func TestStores(t *testing.T) {
	check := func(t *testing.T, s session.Store) {
		ctx := t.Context()
		r := record("one")
		updated, err1 := s.Update(ctx, token, r)
		touched, err2 := s.Touch(ctx, token, r.Activity, r.Expiry)
		if got := find(t, s); got != "-" || updated || touched || errors.Join(err1, err2, s.Delete(ctx, token)) != nil {
			t.Errorf("before it is there: %s, %t, %t, %v, %v", got, updated, touched, err1, err2)
		}
		if err := s.Create(ctx, token, r); err != nil {
			t.Fatal(err)
		}
		for range 2 { // from the store, then from the copy
			got, found, err := s.Find(ctx, token)
			if err != nil || !found || string(got.Data) != "one" || !got.Activity.Equal(r.Activity) || !got.Expiry.Equal(r.Expiry) {
				t.Errorf("created: %+v, %t, %v", got, found, err)
			}
		}
		r.Data = []byte("two")
		if found, err := s.Update(ctx, token, r); !found || err != nil || find(t, s) != "two" {
			t.Errorf("updated: %t, %v, %s", found, err, find(t, s))
		}
		later := r.Activity.Add(time.Second)
		if found, err := s.Touch(ctx, token, later, later.Add(time.Minute)); !found || err != nil {
			t.Errorf("touched: %t, %v", found, err)
		}
		if got, _, _ := s.Find(ctx, token); !got.Activity.Equal(later) || !got.Expiry.Equal(later.Add(time.Minute)) {
			t.Errorf("touched: %+v", got)
		}
		if n, err := s.Purge(ctx, later); n != 0 || err != nil || find(t, s) != "two" {
			t.Errorf("purged %d, %v", n, err)
		}
		if err := s.Delete(ctx, token); err != nil || find(t, s) != "-" {
			t.Errorf("deleted: %v, %s", err, find(t, s))
		}
	}
	each(t, func(t *testing.T, c cache.Cache) {
		t.Run("only", func(t *testing.T) { check(t, cached.Only{Cache: c}) })
		t.Run("over", func(t *testing.T) { check(t, cached.Over{Store: session.MemoryStore(), Cache: c}) })
	})
}

// Logins of an application, with two processes that share a cache.
func TestApplications(t *testing.T) {
	each(t, func(t *testing.T, c cache.Cache) {
		t.Run("only", func(t *testing.T) {
			processes(t, c, func(session.Store) session.Store { return cached.Only{Cache: c} })
		})
		t.Run("over", func(t *testing.T) {
			processes(t, c, func(s session.Store) session.Store { return cached.Over{Store: s, Cache: c} })
		})
	})
}

func processes(t *testing.T, c cache.Cache, store func(session.Store) session.Store) {
	d := testdb.SQLite(t)
	set := func(c *session.Config, _ *auth.Users[ent.User]) {
		c.Store, c.Revalidate, c.Idle = store(c.Store), -1, time.Hour
	}
	one, two := authtest.New(t, d, set), authtest.New(t, d, set)
	here, there := one.Client(t, local), two.Client(t, local)
	here.Must(200, "POST /visit", "")
	here.Must(200, "POST /atomic", ada)
	replay := []string{"Cookie", "sessionid=" + here.Token()}
	if a := there.Must(200, "GET /visits", "", replay...); a.Body != `{"visits":1}` {
		t.Errorf("the other process has %s", a.Body)
	}
	there.Must(200, "GET /", "", replay...)
	here.Must(400, "POST /leave", "") // rolled back, and gone all the same
	there.Must(401, "GET /", "", replay...)
	here.Must(200, "POST /login", ada)
	replay[1] = "sessionid=" + here.Token()
	there.Must(200, "GET /", "", replay...)
	here.Must(200, "POST /logout", "")
	there.Must(401, "GET /", "", replay...)
}

// Changes of one session at the same time all stay.
func TestConcurrentChanges(t *testing.T) {
	each(t, func(t *testing.T, c cache.Cache) {
		for name, s := range map[string]session.Store{
			"only": cached.Only{Cache: c}, "over": cached.Over{Store: session.MemoryStore(), Cache: c},
		} {
			t.Run(name, func(t *testing.T) {
				app := authtest.New(t, testdb.SQLite(t), func(c *session.Config, _ *auth.Users[ent.User]) {
					c.Store, c.Idle = s, time.Minute
				})
				first := app.Client(t, local)
				first.Must(200, "POST /visit", "")
				replay := []string{"Cookie", "sessionid=" + first.Token()}
				const n = 8
				var wg sync.WaitGroup
				for i := range n {
					wg.Go(func() {
						app.Client(t, local).Must(200, "POST /edit", fmt.Sprintf(`{"put": {"k%d": 1}}`, i), replay...)
					})
				}
				wg.Wait()
				a := first.Must(200, "POST /edit", `{}`)
				if got := strings.Count(a.Body, `"k`); got != n+1 { // "keys" begins with it too
					t.Errorf("%d changes stay: %s", got-1, a.Body)
				}
			})
		}
	})
}

// slow is a store whose Find can be held up after it has read.
type slow struct {
	session.Store
	finds int
	read  func()
}

func (s *slow) Find(ctx context.Context, token string) (session.Record, bool, error) {
	r, found, err := s.Store.Find(ctx, token)
	if s.finds++; s.read != nil {
		s.read()
	}
	return r, found, err
}

func TestOverReadsTheStoreOnce(t *testing.T) {
	each(t, func(t *testing.T, c cache.Cache) {
		inner := &slow{Store: session.MemoryStore()}
		s := cached.Over{Store: inner, Cache: c}
		_ = s.Create(t.Context(), token, record("one"))
		for range 3 {
			if got := find(t, s); got != "one" {
				t.Error(got)
			}
		}
		if inner.finds != 1 {
			t.Errorf("%d reads", inner.finds)
		}
	})
}

// What was read before a change never becomes the copy after it.
func TestOverKeepsNoStaleCopy(t *testing.T) {
	for name, test := range map[string]struct {
		change func(s session.Store)
		want   string
	}{
		"update": {func(s session.Store) { _, _ = s.Update(context.Background(), token, record("two")) }, "two"},
		"delete": {func(s session.Store) { _ = s.Delete(context.Background(), token) }, "-"},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, c cache.Cache) {
				inner := &slow{Store: session.MemoryStore()}
				s := cached.Over{Store: inner, Cache: c}
				_ = s.Create(t.Context(), token, record("one"))
				inner.read = func() { inner.read = nil; test.change(s) }
				if got := find(t, s); got != "one" {
					t.Errorf("read before the change: %s", got)
				}
				if got := find(t, s); got != test.want {
					t.Errorf("got %s, want %s", got, test.want)
				}
			})
		})
	}
}

// A change begins with what is in the store, not with a copy.
func TestOverChangesWhatIsInTheStore(t *testing.T) {
	each(t, func(t *testing.T, c cache.Cache) {
		inner := session.MemoryStore()
		s := cached.Over{Store: inner, Cache: c}
		_ = s.Create(t.Context(), token, record("one"))
		find(t, s)
		_, _ = inner.Update(t.Context(), token, record("two")) // by somebody without the cache
		err := s.Atomic(t.Context(), func(ctx context.Context) error {
			if r, _, err := s.Find(ctx, token); err != nil || string(r.Data) != "two" {
				t.Errorf("got %s, %v", r.Data, err)
			}
			return nil
		})
		if got := find(t, s); err != nil || got != "one" {
			t.Errorf("the copy is %s, %v", got, err)
		}
	})
}

// Until a transaction commits others make copies of what was there before.
func TestOverHearsOfTheCommit(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		each(t, func(t *testing.T, c cache.Cache) {
			client := authtest.Open(t, d)
			s := cached.Over{Store: session.EntStore[ent.Session](client), Cache: c}
			if err := s.Create(t.Context(), token, record("{}")); err != nil {
				t.Fatal(err)
			}
			err := client.Atomic(t.Context(), func(ctx context.Context) error {
				err := s.Delete(ctx, token)
				if got := find(t, s); got != "{}" {
					t.Errorf("before the commit: %s", got)
				}
				return err
			})
			if got := find(t, s); err != nil || got != "-" {
				t.Errorf("after the commit: %s, %v", got, err)
			}
		})
	})
}

var errDown = errors.New("down")

// down is a cache that cannot be reached.
type down struct{}

func (down) Get(context.Context, string) ([]byte, bool, error)                { return nil, false, errDown }
func (down) Set(context.Context, string, []byte, time.Duration) error         { return errDown }
func (down) Add(context.Context, string, []byte, time.Duration) (bool, error) { return false, errDown }
func (down) Swap(context.Context, string, []byte, []byte, time.Duration) (bool, error) {
	return false, errDown
}
func (down) Delete(context.Context, string) error { return errDown }
func (down) Increment(context.Context, string, int64, time.Duration) (int64, time.Duration, error) {
	return 0, 0, errDown
}

func TestCacheIsDown(t *testing.T) {
	s := cached.Over{Store: session.MemoryStore(), Cache: down{}}
	if err := s.Create(t.Context(), token, record("one")); err != nil || find(t, s) != "one" {
		t.Errorf("a session cannot be read: %v", err)
	}
	if err := s.Delete(t.Context(), token); !errors.Is(err, errDown) {
		t.Errorf("a copy may stay, and nobody is told: %v", err)
	}
	only := cached.Only{Cache: down{}}
	_, _, err := only.Find(t.Context(), token)
	if err2 := only.Create(t.Context(), token, record("one")); !errors.Is(err, errDown) || !errors.Is(err2, errDown) {
		t.Errorf("got %v, %v", err, err2)
	}
}

func TestForeignBytes(t *testing.T) {
	m := new(cache.Memory)
	for _, b := range []string{"", "x", "\x02" + strings.Repeat("x", 20)} {
		_ = m.Set(t.Context(), "session:"+token, []byte(b), 0)
		_ = m.Set(t.Context(), "session-copy:"+token, []byte(b), 0)
		only, over := find(t, cached.Only{Cache: m}), find(t, cached.Over{Store: session.MemoryStore(), Cache: m})
		if only != "-" || over != "-" {
			t.Errorf("%q is a session: %s, %s", b, only, over)
		}
	}
}

func TestChecks(t *testing.T) {
	for want, s := range map[string]session.Store{
		"Only has no Cache":      cached.Only{},
		"needs a Store":          cached.Over{Cache: new(cache.Memory)},
		"TTL is below 0":         cached.Over{Store: session.MemoryStore(), Cache: new(cache.Memory), TTL: -1},
		"SCS was given no store": cached.Over{Store: session.SCS(nil), Cache: new(cache.Memory)},
	} {
		root := &visits{Session: session.New(session.Config{Store: s})}
		if err := new(api.Mux).Mount("", root); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("mounted with %v, want %q", err, want)
		}
	}
}

type visits struct {
	Session session.Plugin
	Visit   api.Post[session.Session, api.Empty]
}

func (a *visits) DescribeAPI(*api.Description) {
	a.Visit = func(_ context.Context, s *session.Session) (*api.Empty, error) {
		s.Put("been", true)
		return nil, nil
	}
}

func Example() {
	shared := &cache.Memory{} // for several processes a redis.Cache
	var mux api.Mux
	err := mux.Mount("", &visits{Session: session.New(session.Config{Store: cached.Only{Cache: shared}})})
	if err != nil {
		fmt.Println(err)
	}
	mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/visit", nil))
	fmt.Println(shared.Len(), "session")
	// Output: 1 session
}
