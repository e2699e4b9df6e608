// Package migrate applies SQL migration files to SQLite and PostgreSQL.
//
// A folder holds one linear history for one dialect:
//
//	20261121101500_initial.sql
//	20261121101500_initial.down.sql
//	20261122093012_user_add_bio.sql
//	20261122093012_user_add_bio.down.sql
//	meta.sum
//
// [Load] reads it, usually from an embed.FS, and refuses a folder that does not agree with its meta.sum. A [Runner]
// applies what is pending. Each file runs whole in one transaction together with its row in the table
// meta_migrations, so that a file is applied once or not at all, whatever is killed and however many processes
// start at the same time.
//
// # Header
//
// The comments before the first statement may carry directives, one a line:
//
//	-- meta:destructive drop column users.email     what is lost; see Runner.AllowDestructive
//	-- meta:data-dependent ...                      what may fail or differ by the rows that are there
//	-- meta:locking ...                             what keeps others waiting
//	-- meta:no-transaction                          PostgreSQL: run the file's one statement outside a transaction
//	-- meta:keep NAME                               the planner leaves this table or index alone; may end in *
//
// A file without a transaction can be interrupted between its statement and its row, and is then run again: write
// it so that it may, as in CREATE INDEX CONCURRENTLY IF NOT EXISTS.
package migrate
