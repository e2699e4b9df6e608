package schema

import (
	"context"
	"fmt"
	"math/big"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
)

type ring struct {
	OneOf `discriminator:"kind"`
	Link  *ringLink `oneOf:"link"`
	End   *ringEnd  `oneOf:"end"`
}

type ringLink struct {
	Next ring `json:"next"`
}

type ringEnd struct{}

// A union that holds itself ends in an error, as any other value does.
func TestUnionThatHoldsItself(t *testing.T) {
	v := &ring{Link: &ringLink{}}
	v.Link.Next.Link = v.Link
	if _, err := Marshal(v); err == nil || !strings.Contains(err.Error(), "nested deeper than") {
		t.Errorf("got %v", err)
	}
}

type nestedUnique struct {
	Kids []nestedUnique `json:"k" uniqueItems:"true" api:"optional"`
	X    any            `json:"x" api:"optional"`
}

type manyNames string

func (manyNames) Values() (l []string) {
	for i := range 50 {
		l = append(l, fmt.Sprint("a name of some length ", i))
	}
	return l
}

// Work grows with the document, not with the square of it.
func TestRow33_WorkIsBounded(t *testing.T) {
	ones := "[" + strings.Repeat("1,", 400_000) + "1]"
	empty := "[" + strings.Repeat(`"",`, 9_989) + `""]`
	small := strings.TrimSuffix(strings.Repeat(`[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0],`, 9_990), ",")
	for name, run := range map[string]func() []Fault{
		"discriminators behind lists": func() []Fault {
			return faultsOf[ring](t, strings.Repeat(`{"next":`, 60)+`{"pad":`+ones+`,"kind":"end"}`+strings.Repeat(`,"kind":"link"}`, 60))
		},
		"equal items in lists in lists": func() []Fault {
			return faultsOf[nestedUnique](t, strings.Repeat(`{"k":[`, 28)+`{"x":[`+small+`]}`+strings.Repeat(`]}`, 28))
		},
		"values that are none of many": func() []Fault {
			return faultsOf[[][]manyNames](t, "["+strings.Repeat(empty+",", 32)+empty+"]")
		},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		faults := run()
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		if took > time.Minute || after.TotalAlloc-before.TotalAlloc > 128<<20 {
			t.Errorf("%s: %v, %d MiB, %.1v", name, took, (after.TotalAlloc-before.TotalAlloc)>>20, faults)
		}
	}
}

// What unions read ahead to find their discriminators is bounded for the document as a whole.
func TestRow33_ReadingAheadIsBounded(t *testing.T) {
	pad := `{"pad":[` + strings.Repeat("1,", 500_000) + `1],"kind":"end"}`
	for depth, want := range map[int]string{1: "", 10: "", 60: "size"} {
		faults := faultsOf[ring](t, strings.Repeat(`{"next":`, depth)+pad+strings.Repeat(`,"kind":"link"}`, depth))
		if got := len(faults) > 0 && faults[0].Code == "size"; got != (want != "") || !got && len(faults) > 0 {
			t.Errorf("%d levels: %v", depth, faults)
		}
	}
}

func TestFaultsThatAreNotKept(t *testing.T) {
	faults := faultsOf[[]manyNames](t, "["+strings.Repeat(`"",`, 200)+`""]`)
	if len(faults) != maxFaults+1 || faults[maxFaults].Code != "faults" || faults[0].Detail == "" {
		t.Errorf("got %d", len(faults))
	}
	p, err := PlanOf(reflect.TypeFor[[]manyNames]())
	if err != nil {
		t.Fatal(err)
	}
	var r Reader
	var v []manyNames
	p.Read(&r, []byte("["+strings.Repeat(`"",`, 200)+`""]`), reflect.ValueOf(&v).UnsafePointer())
	if r.count != 201 {
		t.Errorf("counted %d", r.count)
	}
}

func TestEqualItems(t *testing.T) {
	type list struct {
		L []any `json:"l" uniqueItems:"true"`
	}
	for doc, want := range map[string]int{
		`[1,2,10,100,0.1,-1,0]`: 0, `[1,1.0]`: 1, `[10,1e1]`: 1, `[0.5,5e-1]`: 1, `[0,-0.0]`: 1, `[100,1.00E+2]`: 1,
		`[1,"1"]`: 0, `[9007199254740992,9007199254740993]`: 0, `["a","\u0061"]`: 1, `[null,false,true,"null"]`: 0, `[null, null]`: 1,
		`[{"a":1,"b":[2]},{"b":[2.0],"a":1}]`: 1, `[{"a":1},{"a":2}]`: 0, `[[1,2],[2,1]]`: 0, `[[1],[1 ]]`: 1, `[[],{}]`: 0,
		`[12,"1","2"]`: 0, `[[12],[1,2]]`: 0, `[]`: 0, `[{"b":{"d":1,"c":2},"a":0},{"a":0,"b":{"c":2,"d":1}}]`: 1,
	} {
		var v list
		faults, err := Unmarshal(context.Background(), []byte(`{"l":`+doc+`}`), &v)
		if err != nil || len(faults) != want || want == 1 && faults[0].Code != "uniqueItems" {
			t.Errorf("%s: %v, %v", doc, faults, err)
		}
	}
}

// Two numbers have one form exactly when they are equal.
func TestNumberForms(t *testing.T) {
	texts := []string{"0", "-0", "0.0", "0e9", "1", "1.0", "1e0", "10e-1", "0.1", "1e-1", "100", "1e2", "1.00e2", "-1", "-1.0", "12", "1.2", "120e-1", "9007199254740993", "9007199254740992", "1e308", "10e307"}
	for _, a := range texts {
		for _, b := range texts {
			x, _ := new(big.Rat).SetString(a)
			y, _ := new(big.Rat).SetString(b)
			same := string(appendNumber(nil, []byte(a))) == string(appendNumber(nil, []byte(b)))
			if want := x.Cmp(y) == 0; same != want {
				t.Errorf("%s and %s: %v, want %v", a, b, same, want)
			}
		}
	}
	if got := string(appendNumber(nil, []byte("1e99999999999999999999"))); got != "1e99999999999999999999" {
		t.Error(got)
	}
}
