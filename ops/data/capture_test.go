package data_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/data"
	"github.com/utilmeta/utilmeta-go/ops/internal/storetest"
)

// recorded is an exchange with the reference.
type recorded struct {
	Request struct {
		Method, Path string
		Body         any
	}
	Response struct {
		Status int
		Body   struct {
			Result json.RawMessage
			Count  int64
		}
	}
}

// ours are the fields of the recorded model Author in ours.
var ours = map[string]string{"level": "bio", "balance": "score", "api_key": "legacy", "birth": "seen_time", "articles__title": "posts__title", "articles": "posts"}

// translate names fields as our models have them.
func translate(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, inner := range v {
			field, lookup, _ := strings.Cut(name, "__")
			if other, ok := ours[name]; ok {
				name = other
			} else if other, ok := ours[field]; ok {
				name = strings.TrimSuffix(other+"__"+lookup, "__")
			}
			if name == "legacy" {
				continue
			}
			out[name] = translate(inner)
		}
		return out
	case []any:
		out := []any{}
		for _, inner := range v {
			if s, ok := inner.(string); ok && ours[strings.TrimPrefix(s, "-")] != "" {
				inner = ours[s]
			}
			out = append(out, translate(inner))
		}
		return out
	}
	return v
}

// differ are requests that are answered otherwise than by the reference, with why.
var differ = map[string]int{
	`{"query":{"id":"abc"}}`:                                                                            400, // a value that does not fit is no failure of the server
	`{"data":[{"nofield":1,"username":"zee"}]}`:                                                         400, // neither is an unknown column
	`{"data":[{"password":"pw12345","score":"abc","username":"bad"}]}`:                                  400,
	`{"data":[{"password":"pw12345","username":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}]}`: 400, // longer than its column
	`{"data":[{"password":"pw12345","username":"henry"}],"return_fields":["nofield"]}`:                  400,
	`{"data":[{"username":"zed"}]}`:                                                                     400, // the password has no default
	`{"data":[{"nofield":1,"pk":3}]}`:                                                                   400,
	`{"data":[{"pk":3,"score":"abc"}]}`:                                                                 400,
	`{"data":[{"bio":"x","pk":"abc"}]}`:                                                                 400,
	`{"id":"abc"}`:                                                                                      400,
}

// The exchanges of UtilMeta about its model Author are answered alike for ours, but for what is told in differ.
func TestRecordedExchanges(t *testing.T) {
	f := open(t, testdb.SQLite(t), data.Options{})
	f.gives("create", "user.User", `{"data":[{"username":"alice","password":"secret1"},{"username":"bob","password":"secret1"}]}`, "null")
	f.gives("create", "post.Post", `{"data":{"title":"Hello","author_id":1}}`, "null")
	replayed := 0
	for _, file := range []string{"data_query", "data_create", "data_update", "data_delete"} {
		for _, x := range storetest.Captures[recorded](t, file) {
			what, _, _ := strings.Cut(strings.TrimPrefix(x.Request.Path, "/api/ops/data/"), "?")
			if !strings.HasSuffix(x.Request.Path, "?model=blog.models.Author") || x.Request.Method != "POST" {
				continue
			}
			body := translate(x.Request.Body)
			if body == nil {
				body = map[string]any{}
			}
			text, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			want, ok := differ[string(text)]
			if !ok {
				want = x.Response.Status
			}
			a := f.call(what, "user.User", string(text))
			if a.status != want {
				t.Errorf("%s %s: %d %s, want %d", what, text, a.status, a.Msg, want)
			}
			if what == "query" && want == 200 && x.Response.Body.Count != a.Count {
				t.Errorf("%s: %d rows, recorded %d", text, a.Count, x.Response.Body.Count)
			}
			replayed++
		}
	}
	if replayed < 50 {
		t.Errorf("only %d exchanges were replayed", replayed)
	}
}

// Tables tell what the reference tells, under the same names.
func TestRecordedTables(t *testing.T) {
	f := open(t, testdb.SQLite(t), data.Options{})
	shape := func(result json.RawMessage) (table []string, fields map[string]bool) {
		var l []map[string]json.RawMessage
		if err := json.Unmarshal(result, &l); err != nil {
			t.Fatal(err)
		}
		fields = map[string]bool{}
		for _, row := range l {
			table = nil
			for name := range row {
				table = append(table, name)
			}
			var columns map[string]map[string]any
			if err := json.Unmarshal(row["fields"], &columns); err != nil {
				t.Fatal(err)
			}
			for _, c := range columns {
				for name := range c {
					fields[name] = true
				}
			}
		}
		slices.Sort(table)
		return table, fields
	}
	want, known := shape(storetest.Captures[recorded](t, "data_tables")[0].Response.Body.Result)
	got, have := shape(f.call("tables", "", "").Result)
	if !slices.Equal(want, got) {
		t.Errorf("tables have %v, recorded %v", got, want)
	}
	for name := range have {
		if !known[name] {
			t.Errorf("the reference has no %s of a field", name)
		}
	}
}
