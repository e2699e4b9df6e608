package data_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/data"
)

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return t
}

func TestQueryFindsRows(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		for query, want := range map[string]string{
			`{}`: "1 2", `{"username":"ada"}`: "1", `{"username__exact":"Ada"}`: "", `{"pk":2}`: "2", `{"id":"2"}`: "2", `{"id":2.0}`: "2", `{"pk":1,"username":"Bob%"}`: "",
			`{"username__iexact":"ADA"}`: "1", `{"username__iexact":"BOB_"}`: "",
			`{"username__contains":"b%"}`: "2", `{"username__contains":"B%"}`: "", `{"username__contains":"_"}`: "", `{"username__contains":""}`: "1 2",
			`{"username__icontains":"B%"}`: "2", `{"bio__icontains":"ä_"}`: "2", `{"bio__contains":"_Ä"}`: "2", `{"bio__contains":"_ä"}`: "", `{"bio__icontains":"_ä"}`: "",
			`{"username__startswith":"Bo"}`: "2", `{"username__startswith":"bo"}`: "", `{"username__istartswith":"bo"}`: "2", `{"username__startswith":"adaa"}`: "", `{"bio__startswith":"ä"}`: "2",
			`{"username__endswith":"da"}`: "1", `{"username__endswith":"dA"}`: "", `{"username__iendswith":"DA"}`: "1", `{"username__endswith":"xxada"}`: "", `{"username__endswith":""}`: "1 2", `{"bio__endswith":"Ä"}`: "2",
			`{"role":"admin"}`: "2", `{"role__in":["admin","member"]}`: "1 2", `{"id__in":[]}`: "", `{"id__in":[1,"2",9]}`: "1 2", `{"id__contains":"2"}`: "2",
			`{"age__gt":35}`: "1", `{"age__gte":"36"}`: "1", `{"age__lt":36}`: "", `{"age__lte":36.0}`: "1", `{"age__range":[30,40]}`: "1", `{"score__lt":1e0}`: "2", `{"age":null}`: "2",
			`{"bio__isnull":true}`: "1", `{"bio__isnull":0}`: "2", `{"settings__isnull":true}`: "1 2", `{"password__isnull":false}`: "1 2", `{"active":false}`: "2", `{"active":"1"}`: "1", `{"active__in":[true]}`: "1",
			`{"seen_time__date":"2026-11-21"}`: "1", `{"seen_time__year":2026}`: "1 2", `{"seen_time__year":2025}`: "", `{"seen_time__month":12}`: "2", `{"seen_time__day":21}`: "1", `{"seen_time__hour":1}`: "2",
			`{"seen_time__minute":49}`: "1", `{"seen_time__second":14}`: "1", `{"seen_time__week_day":7}`: "1", `{"seen_time__week_day":5}`: "2", `{"seen_time__week_day":0}`: "",
			`{"seen_time__gte":"2026-12-01"}`: "2", `{"seen_time":"2026-12-24T02:02:03+01:00"}`: "2", `{"seen_time__range":["2026-11-21 19:49","2026-11-22"]}`: "1",
			`{"birthday":"2001-02-03"}`: "1", `{"birthday__year":2001}`: "1", `{"birthday__month":2}`: "1", `{"birthday__day":4}`: "", `{"birthday__week_day":7}`: "1", `{"birthday__lt":"2001-02-03T23:00:00Z"}`: "",
			`{"posts__title":"World"}`: "1", `{"posts__title__startswith":"H","active":true}`: "1", `{"posts__author__username":"ada"}`: "1", `{"posts__editor__manager__username":"ada"}`: "1",
			`{"manager":1}`: "2", `{"manager__username":"ada"}`: "2", `{"manager__isnull":true}`: "1", `{"manager__username__isnull":true}`: "1", `{"manager__username__isnull":false}`: "2", `{"reports":2}`: "1", `{"reports__in":[2,3]}`: "1",
			`{"posts__isnull":true}`: "2", `{"posts__isnull":false}`: "1", `{"posts__editor__username__isnull":true}`: "2", `{"posts__id__in":[2]}`: "1", `{"user_reports":1}`: "2",
			// One post has to meet both.
			`{"posts__title":"World","posts__body":"second"}`: "1", `{"posts__title":"World","posts__body":"first"}`: "",
		} {
			a := f.call("query", "user.User", `{"fields":"pk","query":`+query+`}`)
			var rows []struct{ PK int }
			if err := json.Unmarshal(a.Result, &rows); err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, r := range rows {
				got += fmt.Sprint(" ", r.PK)
			}
			if a.status != 200 || strings.TrimSpace(got) != want || a.Count != int64(len(rows)) {
				t.Errorf("%s:%s (%d) %s, want %s", query, got, a.Count, a.Msg, want)
			}
		}
	})
}

