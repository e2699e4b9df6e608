package data_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent/user"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/data"
)

func TestCreate(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ctx := t.Context()
		f.gives("create", "user.User", `{"data":[{"username":"ada","password":"secret1"},{"username":"bob","password":"pbkdf2_sha256$1$a$b","age":"40","settings":{"n":[1,{"a":null}]},"labels":["x"],"avatar":"aGk=",
			"home":"https://x.io/a","birthday":"2001-02-03","score":12.5,"active":0,"legacy":7,"user_reports":null}],"return_fields":["pk","username","password","active","age","home","birthday","old_legacy_no","labels","avatar"]}`,
			`[{"pk":1,"username":"ada","password":"******","active":true,"age":null,"home":null,"birthday":null,"old_legacy_no":null,"labels":null,"avatar":null},`+
				`{"pk":2,"username":"bob","password":"******","active":false,"age":40,"home":"https://x.io/a","birthday":"2001-02-03","old_legacy_no":7,"labels":["x"],"avatar":"******"}]`)
		bob := f.client.User.Query().Where(user.Username("bob")).OnlyX(ctx)
		if ok, err := bob.Password.Verify(ctx, "pbkdf2_sha256$1$a$b"); !ok || string(bob.Avatar) != "hi" || bob.Home.Host != "x.io" {
			t.Error(bob, err)
		}
		f.gives("create", "post.Post", `{"data":{"title":"Hello","author":1,"post_editor":"2"},"return_fields":["pk","author_id","editor__username"]}`, `[{"pk":1,"author_id":1,"editor__username":"bob"}]`)
		f.gives("create", "post.Tag", `{"data":[{"id":"go"}],"return_fields":["pk","id"],"return_max_length":1}`, `[{"pk":"go","id":{"$reduced":true,"type":"string","length":2,"content":"g","content_length":1}}]`)
		f.gives("create", "post.Tag", `{"data":{"pk":"c"}}`, `null`)
		f.gives("create", "post.Tag", `{"data":[]}`, `null`)
		f.gives("create", "post.Comment", `{"data":{"id":"6ba7b810-9dad-11d1-80b4-00c04fd430c8","body":"b","post":1},"return_fields":["pk"]}`, `[{"pk":"6ba7b810-9dad-11d1-80b4-00c04fd430c8"}]`)
		if a := f.call("create", "post.Comment", `{"data":{"body":"b","post_comments":1}}`); a.status != 200 || a.Count != 0 {
			t.Error(a.text)
		}
	})
}

func TestCreateIsRefused(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		user := func(more string) string { return `{"data":{"username":"x","password":"secret1",` + more + `}}` }
		for _, c := range [][3]string{
			{"user.User", `{}`, "data"}, {"user.User", `{"data":1}`, "data"},
			{"user.User", `{"data":{"username":"ada","password":"secret1"}}`, "username is taken"},
			{"user.User", `{"data":[{"username":"gina","password":"x"},{"username":"ada","password":"x"}]}`, "username is taken"},
			{"user.User", `{"data":{"username":"zed"}}`, "password is required"}, {"user.User", `{"data":{"password":"x"}}`, "username is required"},
			{"user.User", `{"data":{"username":"x","password":""}}`, "password wants"}, {"user.User", `{"data":{"username":"x","password":"********"}}`, "password is a mask"},
			{"user.User", user(`"nope":1`), "no field"}, {"user.User", user(`"Age":1`), "no field"}, {"user.User", user(`"id":9`), "id cannot be written"}, {"user.User", user(`"uid":"6ba7b810-9dad-11d1-80b4-00c04fd430c8"`), "uid cannot be written"},
			{"user.User", user(`"signup_time":"2026-01-01"`), "signup_time cannot"}, {"user.User", user(`"posts":[1]`), "no field"}, {"user.User", user(`"legacy":1,"old_legacy_no":2`), "twice"},
			{"user.User", user(`"score":"abc"`), "score wants"}, {"user.User", user(`"score":1e400`), "score wants"}, {"user.User", user(`"score":"NaN"`), "score wants"}, {"user.User", user(`"score":-2`), "score"},
			{"user.User", user(`"age":99999999999`), "age wants"}, {"user.User", user(`"age":1.5`), "age wants"}, {"user.User", user(`"age":152`), "age"}, {"user.User", user(`"age":35`), "rule of the database"},
			{"user.User", user(`"bio":"a\u0000b"`), "bio wants UTF-8"}, {"user.User", user(`"bio":"\udc00"`), "bio wants UTF-8"}, {"user.User", user(`"bio":true`), "bio wants a text"},
			{"user.User", user(`"settings":{"a":"\u0000"}`), "settings wants UTF-8"}, {"user.User", user(`"settings":[1]`), "settings wants JSON"}, {"user.User", user(`"labels":[1]`), "labels wants JSON"},
			{"user.User", user(`"role":"king"`), "role"}, {"user.User", user(`"email":"x"`), "email"}, {"user.User", user(`"active":null`), "active must not be null"}, {"user.User", user(`"avatar":"%"`), "avatar wants"},
			{"user.User", user(`"home":":"`), "home wants"}, {"user.User", user(`"birthday":"yesterday"`), "birthday wants"}, {"user.User", user(`"manager":99`), "leads to nothing"},
			{"user.User", `{"data":{"username":"` + strings.Repeat("x", 21) + `","password":"x"}}`, "username takes 20"},
			{"user.User", `{"data":{"username":"x","password":"secret1"},"return_fields":["nope"]}`, "no field"},
			{"post.Post", `{"data":{"title":"T1","author_id":999}}`, "author_id leads to nothing"}, {"post.Post", `{"data":{"title":"T1"}}`, "author_id is required"},
			{"post.Post", `{"data":{"title":"Hello","author_id":1}}`, "is taken"}, {"post.Comment", `{"data":{"body":"x","post":77}}`, "post_comments leads to nothing"}, {"post.Comment", `{"data":{"body":"x"}}`, "post_comments is required"},
			{"post.Tag", `{"data":{"label":"x"}}`, "id is required"}, {"post.Tag", `{"data":[{"id":"a"},{"id":"a"}]}`, "id is taken"},
		} {
			f.fails(400, "create", c[0], c[1], c[2])
			if a := f.call("create", c[0], c[1]); strings.Contains(a.Msg, "constraint") || strings.Contains(a.Msg, "pq:") || strings.Contains(a.Msg, "users_age_even") {
				t.Errorf("row 47: the database speaks: %s", a.Msg)
			}
		}
		f.fails(422, "create", "user.User", user("\"bio\":\"\xff\""), "UTF-8")
		if n := f.client.User.Query().CountX(t.Context()); n != 2 {
			t.Errorf("%d users, want those that were there", n)
		}
	})
}

