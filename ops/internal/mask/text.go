package mask

import (
	"regexp"
	"slices"
	"strings"
)

// A Masker hides the secrets of one request, and remembers them: a secret that comes again in an error or an answer,
// under no name or another, is hidden there too. What has names comes first: headers and bodies before texts. It is for
// one goroutine.
type Masker struct {
	names *Names
	seen  []string
}

// New makes a Masker for a request.
func New(names *Names) *Masker { return &Masker{names: names} }

// Fork is a Masker of its own that knows what m has seen so far.
func (m *Masker) Fork() *Masker { return &Masker{names: m.names, seen: slices.Clone(m.seen)} }

// Secret tells whether the value of that name is a secret, and remembers it if so.
func (m *Masker) Secret(name, value string) bool {
	if !m.names.Has(name) {
		return false
	}
	m.remember(value)
	return true
}

// minSeen is how many bytes a secret must have to be looked for elsewhere: shorter ones stand in too many texts.
const minSeen = 6

// remember keeps a secret to look for it elsewhere.
func (m *Masker) remember(secret string) {
	if len(secret) >= minSeen && !isMasked(secret) && !slices.Contains(m.seen, secret) {
		m.seen = append(m.seen, secret)
	}
}

// Secrets by what they look like.
var (
	pemBlock    = regexp.MustCompile(`-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(-----END [A-Z0-9 ]+-----|$)`)
	jsonToken   = regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*){0,3}`)
	credentials = regexp.MustCompile(`(?i)\b(bearer|basic|digest|negotiate)\s+[A-Za-z0-9._~+/=-]{6,}`)
	userInfo    = regexp.MustCompile(`(\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@]*):[^\s/@]+@`)
	assignment  = regexp.MustCompile(`([\p{L}\p{M}\p{N}\p{Cf}_.-]+)("?\s*[=:]\s*"?)("[^"]*"|'[^']*'|[^\s"',;&}\])]+)`)
)

// Text hides the secrets in a text that is nobody's format: an error, a trace, a line of a log. A pattern is looked for
// only where its letters are: stacks are long, and patterns slow.
func (m *Masker) Text(s string) string {
	s = m.known(s)
	if strings.Contains(s, "-----BEGIN ") {
		s = pemBlock.ReplaceAllString(s, Mask)
	}
	if strings.Contains(s, "eyJ") {
		s = jsonToken.ReplaceAllString(s, Mask)
	}
	if hasScheme(s) {
		s = credentials.ReplaceAllString(s, "$1 "+Mask)
	}
	if strings.Contains(s, "://") {
		s = userInfo.ReplaceAllString(s, "$1:"+Mask+"@")
	}
	if strings.ContainsAny(s, "=:") && m.names.mayStandIn(s) {
		s = m.assignments(s)
	}
	return s
}

// hasScheme tells whether credentials may stand in a text. Letters beyond ASCII may count as those of a scheme.
func hasScheme(s string) bool {
	if !isASCII(s) {
		return true
	}
	s = strings.ToLower(s)
	return strings.Contains(s, "bearer") || strings.Contains(s, "basic") || strings.Contains(s, "digest") || strings.Contains(s, "negotiate")
}

// assignments hides the values behind the names of secrets, those too that stand in the value of another name, as the
// query of an address stands behind its scheme.
func (m *Masker) assignments(s string) string {
	return assignment.ReplaceAllStringFunc(s, func(pair string) string {
		at := assignment.FindStringSubmatch(pair)
		switch {
		case !m.names.Has(at[1]):
			return at[1] + at[2] + m.assignments(at[3])
		case isMasked(at[3]) || strings.EqualFold(at[3], "bearer") || strings.EqualFold(at[3], "basic"):
			return pair
		}
		m.remember(strings.Trim(at[3], `"'`))
		return at[1] + at[2] + Mask
	})
}

// known hides the secrets that were hidden before.
func (m *Masker) known(s string) string {
	for _, secret := range m.seen {
		s = strings.ReplaceAll(s, secret, Mask)
	}
	return s
}

// isMasked tells what a Masker, ours or UtilMeta's, has left.
func isMasked(s string) bool {
	s = strings.Trim(s, `"'`)
	return len(s) >= 6 && len(s) <= 8 && strings.Trim(s, "*") == ""
}

// IsMask tells a value that stands for a secret: nobody may save it in the secret's place.
func IsMask(s string) bool { return isMasked(s) }
