package migrateplan

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"entgo.io/ent/dialect/entsql"
	entschema "entgo.io/ent/dialect/sql/schema"
	"github.com/google/go-cmp/cmp"
)

func loadFixture(t *testing.T) *Schema {
	t.Helper()
	s, err := LoadSchema(t.Context(), "testdata/schema")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLoadSchema(t *testing.T) {
	fixture := loadFixture(t)
	onBoth(t, func(t *testing.T, b *bench) {
		r := b.migrate(Options{Schema: fixture})
		if r.Name != "initial" {
			t.Errorf("name %q", r.Name)
		}
		var made []string
		for line := range strings.Lines(r.Up) {
			line = strings.NewReplacer("`", "", `"`, "").Replace(line)
			if strings.HasPrefix(line, "CREATE INDEX") {
				made = append(made, strings.TrimSpace(strings.TrimPrefix(line, "CREATE INDEX ")))
			}
		}
		slices.Sort(made)
		// posts.author_id is led by the declared index, cards.user_card by its unique one, post_tags.post_id by the key.
		want := []string{
			"post_author_id_title ON posts (author_id, title);",
			"post_tags_tag_id_idx ON post_tags (tag_id);",
			"posts_post_replies_idx ON posts (post_replies);",
		}
		if diff := cmp.Diff(want, made); diff != "" {
			t.Error(diff)
		}
	})
}

// Several loaders in one directory would remove each other's program.
func TestLoadSchemaAtOnce(t *testing.T) {
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if _, err := LoadSchema(t.Context(), "testdata/schema"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestLoadSchemaMistakes(t *testing.T) {
	_, err := LoadSchema(t.Context(), "testdata/nowhere")
	mustFail(t, err, "testdata/nowhere", "not there")
	_, err = LoadSchema(t.Context(), "testdata")
	mustFail(t, err, "ent schema folder")
}

func TestIndexForeignKeys(t *testing.T) {
	long := strings.Repeat("long", 15)
	users := table("users")
	tests := []struct {
		name  string
		table *entschema.Table
		want  []string // the names of the indexes that are added
	}{
		{"none", table("posts", num("user_id")), nil},
		{"plain", refer(table("posts"), users, num("user_id"), ""), []string{"posts_user_id_idx"}},
		{"unique column", refer(table("posts"), users, unique(num("user_id")), ""), nil},
		{"index", refer(table("posts"), users, num("user_id"), "").AddIndex("x", false, []string{"user_id", "id"}), nil},
		{"index behind", refer(table("posts"), users, num("user_id"), "").AddIndex("x", false, []string{"id", "user_id"}), []string{"posts_user_id_idx"}},
		{"partial index", func() *entschema.Table {
			t := refer(table("posts"), users, num("user_id"), "").AddIndex("x", false, []string{"user_id"})
			t.Indexes[0].Annotation = &entsql.IndexAnnotation{Where: "id > 1"}
			return t
		}(), []string{"posts_user_id_idx"}},
		{"two", refer(refer(table("posts"), users, num("a"), ""), users, num("b"), ""), []string{"posts_a_idx", "posts_b_idx"}},
		{"name taken", refer(table("posts"), users, num("user_id"), "").AddIndex("posts_user_id_idx", false, []string{"id"}), []string{"posts_user_id_5c6aff0b_idx"}},
		{"long", refer(table(long), users, num("user_id"), ""), []string{long[:50] + "_c9b78069_idx"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := len(tt.table.Indexes)
			indexForeignKeys([]*entschema.Table{users, tt.table})
			var got []string
			for _, idx := range tt.table.Indexes[before:] {
				got = append(got, idx.Name)
				if len(idx.Name) > maxIdentifier || idx.Unique {
					t.Errorf("index %+v", idx)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
