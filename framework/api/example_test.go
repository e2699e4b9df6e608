package api_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// NoteAPI is everything that a visitor can do with notes.
type NoteAPI struct {
	Create api.Post[Note, Note]     `route:"/" status:"201"`
	Get    api.Get[NoteInput, Note] `route:"/{id}"`
}

type Note struct {
	ID   int    `json:"id" api:"readonly"`
	Text string `json:"text" minLength:"2"`
}

type NoteInput struct {
	ID int `path:"id" minimum:"1"`
}

func Example() {
	var mux api.Mux
	err := mux.Mount("/notes", &NoteAPI{
		Create: func(_ context.Context, in *Note) (*Note, error) { return &Note{ID: 1, Text: in.Text}, nil },
		Get: func(_ context.Context, in *NoteInput) (*Note, error) {
			return nil, api.NotFound("no_note", "there is no note %d", in.ID)
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(&mux)
	defer server.Close()

	// The same struct is the client.
	ctx := context.Background()
	client, err := api.Connect[NoteAPI](server.URL+"/notes", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	note, err := client.Create(ctx, &Note{Text: "hello"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(note.ID, note.Text)
	_, err = client.Create(ctx, &Note{Text: "x"})
	fmt.Println(err)
	_, err = client.Get(ctx, &NoteInput{ID: 7})
	fmt.Println(api.StatusOf(err), err)
	// Output:
	// 1 hello
	// 422 the request is not valid; /text: must have 2 or more characters
	// 404 404 there is no note 7
}

// Shout is a plugin: it writes every answer's header X-Shout.
type Shout struct{ Word string }

func (s Shout) Wrap(ep *api.Endpoint, next api.Handler) api.Handler {
	word := strings.ToUpper(s.Word) + " " + ep.ID // worked out once, when the endpoint is mounted
	return func(c *api.Call) error {
		err := next(c)
		c.Header().Set("X-Shout", word)
		return err
	}
}

func ExamplePlugin() {
	type greeting struct {
		Text string `json:"text"`
	}
	type helloAPI struct {
		Shout Shout
		Hello api.Get[api.Empty, greeting]
	}
	var mux api.Mux
	err := mux.Mount("/", &helloAPI{
		Shout: Shout{"hi"},
		Hello: func(context.Context, *api.Empty) (*greeting, error) { return &greeting{"hello"}, nil },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", "/hello", nil))
	fmt.Println(w.Header().Get("X-Shout"), w.Body)
	// Output: HI hello {"text":"hello"}
}
