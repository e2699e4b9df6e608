package schema

// A Fault is one thing that is wrong with what was sent: where it stands, which rule it breaks, and a sentence
// that says so.
type Fault struct {
	In      string // "path", "query", "header" or "cookie" for a parameter, "" for the body
	Name    string // the parameter, "" for the body
	Pointer string // JSON pointer into the body or the parameter's value, "" for the whole
	Code    string // the rule: "required", "type", "minLength", "unique", ...
	Detail  string // what is wrong, for people: "must have 6 or more characters"
	Args    []any  // what the rule was given, so that Detail can be said in other words; shared, so not to be changed
}

// A Reason says why something behind a handler refused to do as asked.
type Reason int

const (
	NotFound Reason = iota + 1 // what was asked for is not there
	Conflict                   // it clashes with something that is there, a unique value for one
	Invalid                    // a value breaks a constraint
	Busy                       // too much is asked at once: later it may work
)

// A Refusal is an error that knows its Reason and the values that caused it, each pointing to a member by its
// name on the wire. A protocol gives it a status of its own: HTTP answers 404, 409, 422 and 503.
type Refusal interface {
	error
	Refusal() (Reason, []Fault)
}
