// Package sqlite is the engine of SQLite for framework/db, on mattn/go-sqlite3, which needs cgo. Import it for its
// side effect:
//
//	import _ "github.com/utilmeta/utilmeta-go/framework/db/sqlite"
//
// A database file is opened in WAL mode with foreign keys on and synchronous at NORMAL; every connection is asked
// whether these took. One connection writes, and takes the write lock when its transaction begins, so that a
// transaction never fails half way because another one wrote; several others only read. A new file is readable
// by its owner alone. Times are stored in UTC, so that they compare as text.
package sqlite
