package schema

import (
	"fmt"
	"strconv"
	"strings"
)

// Messages are the sentences of one language, by the codes of faults and problems. {0}, {1} and so on stand for the
// arguments. Entries that begin with "type." name the types that the code "type" speaks of.
type Messages map[string]string

// English are the sentences that faults come with.
var English = Messages{
	"required":          "is required",
	"null":              "must not be null",
	"type":              "must be {0}",
	"range":             "is out of the range of {0}",
	"syntax":            "is not valid JSON at byte {0}",
	"encoding":          "is not UTF-8",
	"escape":            "has a bad escape",
	"depth":             "is nested deeper than {0} levels",
	"size":              "would take too much memory",
	"duplicate":         "stands here twice",
	"invalid":           "is not valid",
	"unknown":           "is not a member of this object",
	"minLength":         "must have {0} or more characters",
	"maxLength":         "must have {0} or fewer characters",
	"minimum":           "must be {0} or more",
	"maximum":           "must be {0} or less",
	"exclusiveMinimum":  "must be more than {0}",
	"exclusiveMaximum":  "must be less than {0}",
	"multipleOf":        "must be a multiple of {0}",
	"minItems":          "must have {0} or more items",
	"maxItems":          "must have {0} or fewer items",
	"uniqueItems":       "must not have equal items: those at {0} and {1} are",
	"contains":          "must have an item that fits the rules of contains",
	"minContains":       "must have {0} or more items that fit the rules of contains",
	"maxContains":       "must have {0} or fewer items that fit the rules of contains",
	"minProperties":     "must have {0} or more members",
	"maxProperties":     "must have {0} or fewer members",
	"propertyNames":     "is no name that a member may have here",
	"dependentRequired": "is required beside {0}",
	"pattern":           "must match {0}",
	"format":            "must be of the format {0}",
	"enum":              "must be one of {0}",
	"const":             "must be {0}",
	"oneOf":             "must be one of {0}",
	"faults":            "has more faults than are told here",
	"maxSize":           "must have {0} or fewer bytes",
	"accept":            "must be of the type {0}, and is {1}",

	"type.string":    "a string",
	"type.text":      "a string that is a {1}",
	"type.boolean":   "true or false",
	"type.integer":   "a whole number",
	"type.number":    "a number",
	"type.decimal":   "a decimal number",
	"type.date-time": "a date and time as RFC 3339 has it",
	"type.date":      "a date as RFC 3339 has it",
	"type.duration":  "a duration as ISO 8601 has it, such as PT1H30M",
	"type.uri":       "an address",
	"type.base64":    "a string in base64",
	"type.object":    "an object",
	"type.array":     "a list",
	"type.other":     "of type {1}",
}

// Text is the sentence of a code with its arguments; ok is false for a code that the language has none for.
func (m Messages) Text(code string, args ...any) (text string, ok bool) {
	text, ok = m[code]
	if code == "type" && len(args) > 0 {
		if kind, known := m["type."+fmt.Sprint(args[0])]; known {
			args = append([]any{fill(kind, args)}, args[1:]...)
		}
	}
	return fill(text, args), ok
}

// fill puts the arguments into a sentence. What they hold themselves stays as it is.
func fill(text string, args []any) string {
	if !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		if i, err := strconv.ParseUint(name, 10, 8); err == nil && int(i) < len(args) {
			b.WriteString(argument(args[i]))
			text = after
		} else {
			b.WriteByte('{')
			text = rest
		}
	}
}

func argument(a any) string {
	if list, ok := a.([]any); ok {
		texts := make([]string, len(list))
		for i, v := range list {
			texts[i] = fmt.Sprint(v)
		}
		return strings.Join(texts, ", ")
	}
	return fmt.Sprint(a)
}

// Say tells the fault in another language. A sentence that is not the one of its code, because a Validate has words of
// its own, stays.
func (f *Fault) Say(m Messages) {
	if english, known := English.Text(f.Code, f.Args...); known && english != f.Detail {
		return
	}
	if text, ok := m.Text(f.Code, f.Args...); ok {
		f.Detail = text
	}
}

// wants names what a node takes, as arguments of the code "type".
func (n *node) wants() []any {
	name := "other"
	switch n.kind {
	case str:
		name = "string"
	case textual:
		name = "text"
	case boolean:
		name = "boolean"
	case signed, unsigned:
		name = "integer"
	case float:
		name = "number"
	case instant:
		name = "date-time"
	case day:
		name = "date"
	case lasting:
		name = "duration"
	case address:
		name = "uri"
	case exact:
		name = "decimal"
	case octets:
		name = "base64"
	case object, mapping, union:
		name = "object"
	case list, array:
		name = "array"
	case pointer, nullable:
		return n.elem.wants()
	}
	if name == "text" || name == "other" {
		return []any{name, n.t.String()}
	}
	return []any{name}
}