func TestQueryAnswers(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		for _, body := range []string{"", "{}"} {
			if a := f.call("query", "user.User", body); !strings.HasPrefix(string(a.Result), `[{"pk":1,"id":1,"password":"******","username":"ada","signup_time":"20`) || a.Count != 2 || a.State != 1 {
				t.Error(a.text)
			}
		}
		f.gives("query", "user.user", `{"rows":1,"page":2,"fields":["username","birthday","user_reports","manager"]}`, `[{"username":"Bob%","birthday":null,"user_reports":1,"manager":1}]`)
		f.gives("query", "users", `{"rows":1,"fields":["birthday","seen_time","score","active","age","bio","old_legacy_no"]}`,
			`[{"birthday":"2001-02-03","seen_time":"2026-11-21 19:49:14","score":1.5,"active":true,"age":36,"bio":null,"old_legacy_no":null}]`)
		f.gives("query", "user.User", `{"orders":["-username","pk"],"fields":["pk","pk"],"unknown":1}`, `[{"pk":1},{"pk":2}]`)
		f.gives("query", "user.User", `{"orders":"-id","fields":"id"}`, `[{"id":2},{"id":1}]`)
		f.gives("query", "user.User", `{"orders":"bio","fields":"id"}`, `[{"id":1},{"id":2}]`)
		f.gives("query", "user.User", `{"orders":"-bio","fields":"id"}`, `[{"id":2},{"id":1}]`)
		f.gives("query", "post.Post", `{"orders":"-editor__username","fields":["pk","author","author_id","author__username","editor__username","post_editor","tags"]}`,
			`[{"pk":2,"author":1,"author_id":1,"author__username":"ada","editor__username":"Bob%","post_editor":2,"tags":null},{"pk":1,"author":1,"author_id":1,"author__username":"ada","editor__username":null,"post_editor":null,"tags":null}]`)
		f.gives("query", "user.User", `{"fields":["pk","posts__title"]}`, `[{"pk":1,"posts__title":"Hello"},{"pk":2,"posts__title":null}]`)
		f.gives("query", "user.User", `{"query":{"pk":1},"max_length":2,"fields":["pk","username","age"]}`,
			`[{"pk":1,"username":{"$reduced":true,"type":"string","length":3,"content":"ad","content_length":2},"age":36}]`)
		f.gives("query", "user.User", `{"query":{"pk":1},"max_length":3,"fields":"password"}`, `[{"password":{"$reduced":true,"type":"string","length":6,"content":"***","content_length":3}}]`)
		f.gives("query", "user.User", `{"query":{"id__gt":9}}`, `[]`)
		ids := "?model=user.User&using="
		for using, status := range map[string]int{"main": 200, "default": 200, "none": 400} {
			if a := f.call("query"+ids+using, "", "{}"); a.status != status {
				t.Errorf("%s: %s", using, a.text)
			}
		}
	})
}

func TestQueryIsRefused(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		for body, want := range map[string]string{
			`{"rows":0}`: "rows", `{"rows":101}`: "rows", `{"rows":1000000000}`: "rows", `{"page":0}`: "page", `{"rows":100,"page":1002}`: "page", `{"page":1e9}`: "page",
			`{"query":[1]}`: "query", `{"query":{"nope":1}}`: "no field", `{"query":{"username__like":"x"}}`: "no lookup", `{"query":{"username__contains__contains":"x"}}`: "no lookup",
			`{"query":{"Username":"x"}}`: "no field", `{"query":{"posts__nope":1}}`: "no field", `{"query":{"posts__author__posts__author__posts__title":"x"}}`: "more than 4",
			`{"query":{"id":"abc"}}`: "id wants a whole number", `{"query":{"id":1e400}}`: "id wants", `{"query":{"id":9223372036854775808}}`: "id wants", `{"query":{"age":2147483648}}`: "age wants",
			`{"query":{"score":"NaN"}}`: "score wants", `{"query":{"score":"0x1p-2"}}`: "score wants", `{"query":{"score":1e400}}`: "score wants", `{"query":{"username":"a\u0000"}}`: "NUL",
			`{"query":{"username":"\ud800"}}`: "UTF-8", `{"query":{"username":{"a":1}}}`: "username wants a text", `{"query":{"uid":"x"}}`: "UUID", `{"query":{"active":"yes"}}`: "true or false",
			`{"query":{"active__gt":false}}`: "active", `{"query":{"seen_time":"soon"}}`: "wants a time", `{"query":{"seen_time__year":0}}`: "whole number", `{"query":{"age__year":1}}`: "no time", `{"query":{"age__range":[1]}}`: "two values",
			`{"query":{"id__in":1}}`: "list", `{"query":{"id__in":[null]}}`: "null", `{"query":{"age__isnull":"perhaps"}}`: "true or false", `{"query":{"score__contains":"1"}}`: "no text",
			`{"orders":["nope"]}`: "no field", `{"orders":"username__iexact"}`: "no field", `{"orders":"--id"}`: "no field", `{"fields":["*"]}`: "no field", `{"fields":["nope"]}`: "no field", `{"fields":"author.username"}`: "no field",
			`{"max_length":0}`: "max_length", `{"query":{"sessions__token_hash":"x"}}`: "no field", `{"fields":"sessions"}`: "no field",
		} {
			f.fails(400, "query", "user.User", body, want)
		}
		for _, model := range []string{"nope", "", "User", "user.USER", "session.Session", "session.session", "sessions", "user.User ", "users;"} {
			f.fails(400, "query", model, "{}", "model")
		}
		f.fails(422, "query", "user.User", `{"query":`, "")
		many := strings.Repeat(`1,`, 1000) + "1"
		f.fails(400, "query", "user.User", `{"query":{"id__in":[`+many+`]}}`, "1000")
	})
}

