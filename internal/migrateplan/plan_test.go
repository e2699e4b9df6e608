package migrateplan

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"
)

func TestSmoke(t *testing.T) {
	sc, err := LoadSchema(context.Background(), "testdata/schema")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{"sqlite3", "postgres"} {
		start := time.Now()
		dir := t.TempDir()
		o := Options{Schema: sc, Dir: dir, Dialect: d, DevURL: "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"}
		r, err := Plan(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(r.Up, "-----down\n", r.Down)
		paths, err := r.Write()
		fmt.Println(paths, err, time.Since(start))
		r, err = Plan(context.Background(), o)
		if err != nil || !r.None() {
			t.Fatal(err, r.Up)
		}
		b, _ := os.ReadFile(dir + "/meta.sum")
		fmt.Println(string(b))
	}
}
