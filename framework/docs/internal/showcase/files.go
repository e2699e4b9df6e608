package main

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"iter"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

type filesAPI struct {
	Upload api.Post[uploadInput, received]
	Send   api.Post[formInput, received]
	Text   api.Put[textInput, received]
	Bytes  api.Put[bytesInput, received]
	Fetch  api.Get[api.Empty, api.Attachment]
	Image  api.Get[api.Empty, api.Attachment]
	Events api.Stream[eventsInput, event]
}

type uploadInput struct {
	Title  string     `form:"title" minLength:"2"`
	Cover  api.File   `form:"cover" maxSize:"100KB"`
	Papers []api.File `form:"paper" maxItems:"2"`
}

type formInput struct {
	Name string   `form:"name" json:"name" minLength:"2"`
	Tags []string `form:"tags" json:"tags" api:"optional"`
}

type textInput struct {
	Text string `body:"text"`
}

type bytesInput struct {
	Bytes []byte `body:"raw"`
}

// received tells what came in.
type received struct {
	What  string   `json:"what"`
	Bytes int64    `json:"bytes"`
	Names []string `json:"names"`
}

type eventsInput struct {
	Count int `query:"count" default:"3" minimum:"1"`
}

type event struct {
	Number int    `json:"number"`
	Text   string `json:"text"`
}

func newFiles() *filesAPI {
	return &filesAPI{
		Upload: func(_ context.Context, in *uploadInput) (*received, error) {
			out := &received{What: in.Title, Bytes: in.Cover.Size, Names: []string{in.Cover.Name}}
			for _, p := range in.Papers {
				out.Bytes += p.Size
				out.Names = append(out.Names, p.Name)
			}
			return out, nil
		},
		Send: func(_ context.Context, in *formInput) (*received, error) {
			return &received{What: in.Name, Names: in.Tags}, nil
		},
		Text: func(_ context.Context, in *textInput) (*received, error) {
			return &received{What: in.Text, Bytes: int64(len(in.Text))}, nil
		},
		Bytes: func(_ context.Context, in *bytesInput) (*received, error) {
			return &received{Bytes: int64(len(in.Bytes))}, nil
		},
		Fetch: func(context.Context, *api.Empty) (*api.Attachment, error) {
			return &api.Attachment{Name: "a.bin", Type: "application/octet-stream", Content: strings.NewReader("\x00\x01\x02")}, nil
		},
		Image: func(context.Context, *api.Empty) (*api.Attachment, error) {
			picture := image.NewRGBA(image.Rect(0, 0, 120, 60))
			for x := range 120 {
				for y := range 60 {
					picture.Set(x, y, color.RGBA{R: byte(2 * x), G: byte(4 * y), B: 160, A: 255})
				}
			}
			var b bytes.Buffer
			if err := png.Encode(&b, picture); err != nil {
				return nil, err
			}
			return &api.Attachment{Type: "image/png", Content: bytes.NewReader(b.Bytes())}, nil
		},
		Events: func(ctx context.Context, in *eventsInput) (iter.Seq2[*event, error], error) {
			return func(yield func(*event, error) bool) {
				for i := range in.Count {
					if !yield(&event{Number: i + 1, Text: "tick"}, nil) {
						return
					}
					select {
					case <-ctx.Done():
						return
					case <-time.After(50 * time.Millisecond):
					}
				}
			}, nil
		},
	}
}
