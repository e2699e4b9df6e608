// Command showcase serves one of everything that the docs page shows, for the tests of the page in a browser. It prints
// the address of the page and ends when its standard input does.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/docs"
	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	service := framework.New(framework.Config{
		Name: "showcase", Title: "Showcase", Version: "1.4.0", Port: -1,
		Description: "One of everything, with a *little* of [Markdown](https://example.com/):\n\n- lists,\n- `code`,\n- and text that is **not** <b>HTML</b>.",
		Logger:      slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	service.Use(&docs.Page{}, framework.OpenAPI{
		Contact: &openapi.Contact{Name: "The cooks", URL: "https://example.com/cooks", Email: "cooks@example.com"},
		License: &openapi.License{Name: "Apache 2.0", Identifier: "Apache-2.0"},
	})
	service.Mount("/api", newRoot())
	if err := service.Serve(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
