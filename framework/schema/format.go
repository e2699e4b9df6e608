package schema

import (
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// formats are the checks behind the tag format.
var formats = map[string]func(string) bool{
	"email":     isEmail,
	"uuid":      isUUID,
	"date-time": func(s string) bool { _, err := time.Parse(time.RFC3339Nano, s); return err == nil },
	"date":      func(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil },
	"time":      func(s string) bool { _, err := time.Parse("15:04:05.999999999Z07:00", s); return err == nil },
	"uri":       func(s string) bool { u, err := url.Parse(s); return err == nil && u.IsAbs() },
	"ipv4":      func(s string) bool { a, err := netip.ParseAddr(s); return err == nil && a.Is4() },
	"ipv6":      func(s string) bool { a, err := netip.ParseAddr(s); return err == nil && a.Is6() && a.Zone() == "" },
	"hostname":  isHostname,
	"slug":      isSlug,
	"regex":     func(s string) bool { _, err := regexp.Compile(s); return err == nil },
}

// charKind tells what a byte may be part of.
type charKind uint8

const (
	inAtom  charKind = 1 << iota // of the part of an address before its @
	inLabel                      // of a host's name
)

var charKinds = func() (kinds [256]charKind) {
	for c := range kinds {
		if isAlnum(byte(c)) || c == '-' {
			kinds[c] = inAtom | inLabel
		}
	}
	for _, c := range []byte("!#$%&'*+/=?^_`{|}~") {
		kinds[c] = inAtom
	}
	return kinds
}()

// isEmail takes the dot-atom form of RFC 5322 with a dotted domain.
func isEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at > 64 || len(s) > 254 {
		return false
	}
	dot := true
	for i := range at {
		c := s[i]
		if c == '.' && dot {
			return false
		}
		if dot = c == '.'; !dot && charKinds[c]&inAtom == 0 {
			return false
		}
	}
	labels := hostLabels(s[at+1:])
	return !dot && labels > 1
}

func isHostname(s string) bool { return hostLabels(s) > 0 }

// hostLabels counts the labels of a host's name, 0 for what is none.
func hostLabels(s string) (n int) {
	if len(s) > 253 {
		return 0
	}
	from := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != '.' {
			if charKinds[s[i]]&inLabel == 0 {
				return 0
			}
			continue
		}
		if i == from || i-from > 63 || s[from] == '-' || s[i-1] == '-' {
			return 0
		}
		n++
		from = i + 1
	}
	return n
}

func isAlnum(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c-'0' <= 9 }

const slugPattern = `^[a-z0-9]+(-[a-z0-9]+)*$`

// isSlug takes words of small letters and digits with hyphens between them.
func isSlug(s string) bool {
	hyphen := true
	for i := range len(s) {
		c := s[i]
		if c == '-' && hyphen || c != '-' && c-'0' > 9 && c-'a' > 'z'-'a' {
			return false
		}
		hyphen = c == '-'
	}
	return !hyphen
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case c-'0' > 9 && (c|0x20 < 'a' || c|0x20 > 'f'):
			return false
		}
	}
	return true
}

// charClass is a set of ASCII characters, for patterns of the form ^[a-z0-9_]+$ or *.
type charClass struct {
	set   [4]uint64
	empty bool // the empty string fits too
}

var classPattern = regexp.MustCompile(`^\^\[([^\]\[^\\]+)\]([+*])\$$`)

func parseClass(pattern string) *charClass {
	m := classPattern.FindStringSubmatch(pattern)
	if m == nil {
		return nil
	}
	c, in := &charClass{empty: m[2] == "*"}, m[1]
	for i := 0; i < len(in); i++ {
		lo, hi := in[i], in[i]
		if i+2 < len(in) && in[i+1] == '-' {
			hi = in[i+2]
			i += 2
		}
		if lo > hi || hi >= 0x80 {
			return nil
		}
		for b := lo; b <= hi; b++ {
			c.set[b>>6] |= 1 << (b & 63)
		}
	}
	return c
}

func (c *charClass) all(s string) bool {
	for i := range len(s) {
		if c.set[s[i]>>6]&(1<<(s[i]&63)) == 0 {
			return false
		}
	}
	return s != "" || c.empty
}
