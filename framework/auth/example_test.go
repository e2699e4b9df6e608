package auth_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth"
	"github.com/utilmeta/utilmeta-go/framework/auth/password"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent" // an application has its own
)

// AccountAPI logs users in.
type AccountAPI struct {
	Session session.Plugin
	Auth    auth.Users[ent.User]

	Login api.Post[LoginSchema, AccountSchema] `errors:"403"`
	Get   api.Get[auth.Current[ent.User], AccountSchema]

	DB *ent.Client
}

// LoginSchema is what a login needs.
type LoginSchema struct {
	Username string         `json:"username"`
	Password password.Plain `json:"password"`
}

// AccountSchema is what is shown of an account.
type AccountSchema struct {
	orm.Schema[ent.User]
	ID       int    `json:"id"`
	Username string `json:"username"`
}

func (a *AccountAPI) login(ctx context.Context, in *LoginSchema) (*AccountSchema, error) {
	u, err := a.Auth.Login(ctx, in.Username, in.Password)
	if errors.Is(err, auth.ErrCredentials) {
		return nil, api.Forbidden("credentials", "Username or password wrong")
	}
	if err != nil {
		return nil, err
	}
	return orm.Init[AccountSchema](ctx, a.DB, u.ID)
}

func (a *AccountAPI) get(ctx context.Context, me *auth.Current[ent.User]) (*AccountSchema, error) {
	return orm.Init[AccountSchema](ctx, a.DB, me.User.ID)
}

// DescribeAPI is what meta generate writes.
func (a *AccountAPI) DescribeAPI(*api.Description) { a.Login, a.Get = a.login, a.get }

func Example() {
	ctx := context.Background()
	conn, err := db.Open(ctx, db.Config{Engine: db.SQLite, Name: db.Memory})
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	client := ent.NewClient(ent.Driver(conn))
	if err := client.Schema.Create(ctx); err != nil {
		log.Fatal(err)
	}
	client.User.Create().SetUsername("ada").SetPassword(password.New("secret")).SaveX(ctx)

	sessions := session.New(session.Config{Store: session.EntStore[ent.Session](client)})
	users := auth.Users[ent.User]{DB: client, Methods: []auth.Method{sessions}, LoginFields: []string{"username"}}
	var mux api.Mux
	if err := mux.Mount("", &AccountAPI{Session: sessions, Auth: users, DB: client}); err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(&mux)
	defer server.Close()

	jar, _ := cookiejar.New(nil)
	c, err := api.Connect[AccountAPI](server.URL, &api.ClientOptions{HTTP: &http.Client{Jar: jar}})
	if err != nil {
		log.Fatal(err)
	}
	_, err = c.Get(ctx, nil)
	fmt.Println(err)
	_, err = c.Login(ctx, &LoginSchema{Username: "ada", Password: "guess"})
	fmt.Println(err)
	_, _ = c.Login(ctx, &LoginSchema{Username: "ada", Password: "secret"})
	me, err := c.Get(ctx, nil)
	fmt.Println(me.ID, me.Username, err)
	// Output:
	// 401 log in first
	// 403 Username or password wrong
	// 1 ada <nil>
}
