package schema

import (
	"fmt"
	"strings"
)

// messages are the English sentences of the codes. A %s takes the arguments, one after another.
var messages = map[string]string{
	"required":         "is required",
	"null":             "must not be null",
	"type":             "must be %s",
	"range":            "is out of the range of %s",
	"syntax":           "is not valid JSON",
	"encoding":         "is not UTF-8",
	"escape":           "has a bad escape",
	"depth":            "is nested deeper than %s levels",
	"size":             "would take too much memory",
	"duplicate":        "stands here twice",
	"invalid":          "is not valid",
	"unknown":          "is not a member of this object",
	"minLength":        "must have %s or more characters",
	"maxLength":        "must have %s or fewer characters",
	"minimum":          "must be %s or more",
	"maximum":          "must be %s or less",
	"exclusiveMinimum": "must be more than %s",
	"exclusiveMaximum": "must be less than %s",
	"multipleOf":       "must be a multiple of %s",
	"minItems":         "must have %s or more items",
	"maxItems":         "must have %s or fewer items",
	"uniqueItems":      "must not have equal items: those at %s and %s are",
	"minProperties":    "must have %s or more members",
	"maxProperties":    "must have %s or fewer members",
	"pattern":          "must match %s",
	"format":           "must be of the format %s",
	"enum":             "must be one of %s",
	"faults":           "has more faults than are told here",
}

// message says the code in English.
func message(code string, args []any) string {
	m := messages[code]
	if code == "enum" {
		texts := make([]string, len(args))
		for i, a := range args {
			texts[i] = fmt.Sprint(a)
		}
		return fmt.Sprintf(m, strings.Join(texts, ", "))
	}
	for _, a := range args {
		m = strings.Replace(m, "%s", fmt.Sprint(a), 1)
	}
	return m
}

// wants names what a node takes, for people.
func (n *node) wants() string {
	switch n.kind {
	case str:
		return "a string"
	case textual:
		return "a string that is a " + n.t.String()
	case boolean:
		return "true or false"
	case signed, unsigned:
		return "a whole number"
	case float:
		return "a number"
	case instant:
		return "a date and time as RFC 3339 has it"
	case octets:
		return "a string in base64"
	case object, mapping:
		return "an object"
	case list, array:
		return "a list"
	case pointer, nullable:
		return n.elem.wants()
	}
	return "of type " + n.t.String()
}
