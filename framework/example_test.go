package framework_test

import (
	"context"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/api"
)

type greeting struct {
	Text string `json:"text"`
}

type greetingInput struct {
	Name string `query:"name" default:"world"`
}

type greetingAPI struct {
	Hello api.Get[greetingInput, greeting]
}

func Example() {
	service := framework.New(framework.Config{Name: "greeter"})
	service.Mount("/api", &greetingAPI{
		Hello: func(_ context.Context, in *greetingInput) (*greeting, error) {
			return &greeting{"hello " + in.Name}, nil
		},
	})
	// service.Run() would serve it; a client inside the process needs no server.
	service.Client(framework.InProcess).Get("hello?name=Ada").Print()
	// Output:
	// Response [200 OK] "GET /api/hello?name=Ada"
	// application/json (20)
	// {"text":"hello Ada"}
}
