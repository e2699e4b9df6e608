package orm_test

import (
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/auth/password"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
)

func TestTutorial(t *testing.T) {
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		u, err := orm.Save(ctx, c, &SignupSchema{Username: "user1", Password: "123123"})
		must(t, err)
		if ok, err := u.Password.Verify(ctx, "123123"); !ok {
			t.Error("the password does not verify", err)
		}
		view, err := orm.Init[UserSchema](ctx, c, u.ID)
		must(t, err)
		if view.ID != u.ID || view.Username != "user1" || !view.SignupTime.Equal(u.SignupTime) {
			t.Errorf("%+v is not %v", view, u)
		}
		u, err = orm.Update(ctx, c, &UpdateSchema{ID: u.ID, Username: new("user2"), Password: new(password.Plain("abcdef"))})
		must(t, err)
		if ok, _ := u.Password.Verify(ctx, "abcdef"); !ok || u.Username != "user2" || u.ID != view.ID {
			t.Errorf("updated to %v", u)
		}
	})
}