func TestQueryByPatterns(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		if f.db.Engine() == db.SQLite {
			f.fails(400, "query", "user.User", `{"query":{"username__regex":"^a"}}`, "no regular expression on SQLite")
			return
		}
		f.gives("query", "user.User", `{"query":{"username__regex":"^a"},"fields":"pk"}`, `[{"pk":1}]`)
		f.gives("query", "user.User", `{"query":{"username__iregex":"^b.b"},"fields":"pk"}`, `[{"pk":2}]`)
		f.fails(400, "query", "user.User", `{"query":{"username__regex":"("}}`, "cannot read")
		f.fails(400, "query", "user.User", `{"query":{"username__regex":"`+strings.Repeat("a", 201)+`"}}`, "200 bytes")
	})
}

func TestRow35_AQueryEnds(t *testing.T) {
	f := open(t, testdb.SQLite(t), data.Options{Timeout: 1})
	f.fails(503, "query", "user.User", "{}", "longer than")
	f.fails(503, "update", "user.User", `{"data":{"pk":1,"bio":"x"}}`, "longer than")
}

// Interceptors and policies hold for tables that relations lead to.
func TestHiddenRowsStayHidden(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		ctx := t.Context()
		post := f.client.Post.Query().FirstX(ctx)
		gone := f.client.Comment.Create().SetBody("bait").SetPost(post).SaveX(ctx)
		f.client.Comment.DeleteOne(gone).ExecX(ctx)
		f.client.Note.Create().SetText("bait").SetViewer(2).SetUserID(1).ExecX(ctx)
		f.gives("query", "post.Post", `{"query":{"pk":1},"fields":["comments__body","comments"]}`, `[{"comments__body":null,"comments":null}]`)
		f.gives("query", "post.Post", `{"query":{"comments__body__startswith":"b"}}`, `[]`)
		f.gives("query", "post.Comment", `{}`, `[]`)
		f.gives("query", "user.User", `{"query":{"notes__text":"bait"},"fields":"pk"}`, `[]`)
		f.gives("query", "user.User", `{"orders":"notes__text","fields":["notes__text"],"rows":1}`, `[{"notes__text":null}]`)
		f.gives("query", "note.Note", `{}`, `[]`)
		f.gives("update", "post.Comment", `{"data":{"pk":"`+gone.ID.String()+`","body":"x"}}`, `0`)
		f.gives("delete", "post.Comment", `{"id":"`+gone.ID.String()+`"}`, `0`)
	})
}

func intercept(fn func(context.Context, *ent.UserQuery) error) ent.Interceptor {
	return ent.TraverseFunc(func(ctx context.Context, q ent.Query) error { return fn(ctx, q.(*ent.UserQuery)) })
}

// An interceptor may bound what is read, or see every query itself.
func TestInterceptorsHold(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		f.client.User.Intercept(intercept(func(_ context.Context, q *ent.UserQuery) error {
			q.Limit(1).Order(ent.Desc("id")).Unique(true)
			return nil
		}))
		a := f.call("query", "user.User", `{"fields":["pk","manager__username"],"orders":"username"}`)
		if string(a.Result) != `[{"pk":2,"manager__username":"ada"}]` || a.Count != 1 {
			t.Error(a.text)
		}
		f.client.Post.Intercept(ent.InterceptFunc(func(next ent.Querier) ent.Querier { return next }))
		f.fails(400, "query", "user.User", `{"query":{"posts__title":"x"}}`, "has to see its queries")
		f.gives("query", "post.Post", `{"fields":"pk"}`, `[{"pk":1},{"pk":2}]`)
	})
}

func TestPoliciesHold(t *testing.T) {
	f := open(t, testdb.SQLite(t), data.Options{})
	f.people()
	f.viewer = nil
	f.fails(403, "query", "note.Note", `{}`, "policy of note.Note")
	f.fails(403, "query", "user.User", `{"query":{"notes__text":"x"}}`, "policy")
	f.gives("query", "user.User", `{"rows":1,"fields":"pk"}`, `[{"pk":1}]`)
}
