package migrate_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"
	"testing/fstest"

	_ "github.com/mattn/go-sqlite3"
	"github.com/utilmeta/utilmeta-go/framework/migrate"
)

// An application embeds its folder with //go:embed and hands over fs.Sub of it.
func Example() {
	folder := fstest.MapFS{
		"20261121101500_initial.sql":      {Data: []byte("CREATE TABLE users (id integer PRIMARY KEY, name text);\n")},
		"20261122093012_user_add_bio.sql": {Data: []byte("ALTER TABLE users ADD COLUMN bio text;\n")},
	}
	sum, err := migrate.Sum(folder)
	if err != nil {
		log.Fatal(err)
	}
	folder[migrate.SumFile] = &fstest.MapFile{Data: sum}

	files, err := migrate.Load(folder)
	if err != nil {
		log.Fatal(err)
	}
	db, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // a database in memory lives in its connection

	r := &migrate.Runner{DB: db, Dialect: "sqlite3", Files: files, Progress: migrate.Print(os.Stdout)}
	fmt.Println(r.Check(context.Background()))
	fmt.Println("Running migrations:")
	if _, err := r.Apply(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Check(context.Background()))
	// Output:
	// database lacks 2 of the migrations: 20261121101500_initial, 20261122093012_user_add_bio; run: meta migrate
	// Running migrations:
	//   Applying 20261121101500_initial... OK
	//   Applying 20261122093012_user_add_bio... OK
	// <nil>
}
