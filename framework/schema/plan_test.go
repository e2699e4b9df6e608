package schema

import (
	"reflect"
	"strings"
	"testing"
)

func TestPlanErrors(t *testing.T) {
	type bad struct {
		NoName  int
		Len     int            `json:"len" minLength:"1"`
		Num     string         `json:"num" minimum:"1"`
		Pattern string         `json:"pattern" pattern:"("`
		Cross   string         `json:"cross" minLength:"3" maxLength:"2"`
		Count   string         `json:"count" minLength:"x"`
		Default int            `json:"default" default:"x"`
		Rule    int            `json:"rule" default:"5" maximum:"4"`
		Flag    int            `json:"flag" api:"readonyl"`
		Opt     int            `json:"opt,string"`
		Chan    chan int       `json:"chan"`
		Map     map[int]string `json:"map"`
		Items   int            `json:"items" items.minLength:"1"`
	}
	_, err := PlanOf(reflect.TypeFor[bad]())
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"schema.bad.NoName: has no name on the wire: tag it `json:\"no_name\"`",
		"schema.bad.Len: tag minLength needs a string, not int",
		"schema.bad.Num: tag minimum needs a number, not string",
		"schema.bad.Pattern: tag pattern: error parsing regexp",
		"schema.bad.Cross: tags minLength and maxLength: 3 is above 2",
		`schema.bad.Count: tag minLength: "x" is not a count`,
		`schema.bad.Default: tag default: "x" must be a whole number`,
		`schema.bad.Rule: tag default: "5" must be 4 or less`,
		`schema.bad.Flag: tag api: "readonyl" is not known`,
		`schema.bad.Opt: tag json: option "string" is not known`,
		"schema.bad.Chan: chan int: a chan cannot be JSON",
		"schema.bad.Map: map[int]string: the key of a map must be a string",
		"schema.bad.Items: tags items.* need a list or a map, not int",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in\n%v", want, err)
		}
	}
}

// go vet keeps a struct with a name twice out of the source.
func TestPlanNamesTwice(t *testing.T) {
	field := func(name string) reflect.StructField {
		return reflect.StructField{Name: name, Type: reflect.TypeFor[int](), Tag: `json:"x"`}
	}
	_, err := PlanOf(reflect.StructOf([]reflect.StructField{field("Once"), field("Again")}))
	if err == nil || !strings.Contains(err.Error(), `Again: the name "x" is taken by Once`) {
		t.Errorf("got %v", err)
	}
}
