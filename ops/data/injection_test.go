package data_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/data"
)

// hostile are texts that would do harm as a part of a statement. ent takes some of them for SQL where it wants a name.
var hostile = []string{
	"lower((select password from users limit 1))", "username AS x", "ALL username", "DISTINCT username", "users.*", "*", "`username`", `"username"`, "username`", "count(*)",
	"'", `"`, "`", "';--", "' OR '1'='1", `") UNION SELECT password FROM users--`, "username;DROP TABLE users", "pk) OR (1=1", "(SELECT 1)", "/*", "*/", "--", "#", "\\", "\x00", "\n",
	"ʼ", "＇", "“", "ｕsername", "username\u200b", "USERNAME", "Username", "pK", "$1", "?1", ":id", "{{x}}", "%s", "sqlite_master", "pg_sleep(9)", "password", "token_hash", "sessions", "sessions__token_hash",
	"__", "username__", "__username", "username__exact__exact", "posts__", "posts__author__posts__author__posts__title", "manager__password", "id`--", "-", "--id", "1e400", "-0", "NaN", "\ud7ff", "9223372036854775808",
}

// honest are names that lead somewhere.
var honest = []string{
	"pk", "id", "username", "age", "score", "role", "bio", "email", "seen_time", "birthday", "active", "uid", "settings", "labels", "home", "avatar", "password", "legacy", "old_legacy_no", "manager", "user_reports",
	"posts__title", "posts__author__username", "manager__username", "friends__username", "notes__text", "posts__comments__body", "posts__tags", "reports", "posts__tags__label", "manager__manager__age",
}

var lookups = strings.Fields("exact iexact contains icontains startswith istartswith endswith iendswith gt gte lt lte in isnull range regex iregex date year month day hour minute second week_day")

var honestValues = []any{"ada", 1, 2.5, true, "2026-11-21", "2026-11-21 19:49:14", "admin", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "secret", []any{1, 2}, []any{"a", "b"}, map[string]any{"a": "b"}, nil}

// A generator makes requests.
type generator struct{ *rand.Rand }

func pick[T any](g generator, l []T) T { return l[g.IntN(len(l))] }

func (g generator) name() string {
	switch name := pick(g, honest); g.IntN(8) {
	case 0:
		return pick(g, hostile)
	case 1:
		return name + pick(g, hostile)
	case 2:
		return name + "__" + pick(g, hostile)
	case 3:
		return strings.ToUpper(name[:1]) + name[1:]
	case 4:
		return name
	default:
		return name + "__" + pick(g, lookups)
	}
}

func (g generator) plain() string {
	if g.IntN(3) == 0 {
		return pick(g, []string{"", "-"}) + g.name()
	}
	return pick(g, []string{"", "-"}) + pick(g, honest)
}

func (g generator) value() any {
	switch g.IntN(4) {
	case 0:
		return pick(g, hostile)
	case 1:
		return []any{pick(g, hostile), pick(g, honestValues)}
	}
	return pick(g, honestValues)
}

// request is the path, the model and the body of a call.
func (g generator) request() (path, model string, body map[string]any) {
	model = pick(g, []string{"user.User", "user.User", "user.user", "users", "post.Post"})
	if g.IntN(20) == 0 {
		model = pick(g, hostile)
	}
	path = pick(g, []string{"query", "query", "query", "query", "query", "query", "create", "update", "delete"})
	row := func() map[string]any { return map[string]any{g.plain(): g.value(), g.plain(): g.value()} }
	switch path {
	case "create":
		return path, model, map[string]any{"data": row(), "return_fields": g.plain()}
	case "update":
		data := row()
		data["pk"] = pick(g, []any{1, 2, g.value()})
		return path, model, map[string]any{"data": data, "expected": map[string]any{g.plain(): g.value()}}
	case "delete":
		return path, model, map[string]any{"id": g.value()}
	}
	conditions := map[string]any{}
	for range g.IntN(3) {
		conditions[g.name()] = g.value()
	}
	names := func() (l []string) {
		for range g.IntN(3) {
			l = append(l, strings.TrimPrefix(g.plain(), pick(g, []string{"-", ""})))
		}
		return l
	}
	return path, model, map[string]any{"query": conditions, "orders": names(), "fields": names(), "rows": 1 + g.IntN(100), "page": 1 + g.IntN(900), "max_length": 1 + g.IntN(50)}
}

// A vocabulary is what statements may be made of.
type vocabulary struct {
	names map[string]bool
	mu    sync.Mutex
	seen  map[string]bool
	wrong []string // what statements have besides
}

// pieces are quoted names, texts, words, arguments, numbers and signs.
var pieces = regexp.MustCompile("^(?:[`\"][^`\"]*[`\"]|'[^']*'|[A-Za-z_][A-Za-z0-9_]*|\\$[0-9]+|\\?|[0-9]+|\\|\\||[-+()=<>,.*~ ])")

