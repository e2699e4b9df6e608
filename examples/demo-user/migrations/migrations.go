// Package migrations carries the migrations inside the binary: a folder for each database, written by
// "meta makemigrations" and applied by "meta migrate".
package migrations

import "embed"

//go:embed *
var Files embed.FS
