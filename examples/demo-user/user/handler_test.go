package user

import (
	"path/filepath"
	"testing"

	"demo-user/ent"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/db"
	_ "github.com/utilmeta/utilmeta-go/framework/db/sqlite"
)

// newService makes a service with this API alone, on an empty database with the tables of the schemas.
func newService(t *testing.T) *framework.Service {
	t.Helper()
	database, err := db.New(db.Config{Engine: db.SQLite, Name: filepath.Join(t.TempDir(), "test.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { database.Close() })
	if err := ent.NewClient(ent.Driver(database)).Schema.Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	service := framework.New(framework.Config{Name: "test"})
	service.Mount("/api", &struct{ User *API }{New(database)})
	if err := service.Check(); err != nil {
		t.Fatal(err)
	}
	return service
}

// step is one request and what it must be answered with.
type step struct {
	method, path string
	data         framework.Data
	status       int
	username     string // of the answer, "" when it has none
}

func run(t *testing.T, client *framework.Client, steps []step) {
	t.Helper()
	for _, s := range steps {
		var data any
		if s.data != nil {
			data = s.data
		}
		r := client.Send(s.method, s.path, data)
		username, _ := r.Object()["username"].(string)
		if r.Err != nil || r.Status != s.status || username != s.username {
			t.Errorf("%s %s: %d %s, %v; want %d %q", s.method, s.path, r.Status, r.Body, r.Err, s.status, s.username)
		}
		if id, ok := r.Object()["id"]; ok && id != 1.0 {
			t.Errorf("%s %s: id %v", s.method, s.path, id)
		}
	}
}

func TestAccount(t *testing.T) {
	service := newService(t)
	user := framework.Data{"username": "user1", "password": "123123"}
	run(t, service.Client(framework.InProcess), []step{
		{"POST", "user/signup", user, 200, "user1"},
		{"GET", "user", nil, 200, "user1"},
		{"POST", "user/logout", nil, 200, ""},
		{"GET", "user", nil, 401, ""},
		{"POST", "user/login", user, 200, "user1"},
		{"GET", "user", nil, 200, "user1"},
		{"PUT", "user", framework.Data{"username": "user-updated", "password": "123456", "id": 7}, 200, "user-updated"},
		{"GET", "user", nil, 200, "user-updated"},
	})
	run(t, service.Client(framework.InProcess), []step{
		{"GET", "user", nil, 401, ""},
		{"POST", "user/signup", framework.Data{"username": "user-updated", "password": "123123"}, 400, ""},
		{"POST", "user/login", framework.Data{"username": "user-updated", "password": "123123"}, 403, ""},
		{"POST", "user/login", framework.Data{"username": "nobody", "password": "123123"}, 403, ""},
		{"POST", "user/login", framework.Data{"username": "user-updated", "password": "123456"}, 200, "user-updated"},
	})
}

func TestNotValid(t *testing.T) {
	service := newService(t)
	run(t, service.Client(framework.InProcess), []step{
		{"POST", "user/signup", framework.Data{}, 422, ""},
		{"POST", "user/signup", framework.Data{"username": "a name of more than 20 characters", "password": "123123"}, 422, ""},
		{"POST", "user/signup", framework.Data{"username": "user1", "password": "12345"}, 422, ""},
		{"PUT", "user", framework.Data{"username": ""}, 401, ""},
	})
}

// A changed password ends every other session of the user.
func TestChangedPassword(t *testing.T) {
	service := newService(t)
	user := framework.Data{"username": "user1", "password": "123123"}
	first, second := service.Client(framework.InProcess), service.Client(framework.InProcess)
	run(t, first, []step{{"POST", "user/signup", user, 200, "user1"}})
	run(t, second, []step{
		{"POST", "user/login", user, 200, "user1"},
		{"PUT", "user", framework.Data{"password": "abcdef"}, 200, "user1"},
		{"GET", "user", nil, 200, "user1"},
	})
	run(t, first, []step{{"GET", "user", nil, 401, ""}})
}
