package tables_test

import (
	"context"
	"math/rand/v2"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"encoding/json"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

// hostile are texts that would do harm as a part of a statement.
var hostile = []string{
	"'", "\"", "`", "';--", "' OR '1'='1", "\") UNION SELECT password FROM users--", "lower((select password from users limit 1))", "username AS x", "ALL username", "DISTINCT username",
	"*", "users.*", "username;DROP TABLE users", "/*", "*/", "--", "\x00", "ʼ", "＇", "\\", "$1", "?1", "username`", "(SELECT 1)", "pk) OR (1=1", "sqlite_master", "pg_sleep(1)", "bait-4711",
	"username__", "__username", "username__exact__exact", "USERNAME", "Username", "posts__", "posts__author__posts__author__posts__title", "token_hash", "sessions__token_hash", "id`--", "1e309", "-",
}

// names are those that lead somewhere.
var names = []string{"pk", "id", "username", "age", "score", "role", "bio", "email", "seen_time", "active", "uid", "settings", "posts__title", "posts__author__username", "manager", "friends__username"}

var lookups = []string{"", "__exact", "__iexact", "__contains", "__icontains", "__startswith", "__endswith", "__gt", "__in", "__isnull", "__range", "__regex", "__date", "__year", "__week_day"}

func pick(r *rand.Rand, l []string) string { return l[r.IntN(len(l))] }

// anyName is a name of a field, a hostile one, or a mixture.
func anyName(r *rand.Rand) string {
	switch r.IntN(4) {
	case 0:
		return pick(r, hostile)
	case 1:
		return pick(r, names) + pick(r, hostile)
	}
	return pick(r, names) + pick(r, lookups)
}

func anyValue(r *rand.Rand) any {
	switch r.IntN(6) {
	case 0:
		return r.IntN(100)
	case 1:
		return []any{pick(r, hostile), r.IntN(9)}
	case 2:
		return map[string]any{pick(r, hostile): pick(r, hostile)}
	case 3:
		return nil
	}
	return pick(r, hostile)
}

// anyRequest is the body of a call.
func anyRequest(r *rand.Rand) (what string, body any) {
	switch what = pick(r, []string{"query", "query", "query", "query", "create", "update", "delete"}); what {
	case "delete":
		return what, m{"id": anyValue(r)}
	case "query":
		q := m{}
		for range r.IntN(3) {
			q[anyName(r)] = anyValue(r)
		}
		return what, m{"query": q, "orders": []string{anyName(r)}[:r.IntN(2)], "fields": []string{anyName(r), anyName(r)}[:r.IntN(3)], "rows": 1 + r.IntN(3)}
	}
	row := m{anyName(r): anyValue(r), anyName(r): anyValue(r)}
	if what == "update" {
		row["pk"] = anyValue(r)
		return what, m{"data": row, "expected": m{anyName(r): anyValue(r)}}
	}
	return what, m{"data": row, "return_fields": anyName(r)}
}

// words are what statements are made of besides names.
var words = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*|[^\sA-Za-z0-9_]`)

// Nothing of a request becomes a part of a statement: every text that reaches the database is made of the words that
// statements of harmless requests have.
func TestRow44_NoInputReachesStatements(t *testing.T) {
	n := 100_000
	if testing.Short() || raceEnabled {
		n = 10_000
	}
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, false)
		f.must("create", "user.User", m{"data": m{"username": "bait-4711", "password": "secret1"}}, "null")
		allowed := map[string]bool{}
		for _, model := range f.client.ORM().Models {
			allowed[model.Table] = true
			for _, c := range model.Fields {
				allowed[c.Column] = true
			}
			for _, e := range model.Edges {
				allowed[e.Column], allowed[e.Table], allowed[e.Other] = true, true, true
			}
		}
		for _, word := range strings.Fields(`SELECT FROM WHERE AND OR NOT IN IS NULL EXISTS ORDER BY LIMIT OFFSET COUNT INSERT INTO VALUES RETURNING UPDATE SET DELETE JOIN ON AS DESC NULLS
FIRST LAST DISTINCT DEFAULT FALSE TRUE lower strpos instr substr right text CAST strftime integer floor extract dow AT TIME ZONE UTC w m Y id
SAVEPOINT ROLLBACK TO RELEASE BEGIN COMMIT` + " ops_audit time action outcome kind subject token_id access_token_id scopes ip path model keys fields count detail") {
			allowed[word] = true
		}
		alias := regexp.MustCompile(`^(j[a-z]_*|s[0-9]+|t[0-9]+|_)$`)
		var mu sync.Mutex
		seen := map[string]bool{}
		d.Observe(func(_ context.Context, s db.Statement) {
			mu.Lock()
			defer mu.Unlock()
			if seen[s.Query] {
				return
			}
			seen[s.Query] = true
			for _, word := range words.FindAllString(s.Query, -1) {
				letter := word[0] >= 'A' && word[0] <= 'Z' || word[0] >= 'a' && word[0] <= 'z' || word[0] == '_'
				if letter && !allowed[word] && !alias.MatchString(word) {
					t.Errorf("%q is in %.300s", word, s.Query)
				}
				if !letter && strings.ContainsAny(word, ";\\#ʼ＇\x00") {
					t.Errorf("%q is in %.300s", word, s.Query)
				}
			}
			if strings.Contains(s.Query, "--") || strings.Contains(s.Query, "/*") {
				t.Errorf("a comment is in %.300s", s.Query)
			}
		})
		r := rand.New(rand.NewPCG(1, 2))
		if d.Engine() == db.Postgres {
			n /= 5
		}
		for range n {
			what, body := anyRequest(r)
			text, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			req := httptest.NewRequest("POST", "/ops/data/"+what+"?model=user.User", strings.NewReader(string(text)))
			req.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			f.mux.ServeHTTP(w, req)
			if w.Code >= 500 {
				t.Errorf("%s %s: %d %s", what, text, w.Code, w.Body)
			}
			if t.Failed() {
				return
			}
		}
		if len(seen) < 20 {
			t.Errorf("only %d statements were made", len(seen))
		}
		t.Logf("%d requests, %d statements", n, len(seen))
	})
}
