package work

import (
	"encoding/json"
	"fmt"
)

// Request is one kind of request that every peer answers.
type Request struct {
	Name, Method, URL string
	Body              []byte
	Status            int
	Faults            []string // the members that are wrong
}

// Requests are the rows of the benchmark.
var Requests = []Request{
	{Name: "hello", Method: "GET", URL: "/hello", Status: 200},
	{Name: "user", Method: "GET", URL: "/users/42?page=2&limit=50&q=hello%20world&sort=name", Status: 200},
	{Name: "signup", Method: "POST", URL: "/signup", Status: 200, Body: []byte(`{"username":"john_doe_42","password":"s3cr3t-Passw0rd!","email":"john.doe@example.com","full_name":"John Q. Doe","age":34,"country":"SE"}`)},
	{Name: "items", Method: "POST", URL: "/items", Status: 200, Body: items()},
	{Name: "invalid", Method: "POST", URL: "/signup", Status: 422, Body: []byte(`{"username":"a!","password":"short","email":"not-an-email","full_name":"John Q. Doe","age":7,"country":"SE"}`),
		Faults: []string{"age", "email", "password", "username"}},
}

// Header is sent with each of them.
var Header = map[string]string{"X-Tenant": "acme", "User-Agent": "bench/1.0", "Accept": "application/json"}

func items() []byte {
	var in ItemsIn
	for i := range 100 {
		in.Items = append(in.Items, Item{
			ID: int64(i + 1), SKU: fmt.Sprintf("SKU-%06d", i*7919%1000000), Name: fmt.Sprintf("Product number %d, large — blue", i),
			Quantity: i%50 + 1, Price: float64(i*137%10000) / 100, Tags: []string{"alpha", "summer sale", "new"},
			Dims: Dims{float64(i%30) + 0.5, 12.25, float64(i) * 1.1},
		})
	}
	b, err := json.Marshal(in)
	if err != nil {
		panic(err)
	}
	return b
}
