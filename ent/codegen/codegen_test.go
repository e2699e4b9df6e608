package codegen

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"entgo.io/ent/entc/gen"
	"github.com/google/go-cmp/cmp"
)

// version is what ent writes of itself where the program that runs it knows its own modules, as a test does not.
var version = regexp.MustCompile(`(?s)\nconst \(\n\tVersion = .*?\n\)\n`)

// The committed package of ormtest is what its schemas generate, byte for byte.
func TestGenerateIsDeterministic(t *testing.T) {
	committed := filepath.Join("..", "..", "internal", "ormtest", "ent")
	fresh := t.TempDir()
	if err := generate(filepath.Join(committed, "schema"), fresh, []string{"sql/upsert"}); err != nil {
		t.Fatal(err)
	}
	want, got := files(t, committed), files(t, fresh)
	for name := range want {
		if strings.HasPrefix(name, "schema/") {
			delete(want, name)
		}
	}
	for name, text := range got {
		old, ok := want[name]
		if !ok {
			t.Errorf("%s is not committed: run go generate ./internal/ormtest", name)
		}
		if diff := cmp.Diff(version.ReplaceAllString(old, ""), version.ReplaceAllString(text, "")); diff != "" {
			t.Errorf("%s is stale: run go generate ./internal/ormtest\n%s", name, diff)
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("%s is committed and not generated", name)
	}
	if !strings.Contains(got["orm_gen.go"], "DO NOT EDIT") || !strings.Contains(got["orm_runtime_gen.go"], "/ent/runtime") {
		t.Error("the package has no files of ours")
	}
}

func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(root, name)
		all[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

const plainSchema = `package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"

	"github.com/utilmeta/utilmeta-go/ent/mixin"
)

type Account struct{ ent.Schema }

func (Account) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Password{}, mixin.Time{}} }

func (Account) Fields() []ent.Field { return []ent.Field{field.String("name").MaxLen(9)} }
`

// hookedSchema imports the generated package, as ent's own documentation does.
const hookedSchema = plainSchema + `
func (Account) Hooks() []ent.Hook {
	return []ent.Hook{func(next ent.Mutator) ent.Mutator {
		return hook.AccountFunc(func(ctx context.Context, m *app.AccountMutation) (ent.Value, error) {
			return next.Mutate(ctx, m)
		})
	}}
}
`

// application makes a module with one schema and goes there.
func application(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("compiles an application")
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	const module = "github.com/utilmeta/utilmeta-go"
	text := strings.Replace(string(mod), "module "+module, "module example.org/app", 1) +
		"\nrequire " + module + " v0.0.0\n\nreplace " + module + " => " + root + "\n"
	t.Chdir(t.TempDir())
	write(t, "go.mod", text)
	write(t, "go.sum", string(sum))
	write(t, "ent/schema/account.go", plainSchema)
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func build(t *testing.T) {
	t.Helper()
	if out, err := exec.Command("go", "build", "-mod=mod", "./...").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
}

func linked(t *testing.T) bool {
	t.Helper()
	_, err := os.Stat("ent/" + runtimeFile)
	return err == nil
}

func TestGenerateForAnApplication(t *testing.T) {
	application(t)
	if err := Generate("ent"); err != nil {
		t.Fatal(err)
	}
	if build(t); !linked(t) {
		t.Error("the schemas have a hook and the runtime is not linked")
	}
	hooked := strings.Replace(hookedSchema, "import (", "import (\n\t\"context\"\n\tapp \"example.org/app/ent\"\n\t\"example.org/app/ent/hook\"", 1)
	write(t, "ent/schema/account.go", hooked)
	if err := Generate("ent"); err != nil {
		t.Fatal(err)
	}
	if build(t); linked(t) {
		t.Error("the schemas import the package and the runtime is linked into it")
	}
	write(t, "ent/schema/account.go", "package schema\n\nfunc broken() { return 1 }\n")
	before := files(t, "ent")
	if err := Generate("ent"); err == nil {
		t.Error("a schema that does not compile generates")
	}
	if diff := cmp.Diff(before, files(t, "ent")); diff != "" {
		t.Errorf("a failure changed files:\n%s", diff)
	}
	write(t, "ent/schema/account.go", plainSchema)
	if err := Generate("ent"); err != nil {
		t.Fatal(err)
	}
	if build(t); !linked(t) {
		t.Error("the runtime is not linked again")
	}
}

func TestGenerateRefuses(t *testing.T) {
	dir := t.TempDir()
	if err := Generate(dir); err == nil || !strings.Contains(err.Error(), "no ent schemas") {
		t.Errorf("without schemas: %v", err)
	}
	if err := Generate(dir, "sql/nothing"); err == nil || !strings.Contains(err.Error(), `no feature "sql/nothing"`) {
		t.Errorf("an unknown feature: %v", err)
	}
}

func TestNamesOfTheClientsMethods(t *testing.T) {
	ran := false
	hook := (&Extension{}).Hooks()[0](gen.GenerateFunc(func(*gen.Graph) error { ran = true; return nil }))
	for _, name := range []string{"ORM", "Atomic"} {
		err := hook.Generate(&gen.Graph{Nodes: []*gen.Type{{Name: "User"}, {Name: name}}})
		if err == nil || !strings.Contains(err.Error(), "schema "+name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := hook.Generate(&gen.Graph{Nodes: []*gen.Type{{Name: "Result"}}}); err != nil || !ran {
		t.Error("other names are refused", err)
	}
}

func TestReadRules(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.go"), `package schema

import (
	"regexp"
	"entgo.io/ent/schema/field"
)

const limit = 7

func (A) Mixin() []ent.Mixin { return []ent.Mixin{Local{}, other.Mixin{}} }
func (*A) Fields() []ent.Field {
	return append([]ent.Field{
		field.String("s").MinLen(2).MaxLen(0x10).Unique(),
		field.Text("t").NotEmpty().Match(regexp.MustCompile("^\\d+$")).MinRuneLen(3),
		field.String("n").NotEmpty(),
		field.Int("range").Range(-5, 5),
		field.Float("min").Min(0.5).Max(1e3),
		field.Int("pos").Positive(),
		field.Int("neg").Negative(),
		field.Int("non").NonNegative().Max(9),
		field.Bytes("b").MaxLen(3),
		field.String("const").MaxLen(limit),
		field.String(name).MaxLen(3),
		helper("h"),
	}, more()...)
}
func (Local) Fields() []ent.Field { return []ent.Field{field.String("mixed").MaxLen(4), field.String("s").MaxLen(1)} }
func (A) Hooks() []ent.Hook { return hooks(field.String("not").MaxLen(3)) }
`)
	write(t, filepath.Join(dir, "a_test.go"), "not Go")
	got, err := readRules(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]rules{
		"A.s":         {"MinLength": "new(2)", "MaxLength": "new(16)"},
		"A.t":         {"MinLength": "new(3)", "Pattern": `"^\\d+$"`},
		"A.n":         {"MinLength": "new(1)"},
		"A.range":     {"Minimum": "new(float64(-5))", "Maximum": "new(float64(5))"},
		"A.min":       {"Minimum": "new(float64(0.5))", "Maximum": "new(float64(1000))"},
		"A.pos":       {"ExclusiveMinimum": "new(float64(0))"},
		"A.neg":       {"ExclusiveMaximum": "new(float64(0))"},
		"A.non":       {"Minimum": "new(float64(0))", "Maximum": "new(float64(9))"},
		"A.b":         {},
		"A.const":     {},
		"A.mixed":     {"MaxLength": "new(4)"},
		"Local.mixed": {"MaxLength": "new(4)"},
		"Local.s":     {"MaxLength": "new(1)"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	write(t, filepath.Join(dir, "b.go"), "package schema\n\nfunc {")
	if _, err := readRules(dir); err == nil || !strings.Contains(err.Error(), "b.go:3") {
		t.Errorf("source that does not parse: %v", err)
	}
}

// One to one, edge schemas with a key of two columns, views and fields with types of the schemas' package.
func TestOtherShapes(t *testing.T) {
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join("testdata", "shapes", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	schemas, program, want := read("schema.go.txt"), read("main.go.txt"), read("want.txt")
	application(t)
	write(t, "ent/schema/account.go", schemas)
	write(t, "main.go", program)
	if err := Generate("ent"); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "run", "-mod=mod", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("go run: %v\n%s", err, out)
	}
	if diff := cmp.Diff(want, string(out)); diff != "" {
		t.Error(diff)
	}
}