var (
	keywords = strings.Fields(`SELECT FROM WHERE AND OR NOT IN IS NULL NULLS FIRST LAST EXISTS ORDER BY DESC ASC LIMIT OFFSET COUNT AS JOIN ON FOR UPDATE SET INSERT INTO VALUES RETURNING DELETE DEFAULT
		FALSE TRUE CAST TEXT INTEGER COLLATE EXTRACT FLOOR AT TIME ZONE MONTH DAY DOW HOUR MINUTE SECOND lower substr length instr strpos strftime SAVEPOINT RELEASE ROLLBACK TO BEGIN COMMIT`)
	texts   = strings.Fields(`'%m' '%d' '%w' '%H' '%M' '%S' 'UTC'`)
	numbers = strings.Fields("0 1 10001")
)

// newVocabulary has the words of SQL that are used, and the names of the description.
func newVocabulary(models []*orm.Model) *vocabulary {
	v := &vocabulary{names: map[string]bool{`C`: true}, seen: map[string]bool{}}
	for _, word := range append(append(keywords, texts...), numbers...) {
		v.names[word] = true
	}
	for _, m := range models {
		v.names[m.Table], v.names[m.Key.Column] = true, true
		for _, f := range m.Fields {
			v.names[f.Column] = true
		}
		for _, e := range m.Edges {
			v.names[e.Column], v.names[e.Table], v.names[e.Other] = true, true, true
		}
	}
	for i := range 100 {
		v.names[fmt.Sprint("t", i)] = true // of tables in subqueries
	}
	return v
}

// check notes statements that have anything else.
func (v *vocabulary) check(_ context.Context, s db.Statement) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.seen[s.Query] {
		return
	}
	v.seen[s.Query] = true
	for rest := s.Query; rest != ""; {
		piece := pieces.FindString(rest)
		word := strings.Trim(piece, "`\"")
		first := (piece + " ")[0]
		if isName := first == '\'' || first == '"' || first == '`' || first == '_' || '0' <= first && first <= '9' || 'A' <= first && first <= 'z'; piece == "" || isName && !v.names[word] {
			v.wrong = append(v.wrong, fmt.Sprintf("%q of the statement %s is no word of ours", (rest + " ")[:max(len(piece), 1)], s.Query))
			return
		}
		rest = rest[len(piece):]
	}
	if strings.Contains(s.Query, "--") {
		v.wrong = append(v.wrong, "there is a comment in "+s.Query)
	}
}

// report fails the test for what was noted.
func (v *vocabulary) report(t testing.TB) {
	t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, text := range v.wrong {
		t.Error(text)
	}
}

// No byte of a request becomes a part of a statement: each that reaches the database is made of our words and of the
// names of the description. No answer has what is planted behind them.
func TestRow44_NoInputReachesStatements(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, data.Options{})
		f.people()
		for i := range 4 {
			f.client.Session.Create().SetTokenHash(fmt.Sprint("planted", i)).SetUserID(1).SetExpiryTime(at("2030-01-01T00:00:00Z")).SetDeadline(at("2030-01-01T00:00:00Z")).ExecX(t.Context())
			f.client.Note.Create().SetText("planted").SetViewer(2).SetUserID(1).ExecX(t.Context())
		}
		v := newVocabulary(f.client.ORM().Models)
		d.Observe(v.check)
		n := 50_000
		if d.Engine() == db.Postgres || testing.Short() || raceEnabled {
			n = 10_000
		}
		var wait sync.WaitGroup
		for worker := range 2 {
			wait.Go(func() { f.attack(generator{rand.New(rand.NewPCG(44, uint64(worker)))}, n) })
		}
		wait.Wait()
		v.report(t)
		if len(v.seen) < 500 {
			t.Errorf("only %d different statements were made", len(v.seen))
		}
		t.Logf("%d requests made %d different statements", 2*n, len(v.seen))
	})
}

func (f *fixture) attack(g generator, n int) {
	for range n {
		path, model, body := g.request()
		text, err := json.Marshal(body)
		if err != nil {
			f.Error(err)
			return
		}
		a := f.call(path, model, string(text))
		if a.status >= 500 || strings.Contains(a.text, "planted") || strings.Contains(a.text, "pbkdf2") {
			f.Errorf("%s %s %s: %d %s", path, model, text, a.status, a.text)
		}
		if f.Failed() {
			return
		}
	}
}

// FuzzQuery asks for anything: an answer is no error of the server, and says nothing that is planted.
func FuzzQuery(f *testing.F) {
	for _, body := range []string{
		`{}`, `{"query":{"username__icontains":"a","posts__title":"x"},"orders":["-pk","manager__username"],"fields":["pk","posts__author__username"],"rows":1,"page":2,"max_length":3}`,
		`{"query":{"id__in":[1,"2"],"seen_time__year":2026,"age__range":[1,2],"bio__isnull":true}}`, `{"orders":"-id","fields":"id"}`, `{"query":{"lower((select 1))":1}}`,
	} {
		f.Add("user.User", body)
	}
	fix := open(f, testdb.SQLite(f), data.Options{})
	v := newVocabulary(fix.client.ORM().Models)
	fix.db.Observe(v.check)
	f.Fuzz(func(t *testing.T, model, body string) {
		own := *fix
		own.TB = t
		if a := own.call("query", model, body); a.status >= 500 {
			t.Errorf("%s %s: %s", model, body, a.text)
		}
		v.report(t)
	})
}
