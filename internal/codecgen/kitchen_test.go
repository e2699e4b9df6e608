package codecgen_test

import (
	"encoding/json"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// Each type has a twin of the same fields under another name: one is read and written by its plan, the other by a codec.
type (
	codedAccount account
	codedOdd     odd
	codedOpen    open
	codedStrict  strict
	codedEvent   event
	codedLists   lists
	codedLate    late
)

type account struct {
	ID       int64     `json:"id" api:"readonly"`
	Name     string    `json:"name" minLength:"2" maxLength:"8" pattern:"^[a-z]+$"`
	Password string    `json:"password" api:"writeonly" minLength:"3"`
	Email    string    `json:"email" format:"email" alias:"mail"`
	Age      int       `json:"age" minimum:"13" maximum:"120"`
	Score    float64   `json:"score" exclusiveMinimum:"0" multipleOf:"0.5"`
	Active   bool      `json:"active" default:"true"`
	Created  time.Time `json:"created"`
	Level    int       `json:"level" enum:"1,2,3" default:"2"`
}

type level string

func (level) Values() []string { return []string{"low", "high"} }

type secret string

func (secret) MarshalJSON() ([]byte, error) { return []byte(`"***"`), nil }

type odd struct {
	Tiny    int8             `json:"tiny"`
	Small   int16            `json:"small" api:"optional"`
	Mid     int32            `json:"mid" api:"optional" maximum:"1000"`
	Natural uint             `json:"natural" api:"optional"`
	Single  float32          `json:"single" api:"optional" minimum:"0.1"`
	Flag    bool             `json:"flag é" api:"optional"`
	Level   level            `json:"level" api:"optional"`
	Secret  secret           `json:"secret" api:"optional"`
	Name    *string          `json:"name" maxLength:"3"`
	Count   schema.Null[int] `json:"count"`
	Any     any              `json:"any" api:"optional"`
	Raw     json.RawMessage  `json:"raw" api:"optional"`
	Wait    time.Duration    `json:"wait" api:"optional"`
	Day     time.Time        `json:"day" format:"date" api:"optional"`
	Bytes   []byte           `json:"bytes" api:"optional"`
	Text    string           "json:\"a ` b\" api:\"optional\" const:\"x\""
}

type base struct {
	Code string `json:"code" maxLength:"4"`
}

type open struct {
	base
	Size int            `json:"size" dependentRequired:"unit" api:"optional"`
	Unit string         `json:"unit" api:"optional"`
	Rest map[string]int `additional:"keep"`
}

type strict struct {
	_     struct{} `additional:"forbid"`
	First string   `json:"first,omitempty" api:"optional"`
	Then  int      `json:"then,omitzero" api:"optional"`
	Last  string   `json:"last"`
	More  string   `json:"more,omitempty" api:"optional"`
}

type shape struct {
	schema.OneOf `discriminator:"kind"`
	Event        *codedEvent   `oneOf:"event"`
	Account      *codedAccount `oneOf:"account"`
}

type event struct {
	At    time.Time `json:"at"`
	Title string    `json:"title" minLength:"1"`
}

type lists struct {
	Events []codedEvent         `json:"events" maxItems:"3"`
	Names  []string             `json:"names" items.maxLength:"3" uniqueItems:"true"`
	By     map[string]codedOpen `json:"by"`
	Shape  *shape               `json:"shape"`
	Inner  codedStrict          `json:"inner"`
	Pair   [2]int               `json:"pair"`
}

type late struct {
	Maybe schema.Null[string] `json:"maybe"`
	Note  string              `json:"note,omitempty" api:"optional"`
}
