package schema_test

import (
	"context"
	"fmt"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

func ExampleUnmarshal() {
	type order struct {
		Email string              `json:"email" format:"email"`
		Count int                 `json:"count" default:"1" maximum:"9"`
		Note  schema.Null[string] `json:"note"`
	}
	var o order
	faults, err := schema.Unmarshal(context.Background(), []byte(`{"email":"nobody","count":10,"note":null}`), &o)
	for _, f := range faults {
		fmt.Println(f.Pointer, f.Code, f.Detail)
	}
	fmt.Println(o.Note.Set, o.Note.Null, err)
	// Output:
	// /email format must be of the format email
	// /count maximum must be 9 or less
	// true true <nil>
}
