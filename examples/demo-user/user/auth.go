package user

import (
	"time"

	"demo-user/ent"
	entuser "demo-user/ent/user"

	"github.com/utilmeta/utilmeta-go/framework/auth"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
	"github.com/utilmeta/utilmeta-go/framework/db"
)

// New makes the API on a database.
func New(database *db.DB) *API {
	client := ent.NewClient(ent.Driver(database))
	sessions := session.New(session.Config{
		Store:  session.EntStore[ent.Session](client),
		Cookie: session.Cookie{Name: "sessionid", Age: 7 * 24 * time.Hour},
	})
	users := auth.Users[ent.User]{
		DB:            client,
		Methods:       []auth.Method{sessions},
		LoginFields:   []string{entuser.FieldUsername},
		PasswordField: entuser.FieldPassword,
	}
	return &API{Session: sessions, Auth: users, DB: client}
}
