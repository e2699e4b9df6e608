package openapi

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// success is how the endpoint answers when all goes well.
func (b *builder) success(ep *api.Endpoint) (answers Map[*Response]) {
	out := ep.Output()
	if out.Answers == nil {
		return b.answers(ep, ep.Status, out)
	}
	for _, r := range out.Answers {
		l := b.answers(ep, r.Status, r.Output)
		l[0].Value.Name = r.Field
		answers = append(answers, l...)
	}
	return answers
}

// answers are those of an output: one mostly.
func (b *builder) answers(ep *api.Endpoint, status int, out api.Output) Map[*Response] {
	r := &Response{Description: description(status)}
	answers := Map[*Response]{{Key: strconv.Itoa(status), Value: r}}
	switch {
	case out.Raw:
		r.Content = Map[MediaType]{{Key: "*/*", Value: MediaType{}}}
	case out.File:
		r.Content = Map[MediaType]{{Key: "*/*", Value: MediaType{}}}
		part := &Response{Description: description(http.StatusPartialContent), Content: r.Content}
		answers = append(answers, Entry[*Response]{Key: "206", Value: part}, Entry[*Response]{Key: "304", Value: &Response{Description: description(http.StatusNotModified)}})
	case out.Moved:
		r.Description = "Elsewhere"
		r.Headers = Map[Header]{{Key: "Location", Value: Header{Required: true, Schema: &schema.JSONSchema{Type: schema.SchemaTypes{"string"}, Format: "uri-reference"}}}}
		return Map[*Response]{{Key: "3XX", Value: r}}
	case out.Events:
		r.Description = "Events, each with this as its data"
		r.Content = Map[MediaType]{{Key: "text/event-stream", Value: MediaType{Schema: &Schema{JSONSchema: b.catalog.Output(out.Whole)}}}}
	default:
		b.encoded(ep, status, out, r)
	}
	for _, p := range out.Headers {
		s := b.catalog.Param(p)
		h := Header{Description: s.Description, Schema: s}
		s.Description = ""
		r.Headers = append(r.Headers, Entry[Header]{Key: p.Name, Value: h})
	}
	if out.Status {
		answers = append(answers, Entry[*Response]{Key: "2XX", Value: &Response{Description: "As the operation found", Headers: r.Headers, Content: r.Content}})
	}
	return answers
}

// encoded is an answer in JSON and the other forms that it has, or one without a body.
func (b *builder) encoded(ep *api.Endpoint, status int, out api.Output, r *Response) {
	var s *schema.JSONSchema
	switch {
	case status == http.StatusNoContent || status >= 300 && status < 400:
		return
	case out.Members != nil:
		s = b.catalog.Shown(out.Members)
	case out.Whole != nil:
		s = b.catalog.Output(out.Whole)
	case out.Status || len(out.Headers) > 0:
		s = &schema.JSONSchema{Type: schema.SchemaTypes{"object"}}
	}
	if s != nil && out.Key != "" {
		s = wrap(out, s)
	}
	body := envelope(ep, s)
	if body == nil && s == nil {
		return
	}
	if body == nil {
		body = &Schema{JSONSchema: s}
	}
	r.Content = Map[MediaType]{{Key: "application/json", Value: MediaType{Schema: body}}}
	for _, typ := range out.Forms {
		form := MediaType{}
		if strings.HasPrefix(typ, "text/") {
			form.Schema = &Schema{JSONSchema: &schema.JSONSchema{Type: schema.SchemaTypes{"string"}}}
		}
		r.Content = append(r.Content, Entry[MediaType]{Key: typ, Value: form})
	}
}

// wrap is the schema of an answer that stands under a key.
func wrap(out api.Output, s *schema.JSONSchema) *schema.JSONSchema {
	w := &schema.JSONSchema{Type: schema.SchemaTypes{"object"}, Required: []string{out.Key}}
	w.Properties = schema.SchemaProperties{{Name: out.Key, Schema: s}}
	if out.Count != "" {
		w.Properties = append(w.Properties, schema.SchemaProperty{Name: out.Count, Schema: count()})
		w.Required = append(w.Required, out.Count)
	}
	return w
}

func count() *schema.JSONSchema {
	return &schema.JSONSchema{Type: schema.SchemaTypes{"integer"}, Minimum: new(0.0)}
}

// refusals adds the problems that the endpoint can answer with.
func (b *builder) refusals(ep *api.Endpoint, op *Operation, statuses []int) {
	for _, status := range statuses {
		if r, ok := op.Responses.Get(strconv.Itoa(status)); ok { // one of several answers has the status of a problem
			r.Content = append(r.Content, problemContent()...)
			continue
		}
		r := &Response{Ref: "#/components/responses/" + problemName(status)}
		if s := envelopeOfProblem(ep); s != nil {
			b.faults = b.faults || envelopes(ep)[0].ErrorsKey != ""
			r = &Response{Description: description(status), Content: Map[MediaType]{{Key: "application/json", Value: MediaType{Schema: s}}}}
		} else {
			b.problems[status] = true
		}
		op.Responses = append(op.Responses, Entry[*Response]{Key: strconv.Itoa(status), Value: r})
	}
}

// description is the text of a status.
func description(status int) string {
	if text := http.StatusText(status); text != "" {
		return text
	}
	return "Status " + strconv.Itoa(status)
}
