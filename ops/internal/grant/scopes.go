// Package grant is what a caller of the Operations API may do.
package grant

import (
	"fmt"
	"slices"
	"strings"
)

// The scopes of the contract.
const (
	APIView       = "api.view"
	DataView      = "data.view"
	DataQuery     = "data.query"
	DataCreate    = "data.create"
	DataUpdate    = "data.update"
	DataDelete    = "data.delete"
	LogView       = "log.view"
	LogDelete     = "log.delete"
	MetricsView   = "metrics.view"
	TokenView     = "token.view"
	TokenRevoke   = "token.revoke"
	ServiceConfig = "service.config"
	ServiceDelete = "service.delete"
	ActionExecute = "action.execute"
)

// All lists the scopes.
var All = []string{
	APIView, DataView, DataQuery, DataCreate, DataUpdate, DataDelete, LogView, LogDelete, MetricsView, TokenView, TokenRevoke,
	ServiceConfig, ServiceDelete, ActionExecute,
}

// Scopes are what somebody may do. Each is the name of a scope, such as data.query; all of a group, data.*; one on a
// single table, data.query:user.user; or *, everything. The zero value is nothing.
type Scopes []string

// Parse reads scopes as tokens have them: with spaces between them or, if there is none, commas.
func Parse(text string) (Scopes, error) {
	separator := ","
	if strings.ContainsAny(text, " \t\n") {
		separator = " "
	}
	var l Scopes
	for word := range strings.SplitSeq(strings.NewReplacer("\t", " ", "\n", " ").Replace(text), separator) {
		if word = strings.TrimSpace(word); word != "" {
			l = append(l, word)
		}
	}
	return l, l.Check()
}

// Valid are the scopes that can mean something.
func (s Scopes) Valid() Scopes {
	return slices.DeleteFunc(slices.Clone(s), func(one string) bool { return check(one) != nil })
}

// Check reports the first scope that cannot mean anything.
func (s Scopes) Check() error {
	for _, one := range s {
		if err := check(one); err != nil {
			return err
		}
	}
	return nil
}

func check(scope string) error {
	name, resource, limited := strings.Cut(scope, ":")
	group, all := strings.CutSuffix(name, ".*")
	switch {
	case limited && (resource == "" || strings.ContainsAny(resource, ": *")):
		return fmt.Errorf("scope %q: behind the colon stands one table, such as data.query:user.user", scope)
	case limited && !strings.HasPrefix(name, "data."):
		return fmt.Errorf("scope %q: only scopes of data are for one table", scope)
	case name == "*" && !limited, slices.Contains(All, name):
		return nil
	case all && slices.ContainsFunc(All, func(s string) bool { return strings.HasPrefix(s, group+".") }):
		return nil
	}
	return fmt.Errorf("scope %q is none: take of %s, a group such as data.*, or *", scope, strings.Join(All, ", "))
}

// Allows tells whether the scope is among them, on the table resource or, if that is "", on some.
func (s Scopes) Allows(scope, resource string) bool {
	return slices.ContainsFunc(s, func(one string) bool {
		name, table, limited := strings.Cut(one, ":")
		return names(name, scope) && (!limited || name != "*" && (resource == "" || table == resource))
	})
}

// covers is Allows with no resource meaning every table.
func (s Scopes) covers(scope, resource string) bool {
	return slices.ContainsFunc(s, func(one string) bool {
		name, table, limited := strings.Cut(one, ":")
		return names(name, scope) && (!limited || name != "*" && resource != "" && table == resource)
	})
}

// names tells whether a name, of one scope, a group or all, stands for the scope.
func names(name, scope string) bool {
	group, _, _ := strings.Cut(scope, ".")
	return name == "*" || name == scope || name == group+".*"
}

// Within tells whether s allows nothing that outer does not.
func (s Scopes) Within(outer Scopes) bool {
	for _, one := range s {
		name, table, _ := strings.Cut(one, ":")
		for _, scope := range expand(name) {
			if !outer.covers(scope, table) {
				return false
			}
		}
	}
	return true
}

// expand lists the scopes that a name stands for.
func expand(name string) []string {
	return slices.DeleteFunc(slices.Clone(All), func(s string) bool { return !(Scopes{name}).Allows(s, "") })
}

// Expanded lists every scope that s allows on some table, without those of without.
func (s Scopes) Expanded(without Scopes) []string {
	return slices.DeleteFunc(slices.Clone(All), func(scope string) bool { return !s.Allows(scope, "") || without.covers(scope, "") })
}
