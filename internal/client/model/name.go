package model

import (
	"strconv"
	"strings"
	"unicode"
)

// Words cuts any text into words of letters and digits: at everything else, and where a capital begins a word.
// "X-Request_ID" is X, Request and ID; "userID" is user and ID.
func Words(text string) (words []string) {
	rest := []rune(text)
	for i := 0; i < len(rest); {
		if !wordRune(rest[i]) {
			i++
			continue
		}
		end := wordEnd(rest, i)
		words = append(words, string(rest[i:end]))
		i = end
	}
	return words
}

// wordRune tells letters and digits that may stand in the names of any language.
func wordRune(r rune) bool { return r <= 0xffff && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// wordEnd is where the word that begins at i ends.
func wordEnd(s []rune, i int) int {
	n := i
	for n < len(s) && unicode.IsUpper(s[n]) {
		n++
	}
	if n-i > 1 && n < len(s) && unicode.IsLower(s[n]) && (s[n] != 's' || n+1 < len(s) && unicode.IsLower(s[n+1])) {
		return n - 1 // the last capital begins the next word
	}
	for n < len(s) && wordRune(s[n]) && !unicode.IsUpper(s[n]) {
		n++
	}
	return n
}

// Title is word with a capital first.
func Title(word string) string {
	r := []rune(word)
	return string(unicode.ToUpper(r[0])) + string(r[1:])
}

// Camel joins the words of text, each with a capital first. It never begins with anything but a capital.
func Camel(text string) string {
	var b strings.Builder
	for _, w := range Words(text) {
		b.WriteString(Title(w))
	}
	s := b.String()
	if s == "" || !unicode.IsUpper([]rune(s)[0]) {
		return "X" + s
	}
	return s
}

// LowerCamel is Camel with the first word in lower case.
func LowerCamel(text string) string {
	words := Words(text)
	if len(words) == 0 {
		return "x"
	}
	first := strings.ToLower(words[0])
	if !unicode.IsLetter([]rune(first)[0]) {
		first = "x" + first
	}
	for _, w := range words[1:] {
		first += Title(w)
	}
	return first
}

// A Scope keeps names apart: it holds those that are taken.
type Scope map[string]int

// Take makes of name one that is not taken yet, and takes it.
func (s Scope) Take(name string) string {
	free := name
	for n := max(s[name], 1) + 1; s[free] > 0; n++ {
		free = name + strconv.Itoa(n)
		s[name] = n
	}
	s[free] = 1
	return free
}

// withoutPrefix takes the words of a group from the front of a name, as long as something is left.
func withoutPrefix(name, group string) string {
	words, prefix := Words(name), Words(group)
	if len(prefix) == 0 || len(words) <= len(prefix) {
		return name
	}
	for i, w := range prefix {
		if !strings.EqualFold(w, words[i]) {
			return name
		}
	}
	return strings.Join(words[len(prefix):], "_")
}
