// Package mask hides secrets in what the operations module stores and shows: by the names that values have, by what
// values look like, and by their being the same as one that was hidden before.
package mask

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Mask stands in the place of a secret.
const Mask = "******"

// Defaults are the names of secrets unless the application says otherwise. One that begins with an underscore is a word
// of a name, as in api_key and accessToken; any other may stand anywhere in it.
var Defaults = []string{"password", "secret", "dsn", "sessionid", "pwd", "passphrase", "cookie", "authorization", "_token", "_key"}

// Names tell the names of secrets from others. The zero value knows none.
type Names struct {
	plain []string // as they are, in small letters
	parts []string // without what separates words
	words []string // of those that begin with an underscore

	asked sync.Map // answers that were given, by name
	known atomic.Int64
}

// maxKnown is how many answers are kept: names come from outside.
const maxKnown = 4096

// NewNames makes Names of the list.
func NewNames(list ...string) *Names {
	n := &Names{}
	for _, name := range list {
		name = strings.ToLower(strings.TrimSpace(name))
		joined := strings.Join(words(name), "")
		if joined == "" {
			continue
		}
		n.plain = append(n.plain, name)
		if strings.HasPrefix(name, "_") {
			n.words = append(n.words, joined)
		} else {
			n.parts = append(n.parts, joined)
		}
	}
	return n
}

// Has tells whether name is that of a secret, however it is written: x-api-key, X_API_KEY, apiKey, apikey.
func (n *Names) Has(name string) bool {
	if n == nil || name == "" {
		return false
	}
	if secret, ok := n.asked.Load(name); ok {
		return secret.(bool)
	}
	secret := n.has(name)
	if len(name) <= 64 && n.known.Load() < maxKnown {
		n.known.Add(1)
		n.asked.Store(strings.Clone(name), secret)
	}
	return secret
}

func (n *Names) has(name string) bool {
	lower := strings.ToLower(name)
	for _, p := range n.plain {
		if strings.Contains(lower, p) {
			return true
		}
	}
	all := words(name)
	joined := strings.Join(all, "")
	for _, p := range n.parts {
		if strings.Contains(joined, p) {
			return true
		}
	}
	for _, w := range n.words {
		for _, word := range all {
			if isWord(word, w) {
				return true
			}
		}
	}
	return false
}

// mayStandIn tells whether a text may have the name of a secret in it: quickly, and too often rather than too rarely.
func (n *Names) mayStandIn(text string) bool {
	if n == nil || !isASCII(text) {
		return n != nil // other letters may be written for those of a name
	}
	letters := make([]byte, 0, len(text))
	for i := range len(text) {
		switch c := text[i]; {
		case 'A' <= c && c <= 'Z':
			letters = append(letters, c+'a'-'A')
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			letters = append(letters, c)
		}
	}
	within := func(name string) bool { return bytes.Contains(letters, []byte(name)) }
	return slices.ContainsFunc(n.parts, within) || slices.ContainsFunc(n.words, within)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isWord tells whether a word of a name is w, also in the plural or written together with the one before it: authtoken.
func isWord(word, w string) bool {
	word = strings.TrimSuffix(word, "s")
	return word == w || strings.HasSuffix(word, w) && !innocent[word]
}

// innocent are words that only end like one of a secret.
var innocent = map[string]bool{
	"monkey": true, "donkey": true, "turkey": true, "hockey": true, "jockey": true, "whiskey": true, "hotkey": true, "lackey": true, "smokey": true, "flunkey": true,
}

// words splits a name where its letters change from small to large and at everything that is no letter and no digit.
// Letters that only look like Latin ones are taken for these, and what is not seen is left out.
func words(name string) (l []string) {
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			l = append(l, strings.ToLower(word.String()))
			word.Reset()
		}
	}
	before := rune(0)
	for _, r := range norm.NFKD.String(name) {
		if alike, ok := lookalikes[r]; ok {
			r = alike
		}
		switch {
		case unicode.In(r, unicode.Cf, unicode.Mn, unicode.Cc):
			continue
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
		default:
			if unicode.IsUpper(r) && unicode.IsLower(before) {
				end()
			}
			word.WriteRune(r)
		}
		before = r
	}
	end()
	return l
}

// lookalikes are letters of other scripts that names of secrets could be written with.
var lookalikes = map[rune]rune{
	'а': 'a', 'с': 'c', 'ԁ': 'd', 'е': 'e', 'һ': 'h', 'і': 'i', 'ј': 'j', 'к': 'k', 'ӏ': 'l', 'м': 'm', 'о': 'o', 'р': 'p', 'ԛ': 'q', 'ѕ': 's', 'т': 't', 'ԝ': 'w', 'х': 'x', 'у': 'y',
	'А': 'A', 'В': 'B', 'С': 'C', 'Е': 'E', 'Н': 'H', 'І': 'I', 'К': 'K', 'М': 'M', 'О': 'O', 'Р': 'P', 'Ѕ': 'S', 'Т': 'T', 'Х': 'X', 'У': 'Y',
	'α': 'a', 'ε': 'e', 'ι': 'i', 'κ': 'k', 'ν': 'v', 'ο': 'o', 'ρ': 'p', 'τ': 't', 'υ': 'u', 'ω': 'w', 'Α': 'A', 'Ε': 'E', 'Κ': 'K', 'Ν': 'N', 'Ο': 'O', 'Τ': 'T', 'Υ': 'Y',
	'ı': 'i', 'ɡ': 'g', 'ſ': 's',
}
