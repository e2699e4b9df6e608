package migrateplan

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	entschema "entgo.io/ent/dialect/sql/schema"
)

// maxIdentifier is how much of a name PostgreSQL keeps.
const maxIdentifier = 63

// indexName names the index on some columns of a table, as PostgreSQL would. A name that is too long, or that
// another table's index has, gets a hash, so that it stays the same from run to run.
func indexName(table string, columns []*entschema.Column, taken map[string]bool) string {
	const suffix = "_idx"
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	stem := table + "_" + strings.Join(names, "_")
	if name := stem + suffix; len(name) <= maxIdentifier && !taken[name] {
		return name
	}
	sum := sha256.Sum256([]byte(table + "\x00" + strings.Join(names, "\x00")))
	hash := "_" + hex.EncodeToString(sum[:4])
	return stem[:min(len(stem), maxIdentifier-len(hash)-len(suffix))] + hash + suffix
}
