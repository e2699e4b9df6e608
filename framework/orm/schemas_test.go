package orm_test

import (
	"context"
	"fmt"
	"net/url"
	"testing"
	"time"

	"entgo.io/ent/dialect"
	"github.com/google/uuid"

	"github.com/utilmeta/utilmeta-go/framework/auth/password"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	entuser "github.com/utilmeta/utilmeta-go/internal/ormtest/ent/user"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

type SignupSchema struct {
	orm.Schema[ent.User]
	Username string         `json:"username"`
	Password password.Plain `json:"password" minLength:"6"`
}

type UserSchema struct {
	orm.Schema[ent.User]
	ID         int       `json:"id"`
	Username   string    `json:"username"`
	SignupTime time.Time `json:"signup_time"`
}

type UpdateSchema struct {
	orm.Schema[ent.User]
	ID       int                 `json:"id" api:"readonly"`
	Username *string             `json:"username"`
	Password *password.Plain     `json:"password" minLength:"6"`
	Age      *int                `json:"age"` // an int32 in the model
	Bio      schema.Null[string] `json:"bio"`
	Manager  schema.Null[int]    `json:"manager"`
	Friends  []int               `json:"friends"`
}

// FullUser reads every kind of field and edge.
type FullUser struct {
	orm.Schema[ent.User]
	ID       int                 `json:"id"`
	Username string              `json:"username"`
	Role     entuser.Role        `json:"role"`
	Age      int32               `json:"age"` // NULL reads as 0
	Score    float64             `json:"score"`
	Bio      *string             `json:"bio"`
	Email    schema.Null[string] `json:"email"`
	Settings map[string]any      `json:"settings"`
	Labels   []string            `json:"labels"`
	UID      uuid.UUID           `json:"uid"`
	Active   bool                `json:"active"`
	Avatar   []byte              `json:"avatar"`
	Legacy   *int                `json:"legacy"`
	Home     *url.URL            `json:"home"`
	Manager  *UserSchema         `json:"manager"`
	Boss     *int                `json:"-" orm:"manager"`
	Reports  []UserSchema        `json:"reports"`
	Friends  []*UserSchema       `json:"friends"`
	Posts    []int               `json:"posts"`
}

// FullInput writes every kind of field.
type FullInput struct {
	orm.Schema[ent.User]
	Username string
	Password password.Plain
	Role     string
	Age      *int32
	Bio      *string
	Settings map[string]any
	Labels   []string
	UID      uuid.UUID `json:"uid"`
	Active   bool
	Avatar   []byte
	Legacy   *int
	Home     *url.URL
}

type CommentSchema struct {
	orm.Schema[ent.Comment]
	ID   uuid.UUID `json:"id"`
	Body string    `json:"body"`
}

type PostSchema struct {
	orm.Schema[ent.Post]
	ID       int             `json:"id"`
	Title    string          `json:"title"`
	AuthorID int             `json:"author_id"`
	Author   UserSchema      `json:"author"`
	Editor   *UserSchema     `json:"editor"`
	Tags     []string        `json:"tags"`
	Comments []CommentSchema `json:"comments"`
}

type PostInput struct {
	orm.Schema[ent.Post]
	ID       int      `json:"id"`
	Title    *string  `json:"title"`
	AuthorID *int     `json:"author_id"`
	Editor   *int     `json:"editor"`
	Tags     []string `json:"tags"`
}

type CommentInput struct {
	orm.Schema[ent.Comment]
	Body string
	Post int
}

type TagInput struct {
	orm.Schema[ent.Tag]
	ID    string  `json:"id"`
	Label *string `json:"label"`
}

func init() {
	if err := password.SetDefault(password.Params{Rounds: 2}); err != nil {
		panic(err)
	}
}

func open(t testing.TB, drv dialect.Driver) *ent.Client {
	t.Helper()
	c := ent.NewClient(ent.Driver(drv))
	if err := c.Schema.Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

// each runs fn with an empty database of each kind.
func each(t *testing.T, fn func(t *testing.T, c *ent.Client)) {
	t.Helper()
	testdb.Each(t, func(t *testing.T, d *db.DB) { fn(t, open(t, d)) })
}

func signup(t testing.TB, c orm.DB, name string) *ent.User {
	t.Helper()
	u, err := orm.Save(t.Context(), c, &SignupSchema{Username: name, Password: "secret"})
	must(t, err)
	return u
}

// seed makes four users; three tags; six posts of the first two users, two tags each; and i comments on post i.
func seed(t testing.TB, c *ent.Client) (users []*ent.User, posts []*ent.Post) {
	t.Helper()
	ctx := context.Background()
	for i := range 4 {
		users = append(users, signup(t, c, fmt.Sprintf("user%d", i)))
	}
	for i := range 3 {
		must(t, last(orm.Create(ctx, c, &TagInput{ID: fmt.Sprintf("tag%d", i)})))
	}
	for i := range 6 {
		in := &PostInput{Title: new(fmt.Sprintf("post %d", i)), AuthorID: &users[i%2].ID, Tags: []string{"tag0", fmt.Sprintf("tag%d", 1+i%2)}}
		if i == 0 {
			in.Editor = &users[2].ID
		}
		p, err := orm.Save(ctx, c, in)
		must(t, err)
		posts = append(posts, p)
		for j := range i {
			must(t, last(orm.Save(ctx, c, &CommentInput{Body: fmt.Sprint("c", j), Post: p.ID})))
		}
	}
	return users, posts
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func last[T any](_ T, err error) error { return err }

func some[T any](v T) schema.Null[T] { return schema.Some(v) }

func nothing[T any]() schema.Null[T] { return schema.Null[T]{Set: true, Null: true} }
