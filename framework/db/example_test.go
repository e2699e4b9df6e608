package db_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/utilmeta/utilmeta-go/framework/db"
	_ "github.com/utilmeta/utilmeta-go/framework/db/sqlite"
)

func Example() {
	ctx := context.Background()
	c, err := db.Parse("sqlite::memory:")
	if err != nil {
		log.Fatal(err)
	}
	conn, err := db.Open(ctx, c)
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()

	if _, err := conn.ExecContext(ctx, "CREATE TABLE accounts (name text, balance integer)"); err != nil {
		log.Fatal(err)
	}
	add := func(ctx context.Context, name string) error {
		_, err := conn.ExecContext(ctx, "INSERT INTO accounts VALUES (?, 100)", name)
		return err
	}
	err = conn.Atomic(ctx, func(ctx context.Context) error {
		if err := add(ctx, "ann"); err != nil {
			return err
		}
		// A transaction inside is rolled back alone.
		conn.Atomic(ctx, func(ctx context.Context) error {
			return errors.Join(add(ctx, "bob"), errors.New("bob is not wanted"))
		})
		db.AfterCommit(ctx, func() { fmt.Println("committed") })
		return add(ctx, "cleo")
	})
	if err != nil {
		log.Fatal(err)
	}
	rows, err := conn.QueryContext(ctx, "SELECT name FROM accounts ORDER BY name")
	if err != nil {
		log.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			log.Fatal(err)
		}
		fmt.Println(name)
	}
	// Output:
	// committed
	// ann
	// cleo
}

func ExampleParse() {
	c, err := db.Parse("postgres://shop:secret@db.example.com/shop?sslmode=verify-full")
	fmt.Println(c, err)
	_, err = db.Parse("mysql://root@localhost/shop")
	fmt.Println(err)
	// Output:
	// postgres://shop@db.example.com:5432/shop <nil>
	// database url: MySQL is not supported: use SQLite (sqlite:app.db) or PostgreSQL (postgres://user@host/name)
}
