package orm_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"github.com/utilmeta/utilmeta-go/framework/auth/password"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

// stored reads the password columns as they are.
func stored(t testing.TB, d dialect.Driver) []string {
	t.Helper()
	rows := &sql.Rows{}
	must(t, d.Query(context.Background(), "SELECT password FROM users ORDER BY id", []any{}, rows))
	defer rows.Close()
	var list []string
	must(t, sql.ScanSlice(rows, &list))
	return list
}

func TestRow04_HookCoversEveryPath(t *testing.T) {
	const plain = "plain-text"
	builder := func(c *ent.Client, name string) *ent.UserCreate {
		return c.User.Create().SetUsername(name).SetPassword(password.New(plain))
	}
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := open(t, d)
		ctx := t.Context()
		for name, write := range map[string]func(u *ent.User) error{
			"Create":     func(*ent.User) error { return builder(c, "create").Exec(ctx) },
			"CreateBulk": func(*ent.User) error { return c.User.CreateBulk(builder(c, "bulk1"), builder(c, "bulk2")).Exec(ctx) },
			"UpdateOne":  func(u *ent.User) error { return u.Update().SetPassword(password.New(plain)).Exec(ctx) },
			"Update":     func(*ent.User) error { return c.User.Update().SetPassword(password.New(plain)).Exec(ctx) },
			"SetField": func(u *ent.User) error {
				b := u.Update()
				if err := b.Mutation().SetField("password", password.New(plain)); err != nil {
					return err
				}
				return b.Exec(ctx)
			},
			"orm.Save new": func(*ent.User) error {
				return last(orm.Save(ctx, c, &SignupSchema{Username: "saved", Password: plain}))
			},
			"orm.Save": func(u *ent.User) error {
				return last(orm.Save(ctx, c, &UpdateSchema{ID: u.ID, Password: new(password.Plain(plain))}))
			},
			"orm.Update": func(u *ent.User) error {
				return last(orm.Update(ctx, c, &UpdateSchema{ID: u.ID, Password: new(password.Plain(plain))}))
			},
			"upsert values": func(*ent.User) error {
				return builder(c, "ada").OnConflictColumns("username").UpdateNewValues().Exec(ctx)
			},
		} {
			if _, err := c.User.Delete().Exec(ctx); err != nil {
				t.Fatal(err)
			}
			u := c.User.Create().SetUsername("ada").SetPassword(password.New("before")).SaveX(ctx)
			if err := write(u); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			done := false
			for _, enc := range stored(t, d) {
				if !strings.HasPrefix(enc, "pbkdf2_sha256$2$") {
					t.Errorf("%s stores %q", name, enc)
				}
				h, err := password.Parse(enc)
				must(t, err)
				ok, _ := h.Verify(ctx, plain)
				done = done || ok
			}
			if !done {
				t.Errorf("%s: no row has the password", name)
			}
		}
	})
}

func TestRow04_PastTheHookIsRefused(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := open(t, d)
		ctx := t.Context()
		signup(t, c, "ada")
		before := stored(t, d)
		for name, err := range map[string]error{
			"upsert setter": c.User.Create().SetUsername("ada").SetPassword(password.New("x")).OnConflictColumns("username").
				Update(func(u *ent.UserUpsert) { u.SetPassword(password.New("plain")) }).Exec(ctx),
			"raw":       d.Exec(ctx, map[string]string{dialect.SQLite: "UPDATE users SET password = ?", dialect.Postgres: "UPDATE users SET password = $1"}[d.Dialect()], []any{password.New("plain")}, nil),
			"zero hash": c.User.Create().SetUsername("zero").SetPassword(password.Hash{}).Exec(ctx),
			"none":      c.User.Create().SetUsername("none").Exec(ctx),
		} {
			if err == nil {
				t.Errorf("%s is written", name)
			}
		}
		if after := stored(t, d); len(after) != 1 || after[0] != before[0] {
			t.Errorf("the table changed from %v to %v", before, after)
		}
	})
}

func TestRow03_LookOfAHash(t *testing.T) {
	c := open(t, testdb.SQLite(t))
	for i, literal := range []password.Plain{"$argon2id$v=19$m=64,t=1,p=1$c2FsdA$AAAAAAAAAAAAAAAAAAAAAA", "pbkdf2_sha256$1$YWJj$YWJj", "!"} {
		u, err := orm.Save(t.Context(), c, &SignupSchema{Username: fmt.Sprint("user", i), Password: literal})
		must(t, err)
		if ok, err := c.User.GetX(t.Context(), u.ID).Password.Verify(t.Context(), literal); !ok {
			t.Errorf("%q does not verify as itself: %v", string(literal), err)
		}
	}
}

func TestRow10_NeverSerialised(t *testing.T) {
	type loose struct { // a schema that names the password by mistake
		orm.Schema[ent.User]
		Username string        `json:"username"`
		Password password.Hash `json:"password"`
	}
	const canary = "c4n4ry-pl4in"
	var out bytes.Buffer
	d := testdb.SQLite(t)
	c := ent.NewClient(ent.Driver(d), ent.Log(func(v ...any) { fmt.Fprintln(&out, v...) }), ent.Debug())
	ctx := t.Context()
	must(t, c.Schema.Create(ctx))
	in := &SignupSchema{Username: "ada", Password: canary}
	u, err := orm.Save(ctx, c, in)
	must(t, err)
	view, err := orm.Init[loose](ctx, c, u.ID)
	must(t, err)
	log := slog.New(slog.NewJSONHandler(&out, nil))
	for _, v := range []any{u, in, view, *in, *view} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		log.Info("m", "v", v)
		b, err := json.Marshal(v)
		fmt.Fprintln(&out, string(b), err)
	}
	b, err := schema.Marshal(view)
	fmt.Fprintln(&out, string(b), err)
	for _, err := range []error{
		last(orm.Save(ctx, c, in)),
		last(orm.Update(ctx, c, &UpdateSchema{ID: 99, Password: new(password.Plain(canary))})),
		last(orm.Save(ctx, c, &SignupSchema{Password: canary})),
		c.User.Create().SetPassword(password.New(canary)).Exec(ctx),
	} {
		fmt.Fprintf(&out, "%v %+v\n", err, err)
	}
	hash := stored(t, d)[0]
	for name, secret := range map[string]string{"password": canary, "hash": hash, "key of the hash": strings.Split(hash, "$")[3]} {
		if i := strings.Index(out.String(), secret); i >= 0 {
			t.Errorf("the output shows the %s: %s", name, out.String()[max(0, i-200):i+len(secret)])
		}
	}
	if !strings.Contains(out.String(), "******") || !strings.Contains(out.String(), "INSERT INTO") {
		t.Error("the log shows no statements")
	}
}
