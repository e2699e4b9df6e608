package client

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

type object = map[string]any

// invention makes documents of all that schemas can be, sensible or not.
type invention struct {
	*rand.Rand
	names []string
}

var hostile = []string{
	"id", "ID", "Id", "user name", "x-y", "", "-", "*/", "`", "\"", "\\", "${x}", "\n// x", "\u2028", "type", "func", "class", "default", "__proto__", "constructor",
	"Error", "Client", "File", "Blob", "Promise", "string", "any", "1st", "日本", "é", "ǅ", "ß", "a,b", "a/b", "a~b", "%s", "%!d", "MarshalJSON", "Raw", "Further",
	"json", "time", "call", "param", "in", "ctx", "r", "out", "err", "o", "a", "😀", "x\x00y", "then", "toString", "Array", "Status", "Header", "Body", "New", "Ptr",
}

func pick[T any](r *rand.Rand, l []T) T { return l[r.IntN(len(l))] }

func (v *invention) word() string { return pick(v.Rand, hostile) }

func (v *invention) ref() object {
	return object{"$ref": "#/components/schemas/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(pick(v.Rand, v.names))}
}

func (v *invention) schemas(depth, n int) (l []any) {
	for range n {
		l = append(l, v.schema(depth-1))
	}
	return l
}

func (v *invention) schema(depth int) any {
	if depth <= 0 {
		return pick(v.Rand, []any{v.ref(), object{"type": "string"}, object{"type": "integer"}, object{"type": []any{"string", "null"}}, object{}, true})
	}
	s := object{"description": v.word() + " */ \n" + v.word(), "title": v.word()}
	switch v.IntN(14) {
	case 0:
		s["type"], s["format"] = "string", pick(v.Rand, []string{"date-time", "date", "byte", "binary", "uuid", "nonsense", "duration"})
	case 1:
		s["type"], s["format"] = pick(v.Rand, []string{"integer", "number"}), pick(v.Rand, []string{"int32", "uint8", "float", "decimal", "int64", ""})
	case 2:
		s["enum"] = pick(v.Rand, [][]any{{v.word(), v.word(), ""}, {1, 2, -3}, {1.5, 2}, {nil, "a"}, {true, false}, {"a", 1}, {nil}, {}, {object{"a": 1}}})
	case 3:
		s["const"] = pick(v.Rand, []any{v.word(), 1, nil, true})
	case 4:
		s["type"], s["items"] = "array", v.schema(depth-1)
	case 5:
		s["type"], s["prefixItems"], s["items"] = "array", v.schemas(depth, 2), v.schema(depth-1)
	case 6:
		s["additionalProperties"] = v.schema(depth - 1)
	case 7:
		s["allOf"] = v.schemas(depth, 1+v.IntN(3))
	case 8:
		s["oneOf"] = v.schemas(depth, 1+v.IntN(3))
	case 9:
		s["anyOf"] = append(v.schemas(depth, 1+v.IntN(2)), object{"type": "null"})
		s["properties"] = object{v.word(): v.schema(depth - 1)}
	case 10:
		s["oneOf"] = []any{v.ref(), v.ref()}
		s["discriminator"] = object{"propertyName": v.word(), "mapping": object{v.word(): v.ref()["$ref"]}}
	case 11:
		s["type"] = []any{pick(v.Rand, []any{"string", "array", "object"}), pick(v.Rand, []any{"integer", "boolean", "null"})}
	default:
		members := object{}
		var required []any
		for range v.IntN(6) {
			name := v.word()
			m := v.schema(depth - 1)
			if o, ok := m.(object); ok && v.IntN(6) == 0 {
				o[pick(v.Rand, []string{"readOnly", "writeOnly", "deprecated"})] = true
			}
			members[name] = m
			if v.IntN(2) == 0 {
				required = append(required, name)
			}
		}
		s["type"], s["properties"], s["required"] = "object", members, required
		if v.IntN(3) == 0 {
			s["additionalProperties"] = pick(v.Rand, []any{true, false, v.schema(depth - 1)})
		}
	}
	return s
}

var (
	requestMedia  = []string{"application/json", "multipart/form-data", "application/x-www-form-urlencoded", "text/plain", "image/*", "application/xml"}
	responseMedia = []string{"application/json", "application/problem+json", "text/plain", "*/*", "text/event-stream", "application/hal+json; charset=utf-8"}
)

func (v *invention) operation() object {
	var params []any
	for range v.IntN(4) {
		in := pick(v.Rand, []string{"query", "header", "cookie", "path"})
		params = append(params, object{
			"name": v.word() + "p", "in": in, "required": v.IntN(2) == 0, "schema": v.schema(2), "description": v.word(), "explode": v.IntN(2) == 0,
			"style": pick(v.Rand, []string{"form", "simple", "deepObject", "matrix", "spaceDelimited"}),
		})
	}
	responses := object{}
	for range 1 + v.IntN(4) {
		content := object{pick(v.Rand, responseMedia): object{"schema": v.schema(2)}}
		if v.IntN(4) == 0 {
			content = object{}
		}
		if v.IntN(4) == 0 {
			content = object{"application/json": object{"schema": object{
				"properties": object{"*/r": pick(v.Rand, []any{v.schema(2), object{"type": "null"}})}, "x-response-result-key": "*/r", "x-response-state-key": pick(v.Rand, []string{"", "`s"}),
			}}}
		}
		responses[pick(v.Rand, []string{"200", "201", "204", "2XX", "default", "400", "4XX", "302"})] = object{
			"description": v.word(), "content": content, "headers": object{"X-" + pick(v.Rand, []string{"A", "b", "a b"}): object{"schema": v.schema(1)}},
		}
	}
	op := object{"operationId": v.word() + v.word(), "description": v.word() + "\n*/", "parameters": params, "responses": responses, "deprecated": v.IntN(5) == 0}
	if v.IntN(3) > 0 {
		op["tags"] = []any{v.word()}
	}
	if v.IntN(2) == 0 {
		op["requestBody"] = object{"required": v.IntN(2) == 0, "content": object{pick(v.Rand, requestMedia): object{"schema": v.schema(3)}}}
	}
	if v.IntN(3) == 0 {
		op["security"] = pick(v.Rand, []any{[]any{object{"a": []any{}}}, []any{object{"*/b": []any{}, "a": []any{}}, object{}}, []any{}})
	}
	return op
}

func invent(seed uint64) []byte {
	v := &invention{Rand: rand.New(rand.NewPCG(seed, 1))}
	schemas := object{}
	for range 3 + v.IntN(8) {
		v.names = append(v.names, v.word())
	}
	for _, name := range v.names {
		schemas[name] = v.schema(3)
	}
	paths := object{}
	for i := range 1 + v.IntN(6) {
		paths[fmt.Sprintf("/%d/{%sp}/x", i, strings.NewReplacer("{", "", "}", "").Replace(v.word()))] = object{pick(v.Rand, []string{"get", "post", "put", "head"}): v.operation()}
	}
	text, err := json.Marshal(object{
		"openapi": "3.1.0", "info": object{"title": v.word(), "version": v.word()}, "servers": []any{object{"url": "http://x/" + v.word()}}, "paths": paths,
		"tags": []any{object{"name": v.word(), "description": v.word() + "\n" + v.word()}},
		"components": object{"schemas": schemas, "securitySchemes": object{
			"a": object{"type": "http", "scheme": "basic"}, "*/b": object{"type": "apiKey", "in": "query", "name": "`\""},
		}},
	})
	if err != nil {
		panic(err)
	}
	return text
}

// Whatever a document says, a client of it compiles, in both languages, or there is an error.
func TestAnyDocumentCompiles(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module corpus\n\ngo 1.24\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	modules := map[string][]byte{}
	made := 0
	for seed := range uint64(30) {
		document := invent(seed)
		text, err := Generate(document, Options{Lang: "go"})
		if err != nil {
			if !acceptable(err) {
				t.Errorf("seed %d: %v", seed, err)
			}
			continue
		}
		made++
		file := File{Path: filepath.Join(dir, fmt.Sprintf("c%d", seed), "client.go")}
		if err := file.Write(text); err != nil {
			t.Fatal(err)
		}
		if text, err = Generate(document, Options{Lang: "ts"}); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		modules[fmt.Sprintf("c%d.ts", seed)] = text
	}
	if made < 15 {
		t.Errorf("only %d documents made a client", made)
	}
	cmd := exec.Command("go", "vet", "./...")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Run("typescript", func(t *testing.T) { tsc(t, modules) })
}

// acceptable are errors of documents that cannot be understood.
func acceptable(err error) bool {
	return slices.ContainsFunc([]string{"refers only to itself", "there is no"}, func(s string) bool { return strings.Contains(err.Error(), s) })
}

func FuzzGenerate(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(invent(seed))
	}
	f.Add(load(f, "testdata/everything.yaml"))
	f.Fuzz(func(t *testing.T, document []byte) {
		for _, lang := range []string{"go", "ts"} {
			if _, err := Generate(document, Options{Lang: lang}); err != nil && strings.Contains(err.Error(), "does not parse") {
				t.Error(err)
			}
		}
	})
}
