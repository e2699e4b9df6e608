package api

import (
	"bufio"
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"strings"
)

// streamConnector is what a pointer to a Stream is.
type streamConnector interface {
	connectStream(open func(ctx context.Context, in any) (*http.Response, error))
}

// connectStream makes a Stream that reads the events of a server. The sequence can be gone through once.
func (f *Stream[In, E]) connectStream(open func(context.Context, any) (*http.Response, error)) {
	*f = func(ctx context.Context, in *In) (iter.Seq2[*E, error], error) {
		res, err := open(ctx, in)
		if err != nil {
			return nil, err
		}
		return func(yield func(*E, error) bool) {
			defer res.Body.Close()
			for name, data := range readEvents(res) {
				if name == "error" {
					p := &Problem{received: res.Header}
					_ = json.Unmarshal(data, p)
					yield(nil, p)
					return
				}
				ev := new(E)
				if err := json.Unmarshal(data, ev); err != nil {
					yield(nil, err)
					return
				}
				if !yield(ev, nil) {
					return
				}
			}
			if err := ctx.Err(); err != nil {
				yield(nil, err)
			}
		}, nil
	}
}

// readEvents goes through the events of an answer: their names and data.
func readEvents(res *http.Response) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		lines := bufio.NewScanner(res.Body)
		lines.Buffer(make([]byte, 0, 4096), 16<<20)
		name, data := "", []byte(nil)
		for lines.Scan() {
			line := lines.Text()
			switch field, value, _ := strings.Cut(line, ":"); {
			case line == "" && data != nil:
				if !yield(name, data) {
					return
				}
				name, data = "", nil
			case field == "event":
				name = strings.TrimPrefix(value, " ")
			case field == "data":
				data = append(data, strings.TrimPrefix(value, " ")...)
			}
		}
	}
}
