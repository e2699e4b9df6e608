package db

import "database/sql"

// Stats is what the pools of a DB are doing.
type Stats struct {
	Write      sql.DBStats
	Read       sql.DBStats // the same as Write where one pool does both
	Statements StatementStats
}

// StatementStats counts what happened in the caches of prepared statements of all connections since the start.
// SQLite's driver keeps its own and counts nothing.
type StatementStats struct {
	Hits    int64 // ran a statement that was there
	Misses  int64 // prepared a new one
	Evicted int64 // closed the one unused for longest
	Stale   int64 // the server refused one after the schema or the session had changed
}

// Stats returns the present figures; they are zero before the DB has connected.
func (d *DB) Stats() (s Stats) {
	c := d.conns.Load()
	if c == nil {
		return s
	}
	s = Stats{Write: c.write.DB().Stats(), Read: c.read.DB().Stats()}
	if c.pools.Statements != nil {
		s.Statements = c.pools.Statements()
	}
	return s
}
