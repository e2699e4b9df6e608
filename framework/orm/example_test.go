package orm_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	entuser "github.com/utilmeta/utilmeta-go/internal/ormtest/ent/user"
)

func Example() {
	ctx := context.Background()
	conn, err := db.Open(ctx, db.Config{Engine: db.SQLite, Name: ":memory:"})
	if err != nil {
		fmt.Println(err)
		return
	}
	client := ent.NewClient(ent.Driver(conn))
	defer client.Close()
	if err := client.Schema.Create(ctx); err != nil {
		fmt.Println(err)
		return
	}

	// type SignupSchema struct { orm.Schema[ent.User]; Username string; Password password.Plain }
	u, err := orm.Save(ctx, client, &SignupSchema{Username: "ada", Password: "lovelace"}) // u is an *ent.User
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = orm.Save(ctx, client, &SignupSchema{Username: "ada", Password: "lovelace"})
	var taken *orm.ConstraintError
	if errors.As(err, &taken) {
		fmt.Println(taken.Kind, taken.Fields)
	}

	// type UserSchema struct { orm.Schema[ent.User]; ID int; Username string; SignupTime time.Time }
	view, err := orm.Init[UserSchema](ctx, client, u.ID)
	fmt.Println(view.Username, err)
	list, err := orm.Serialize[UserSchema](ctx, client.User.Query().Where(entuser.UsernameHasPrefix("a")).Limit(20))
	fmt.Println(len(list), err)
	// Output:
	// unique [username]
	// ada <nil>
	// 1 <nil>
}
