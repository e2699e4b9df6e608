package db

import "strings"

// reads reports whether a statement is a plain SELECT. It errs on the side of writing: a WITH can end in a DELETE.
func reads(query string) bool {
	query = strings.TrimLeft(query, " \t\r\n(")
	const word = "SELECT"
	if len(query) <= len(word) || !strings.EqualFold(query[:len(word)], word) {
		return false
	}
	switch query[len(word)] {
	case ' ', '\t', '\r', '\n', '(', '*', '\'', '"', '`', '-', '/':
		// Several statements in one text may begin with a SELECT and end with anything.
		return !strings.Contains(strings.TrimRight(query, "; \t\r\n"), ";")
	}
	return false
}
