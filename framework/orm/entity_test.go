package orm_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/utilmeta/utilmeta-go/framework/auth/password"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
)

func TestFind(t *testing.T) {
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		ada := c.User.Create().SetUsername("ada").SetPassword(password.New("x")).SaveX(ctx)
		c.Post.Create().SetTitle("first").SetAuthorID(ada.ID).SaveX(ctx)
		for field, value := range map[string]any{"username": "ada", "id": int64(ada.ID), "uid": ada.UID} {
			u, err := orm.Find[ent.User](ctx, c, field, value)
			if err != nil || u.ID != ada.ID || u.Username != "ada" || u.SignupTime.IsZero() {
				t.Errorf("by %s: %v, %v", field, u, err)
				continue
			}
			if n, err := u.QueryPosts().Count(ctx); n != 1 || err != nil {
				t.Errorf("by %s: %d posts, %v", field, n, err)
			}
		}
		for field, value := range map[string]any{"username": "bob", "id": 0, "uid": uuid.Nil} {
			if _, err := orm.Find[ent.User](ctx, c, field, value); !errors.Is(err, orm.ErrNotFound) {
				t.Errorf("by %s: %v", field, err)
			}
		}
		for field, want := range map[string]string{"nick": `User has no field "nick"`, "id": "cannot be found by string"} {
			if _, err := orm.Find[ent.User](ctx, c, field, "x"); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("by %s: %v", field, err)
			}
		}
	})
}

func TestFindHidden(t *testing.T) {
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		u := c.User.Create().SetUsername("ada").SetPassword(password.New("x")).SaveX(ctx)
		p := c.Post.Create().SetTitle("first").SetAuthorID(u.ID).SaveX(ctx)
		gone := c.Comment.Create().SetBody("gone").SetPostID(p.ID).SaveX(ctx)
		c.Comment.DeleteOne(gone).ExecX(ctx)
		if _, err := orm.Find[ent.Comment](ctx, c, "id", gone.ID); !errors.Is(err, orm.ErrNotFound) {
			t.Errorf("a deleted comment: %v", err)
		}
	})
}

func TestFindInTransaction(t *testing.T) {
	each(t, func(t *testing.T, c *ent.Client) {
		err := orm.Atomic(t.Context(), c, func(ctx context.Context) error {
			c.User.Create().SetUsername("ada").SetPassword(password.New("x")).SaveX(ctx)
			_, err := orm.Find[ent.User](ctx, c, "username", "ada")
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestEntityField(t *testing.T) {
	u := ent.User{ID: 7, Username: "ada", Email: new("a@b")}
	for name, want := range map[string]any{"id": 7, "username": "ada", "email": u.Email, "uid": uuid.Nil} {
		f, err := orm.EntityField[ent.User](name)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := reflect.ValueOf(u).FieldByIndex(f.Index).Interface(); got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	if _, err := orm.EntityField[ent.User]("nick"); err == nil {
		t.Error("nick was found")
	}
	if _, err := orm.EntityField[struct{}]("id"); err == nil || !strings.Contains(err.Error(), "meta generate") {
		t.Errorf("not an entity: %v", err)
	}
}
