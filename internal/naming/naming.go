// Package naming turns the name of a Go field into the other names that follow from it: the method that implements
// an endpoint, the segment of a path, the column, the environment variable. A run of capitals is one word, so that
// ID, URLList and HTTP2Push read as id, url-list and http2-push.
package naming

import (
	"go/token"
	"strings"
	"unicode"
)

// Words cuts a Go identifier into its words, each spelled as it stands there: "URLList" is URL and List. Digits belong
// to the word before them, underscores only separate, and the s of a plural stays with its initials: "UserIDs" is
// User and IDs.
func Words(name string) []string {
	var words []string
	for _, part := range strings.Split(name, "_") {
		for rest := []rune(part); len(rest) > 0; {
			n := wordLen(rest)
			words = append(words, string(rest[:n]))
			rest = rest[n:]
		}
	}
	return words
}

// wordLen is the number of runes in the first word of s, which is not empty.
func wordLen(s []rune) int {
	n := 0
	for n < len(s) && unicode.IsUpper(s[n]) {
		n++
	}
	if n > 1 && n < len(s) && unicode.IsLower(s[n]) {
		if s[n] != 's' || n+1 < len(s) && unicode.IsLower(s[n+1]) {
			return n - 1 // the last capital begins the next word
		}
	}
	for n < len(s) && !unicode.IsUpper(s[n]) {
		n++
	}
	return n
}

// MethodName is the method that implements the API field called field: the first word in lower case, the rest as it
// stands. Underscores are put behind it while the name is a keyword or taken reports it to be in use, as that of an
// unexported field is; a nil taken reports nothing.
func MethodName(field string, taken func(string) bool) string {
	name := field
	if words := Words(field); len(words) > 0 && strings.HasPrefix(field, words[0]) {
		name = strings.ToLower(words[0]) + field[len(words[0]):]
	}
	for token.IsKeyword(name) || taken != nil && taken(name) {
		name += "_"
	}
	return name
}

// Kebab is name in lower case with hyphens between its words, as in a path: "SignupTime" is "signup-time".
func Kebab(name string) string { return strings.ToLower(strings.Join(Words(name), "-")) }

// Snake is name in lower case with underscores between its words, as in a column: "SignupTime" is "signup_time".
func Snake(name string) string { return strings.ToLower(strings.Join(Words(name), "_")) }
