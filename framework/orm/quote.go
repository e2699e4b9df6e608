package orm

import "sync"

type quoteKey struct{ dialect, table, column string }

// quoted keeps the quoted names of columns. All of them come from models and all aliases from us, so it is bounded.
var quoted = struct {
	sync.RWMutex
	names map[quoteKey]string
}{names: map[quoteKey]string{}}

// qualify makes a function that quotes columns as c does, a Selector's or SelectTable's C, and remembers them:
// ent writes the name letter by letter each time.
func qualify(dialect string, c func(string) string) func(string) string {
	table := c("x")
	return func(column string) string {
		k := quoteKey{dialect, table, column}
		quoted.RLock()
		q, ok := quoted.names[k]
		quoted.RUnlock()
		if !ok {
			q = c(column)
			quoted.Lock()
			quoted.names[k] = q
			quoted.Unlock()
		}
		return q
	}
}