func TestUpdate(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		ctx := t.Context()
		before := f.client.User.GetX(ctx, 1)
		f.gives("update", "user.User", `{"data":[{"pk":1,"bio":"x","password":"******"}]}`, `1`)
		f.gives("update", "user.User", `{"data":[{"id":1,"age":40},{"pk":2,"role":"member"},{"pk":99,"role":"admin"},{"role":"admin"}]}`, `2`)
		f.gives("update", "user.User", `{"data":[{"pk":1}]}`, `0`)
		f.gives("update", "user.User", `{"data":[]}`, `0`)
		f.gives("update", "user.User", `{"data":{"pk":2,"manager":null,"bio":null}}`, `1`)
		f.gives("update", "post.Post", `{"data":{"pk":1,"author":2,"editor":1}}`, `1`)
		after := f.client.User.GetX(ctx, 1)
		if after.Password.Digest(nil) == nil || string(after.Password.Digest([]byte("k"))) != string(before.Password.Digest([]byte("k"))) || *after.Bio != "x" {
			t.Error("a mask has overwritten a secret")
		}
		f.gives("update", "user.User", `{"data":{"pk":1,"password":"secret2"}}`, `1`)
		if ok, err := f.client.User.GetX(ctx, 1).Password.Verify(ctx, "secret2"); !ok {
			t.Error("the password was not hashed", err)
		}
		for body, want := range map[string]string{
			`{"data":{"pk":2,"username":"ada"}}`: "username is taken", `{"data":{"pk":1,"nope":1}}`: "no field", `{"data":{"pk":1,"score":"abc"}}`: "score wants", `{"data":{"pk":"abc","bio":"x"}}`: "id wants",
			`{"data":{"pk":1,"id":1}}`: "twice", `{"data":{"pk":1,"signup_time":"2026-01-01"}}`: "signup_time cannot", `{"data":{"pk":1,"username":null}}`: "username must not be null", `{"data":{"pk":1,"manager":77}}`: "leads to nothing", `{}`: "data",
		} {
			f.fails(400, "update", "user.User", body, want)
		}
		f.fails(400, "update", "user.User", `{"data":[{"pk":1,"bio":"undone"},{"pk":2,"username":"ada"}]}`, "taken")
		if bio := *f.client.User.GetX(ctx, 1).Bio; bio != "x" {
			t.Errorf("%s: the first row was changed without the second", bio)
		}
	})
}

