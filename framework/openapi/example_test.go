package openapi_test

import (
	"context"
	"fmt"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

type greetingAPI struct {
	Hello api.Get[nameInput, greeting]
}

type nameInput struct {
	Name string `query:"name" minLength:"1"`
}

type greeting struct {
	Text string `json:"text"`
}

func Example() {
	var mux api.Mux
	root := &greetingAPI{Hello: func(_ context.Context, in *nameInput) (*greeting, error) {
		return &greeting{"hello " + in.Name}, nil
	}}
	if err := mux.Mount("/api", root); err != nil {
		fmt.Println(err)
		return
	}
	doc, err := openapi.Document(openapi.About{Title: "Greetings", Docs: api.DocsOf(root)}, mux.Endpoints())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, path := range doc.Paths {
		for _, op := range path.Value {
			fmt.Println(op.Key, path.Key, op.Value.OperationID, op.Value.Parameters[0].Name)
		}
	}
	// Output: get /api/hello hello name
}

func ExampleBreaking() {
	const document = `{"openapi": "3.1.0", "paths": {"/greet": {"get": {"parameters": [%s], "responses": {}}}}}`
	old := fmt.Appendf(nil, document, `{"name": "name", "in": "query"}`)
	changed := fmt.Appendf(nil, document, `{"name": "name", "in": "query", "required": true}`)
	changes, err := openapi.Breaking(old, changed)
	fmt.Println(changes, err)
	// Output: [GET /greet: query parameter name: is required] <nil>
}

func ExampleLoad() {
	const pets = `
swagger: "2.0"
info: {title: Pets, version: "1"}
basePath: /v1
paths: {}
definitions:
  Pet: {type: string, x-nullable: true}
`
	text, err := openapi.Load(context.Background(), openapi.Text(pets))
	fmt.Printf("%s%v", text, err)
	// Output:
	// {
	//   "openapi": "3.1.1",
	//   "info": {
	//     "title": "Pets",
	//     "version": "1"
	//   },
	//   "servers": [
	//     {
	//       "url": "/v1"
	//     }
	//   ],
	//   "paths": {},
	//   "components": {
	//     "schemas": {
	//       "Pet": {
	//         "type": [
	//           "string",
	//           "null"
	//         ]
	//       }
	//     }
	//   }
	// }
	// <nil>
}

func ExampleRead() {
	const pets = `{"swagger": "2.0", "info": {"title": "Pets", "version": "1"}, "basePath": "/v1",
		"paths": {"/pets": {"get": {"responses": {"200": {"description": "All pets"}}}}}}`
	foreign, err := openapi.Read(context.Background(), openapi.Text(pets))
	if err != nil {
		fmt.Println(err)
		return
	}
	doc, err := openapi.Document(openapi.About{Title: "Shop", BaseURL: "https://shop.example.com", Foreign: foreign}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, path := range doc.Paths {
		for _, op := range path.Value {
			fmt.Println(op.Key, path.Key, op.Value.OperationID, op.Value.Tags)
		}
	}
	// Output: get /v1/pets get_v1_pets [Pets]
}
