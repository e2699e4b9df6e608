package client

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/internal/clienttest"
)

// typescriptVersion is the compiler that clients are checked with.
const typescriptVersion = "5.9.3"

// compiler is the path of TypeScript's compiler, which is installed once a machine.
func compiler(t *testing.T) string {
	t.Helper()
	missing := t.Skipf
	if os.Getenv("META_TEST_REQUIRE") == "all" {
		missing = t.Fatalf
	}
	for _, name := range []string{"node", "npm"} {
		if _, err := exec.LookPath(name); err != nil {
			missing("%s is not installed: clients in TypeScript are not checked", name)
		}
	}
	if out, err := exec.Command("node", "-p", "process.versions.node.split('.')[0] >= 20").Output(); err != nil || strings.TrimSpace(string(out)) != "true" {
		missing("node is older than 20: clients in TypeScript are not checked")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	dir := filepath.Join(cache, "utilmeta-go", "typescript-"+typescriptVersion)
	tsc := filepath.Join(dir, "node_modules", "typescript", "bin", "tsc")
	if _, err := os.Stat(tsc); err == nil {
		return tsc
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	fresh, err := os.MkdirTemp(filepath.Dir(dir), "install-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(fresh)
	if err := os.WriteFile(filepath.Join(fresh, "package.json"), []byte(`{"private":true}`), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "typescript@"+typescriptVersion)
	cmd.Dir = fresh
	if out, err := cmd.CombinedOutput(); err != nil {
		missing("npm install typescript: %v: clients in TypeScript are not checked\n%s", err, out)
	}
	if err := os.Rename(fresh, dir); err != nil {
		if _, there := os.Stat(tsc); there != nil { // another test has not been faster
			t.Fatal(err)
		}
	}
	return tsc
}

const tsconfig = `{"compilerOptions": {
	"strict": true, "noUncheckedIndexedAccess": true, "exactOptionalPropertyTypes": true, "noImplicitOverride": true, "noImplicitReturns": true,
	"noFallthroughCasesInSwitch": true, "verbatimModuleSyntax": true, "target": "ES2022", "module": "ES2022", "moduleResolution": "bundler",
	"lib": ["ES2022", "DOM", "DOM.Iterable"], "types": [], "outDir": "out"
}, "include": ["*.ts"]}`

// tsc compiles modules, and returns the folder of what comes out.
func tsc(t *testing.T, modules map[string][]byte) string {
	t.Helper()
	tsc, dir := compiler(t), t.TempDir()
	modules["tsconfig.json"] = []byte(tsconfig)
	modules["package.json"] = []byte(`{"private": true, "type": "module"}`)
	for name, text := range modules {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("node", tsc, "-p", dir)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("tsc: %v\n%s", err, out)
	}
	return filepath.Join(dir, "out")
}

func TestTypeScript(t *testing.T) {
	modules := map[string][]byte{}
	for _, name := range []string{"everything.ts", "kitchen.ts", "demo-user.ts", "roundtrip.ts"} {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		modules[name] = text
	}
	modules["users.ts"] = modules["demo-user.ts"]
	modules["page.ts"] = page(t)
	out := tsc(t, modules)
	server := httptest.NewServer(clienttest.Everything())
	defer server.Close()
	cmd := exec.Command("node", filepath.Join(out, "roundtrip.js"), server.URL+"/base")
	cmd.Dir = filepath.Dir(out)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}

// page is what docs/clients.md shows.
func page(t *testing.T) []byte {
	text, err := os.ReadFile("../../docs/clients.md")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for i, block := range strings.Split(string(text), "```ts\n") {
		if inside, _, ok := strings.Cut(block, "```"); ok && i > 0 {
			code.WriteString(inside)
		}
	}
	if code.Len() == 0 {
		t.Fatal("docs/clients.md shows no TypeScript")
	}
	return []byte(code.String())
}