func TestRow46_ExpectedValuesAreThereStill(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		for expected, status := range map[string]int{
			`{"bio":"ä_Ä","age":null,"role":"admin","active":false,"score":0,"manager":1}`: 200, `{"seen_time":"2026-12-24 01:02:03"}`: 200, `{"seen_time":"2026-12-24T02:02:03+01:00"}`: 200,
			`{"score":"0.0"}`: 200, `[{}]`: 200, `{"score":0.1}`: 409, `{"bio":null}`: 409, `{"bio":"x"}`: 409, `{"age":1}`: 409, `{"seen_time":"2026-12-24 01:02:04"}`: 409, `{"seen_time":null}`: 409, `{"active":true}`: 409,
			`{"password":"x"}`: 400, `{"nope":1}`: 400, `[{},{}]`: 400,
		} {
			if a := f.call("update", "user.User", `{"data":{"pk":2,"seen_time":"2026-12-24 01:02:03"},"expected":`+expected+`}`); a.status != status {
				t.Errorf("%s: %s, want %d", expected, a.text, status)
			}
		}
		f.gives("update", "user.User", `{"data":{"pk":1,"seen_time":"2026-11-21T19:49:14.5Z"},"expected":{"seen_time":"2026-11-21 19:49:14"}}`, `1`)
		f.fails(409, "update", "user.User", `{"data":[{"pk":1,"bio":"undone"},{"pk":99,"bio":"x"}],"expected":[{},{"bio":"x"}]}`, "gone")
		if f.client.User.GetX(t.Context(), 1).Bio != nil {
			t.Error("a row was changed although another one was not as expected")
		}
		var wait sync.WaitGroup
		statuses := make([]int, 8)
		for i := range statuses {
			wait.Go(func() {
				statuses[i] = f.call("update", "user.User", fmt.Sprintf(`{"data":{"pk":2,"bio":"writer %d"},"expected":{"bio":"ä_Ä"}}`, i)).status
			})
		}
		wait.Wait()
		won := 0
		for _, status := range statuses {
			if status == 200 {
				won++
			} else if status != 409 {
				t.Errorf("status %d", status)
			}
		}
		if won != 1 {
			t.Errorf("%d writers won: %v", won, statuses)
		}
	})
}

func TestDelete(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		ctx := t.Context()
		post := f.client.Post.Query().FirstX(ctx)
		tag := f.client.Tag.Create().SetID("go").AddPosts(post).SaveX(ctx)
		f.client.Comment.Create().SetBody("a").SetPost(post).ExecX(ctx)
		gone := f.client.Comment.Create().SetBody("b").SetPost(post).SaveX(ctx)
		f.client.Session.Create().SetTokenHash("h").SetUserID(1).SetExpiryTime(at("2030-01-01T00:00:00Z")).SetDeadline(at("2030-01-01T00:00:00Z")).ExecX(ctx)
		f.client.User.UpdateOneID(1).AddFriendIDs(2).ExecX(ctx)
		f.fails(400, "delete", "user.User", `{}`, "id")
		f.fails(400, "delete", "user.User", `{"id":null}`, "id")
		f.fails(400, "delete", "user.User", `{"id":"abc"}`, "id wants")
		f.gives("delete", "user.User", `{"id":99999}`, `0`)
		f.gives("delete", "post.Comment", `{"id":"`+gone.ID.String()+`"}`, `1`) // softly
		f.gives("delete", "post.Tag", `{"id":"go"}`, `2`)                       // and its place among the tags of a post
		f.gives("delete", "user.User", `{"id":"1"}`, `8`)                       // 2 posts, 2 comments, a session, 2 friendships
		f.gives("delete", "user.User", `{"id":1}`, `0`)
		if n := f.client.User.Query().CountX(ctx) + f.client.Post.Query().CountX(ctx); n != 1 || tag == nil {
			t.Errorf("%d rows are left, want one", n)
		}
	})
}

func TestRow45_ADeleteIsBounded(t *testing.T) {
	f := open(t, testdb.SQLite(t), data.Options{})
	f.people()
	_, err := f.db.ExecContext(t.Context(), `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)
INSERT INTO posts (title, body, author_id, published, created_time, updated_time) SELECT 'post ' || i, '', 1, false, '2026-01-01', '2026-01-01' FROM n`)
	if err != nil {
		t.Fatal(err)
	}
	f.fails(400, "delete", "user.User", `{"id":1}`, "more than 10000 rows would go along")
	if n := f.client.Post.Query().CountX(t.Context()); n != 10_003 {
		t.Errorf("%d posts are left", n)
	}
}

func TestRow45_WritesAreBounded(t *testing.T) {
	f := open(t, testdb.SQLite(t), data.Options{})
	f.fails(400, "create", "post.Tag", `{"data":[`+strings.Repeat("{},", 100)+`{}]}`, "100 are the most")
	f.fails(400, "update", "post.Tag", `{"data":[`+strings.Repeat("{},", 100)+`{}]}`, "100 are the most")
	var l []string
	for i := range 100 {
		l = append(l, fmt.Sprintf(`{"id":"t%d"}`, i))
	}
	f.gives("create", "post.Tag", `{"data":[`+strings.Join(l, ",")+`]}`, "null")
}

func TestRow44_ReadOnly(t *testing.T) {
	f := open(t, testdb.SQLite(t), data.Options{ReadOnly: true})
	f.fails(403, "create", "post.Tag", `{"data":{"id":"a"}}`, "read only")
	f.fails(403, "update", "post.Tag", `{"data":{"id":"a"}}`, "read only")
	f.fails(403, "delete", "post.Tag", `{"id":"a"}`, "read only")
	f.gives("query", "post.Tag", `{}`, `[]`)
}
