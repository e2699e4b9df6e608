package password

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"
)

// Policy is what a service may ask of a new password. The zero Policy asks for nothing but one byte.
// There are no rules of composition: they make passwords worse.
type Policy struct {
	MinLength int  // characters
	Common    bool // refuse the thousand most used passwords, in any case of their letters
}

// Validate returns a [*RuleError] for the first rule that p breaks.
func (r Policy) Validate(p Plain) error {
	if err := p.check(); err != nil {
		return err
	}
	if utf8.RuneCountInString(string(p)) < r.MinLength {
		return &RuleError{Code: "minLength", Detail: fmt.Sprintf("must have %d or more characters", r.MinLength), Limit: r.MinLength}
	}
	if r.Common && common()[strings.ToLower(string(p))] {
		return &RuleError{Code: "common", Detail: "is one of the most used passwords"}
	}
	return nil
}

// The ranking is that of zxcvbn (MIT licence, Dropbox Inc.), without what is shorter than six characters, and with
// some later favourites.
//
//go:embed common.txt
var commonText string

var common = sync.OnceValue(func() map[string]bool {
	set := make(map[string]bool, 1000)
	for line := range strings.Lines(commonText) {
		set[strings.TrimSpace(line)] = true
	}
	return set
})
