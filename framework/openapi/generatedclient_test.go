package openapi_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	client "github.com/utilmeta/utilmeta-go/internal/clienttest/kitchen"
)

// A client that is generated from the document of a contract gets on with the contract.
func TestGeneratedClient(t *testing.T) {
	mux, _ := kitchen(t)
	s := httptest.NewServer(mux)
	defer s.Close()
	c := client.New(client.Config{BaseURL: s.URL})
	ctx := t.Context()
	const id = "0197a1b2-0000-7000-8000-000000000001"
	aLine := client.Line{SKU: "pen", Count: 2, Price: 1.5}
	check := func(what string, err error, ok bool) {
		t.Helper()
		if err != nil || !ok {
			t.Errorf("%s: %t, %v", what, ok, err)
		}
	}

	list, err := c.Orders.List(ctx, &client.OrdersListInput{State: []client.OrdersListStateItem{"open", "paid"}, Limit: client.Ptr[int64](2)})
	check("list", err, err == nil && len(list.Orders) == 2 && list.OrdersCount == 2)
	order, err := c.Orders.Get(ctx, &client.OrdersGetInput{ID: id})
	check("get", err, err == nil && order.ID == id && order.Made.Equal(noon) && order.Due == nil && len(order.Lines) == 1)
	created, err := c.Orders.Create(ctx, &client.OrderInput{Customer: "bob", Lines: []client.LineInput{{SKU: "ink", Count: 1, Price: 2}}, Note: client.NullOf[string]()})
	check("create", err, err == nil && created.Customer == "bob" && created.State == "open" && created.Note.IsNull())
	replaced, err := c.Orders.Replace(ctx, &client.OrdersReplaceInput{ID: "7", IfMatch: client.Ptr("1"), Body: client.ReplaceInput{Customer: "bob", Lines: []client.LineInput{{SKU: "ink", Count: 1, Price: 2}}}})
	check("replace", err, err == nil && replaced.Status == 202 && *replaced.Etag == `"2"` && replaced.Body.Version == 2)
	//lint:ignore SA1019 what is deprecated works all the same
	check("remove", c.Orders.Remove(ctx, &client.OrdersRemoveInput{ID: id}), true)
	tree := &client.BranchInput{Name: "a", Kids: []client.BranchInput{{Name: "b"}}}
	grown, err := c.Orders.Tree(ctx, tree)
	check("tree", err, err == nil && grown.Kids[0].Name == "b")
	bulk, err := c.Orders.Bulk(ctx, []client.LineInput{{SKU: "pen", Count: 2, Price: 1.5}})
	check("bulk", err, cmp.Equal(map[string]client.Line{"pen": aLine}, bulk))
	check("cart", c.Orders.Cart(ctx), true)
	anyone, err := c.Orders.Anyone(ctx)
	check("anyone", err, err == nil && string(anyone.Bytes) == "x" && anyone.Kind == client.LimitsKind1)

	_, err = c.Orders.Mine(ctx, nil)
	check("mine without a token", nil, client.StatusOf(err) == 401)
	c.Credentials.Token = "ann"
	mine, err := c.Orders.Mine(ctx, &client.MineInput{Page: client.Ptr[int64](3)})
	check("mine", err, err == nil && mine.Total == 3)

	var p *client.Problem
	_, err = c.Orders.Create(ctx, &client.OrderInput{Customer: "x"})
	check("faults", nil, errors.As(err, &p) && p.Status == 422 && len(p.Errors) == 2 && p.Errors[0].Pointer == "#/customer")
	_, err = c.Orders.Create(ctx, &client.OrderInput{Customer: "taken", Lines: []client.LineInput{{SKU: "ink", Count: 1, Price: 2}}})
	check("conflict", nil, errors.As(err, &p) && p.Status == 409 && p.Code == "taken")

	png := append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 90_000)...)
	up, err := c.Files.Upload(ctx, &client.FilesUploadForm{Title: "me", Cover: &client.File{Name: "me.png", Type: "image/png", Content: strings.NewReader(string(png))}})
	check("upload", err, err == nil && *up == aLine)
	_, err = c.Files.Upload(ctx, &client.FilesUploadForm{Title: "me", Cover: &client.File{Name: "me.txt", Content: strings.NewReader("text")}})
	check("a cover that is none", nil, client.StatusOf(err) >= 400)
	_, err = c.Files.Send(ctx, &client.FormInput{Name: "ann"})
	check("send", err, true)
	_, err = c.Files.Text(ctx, client.Ptr("text"))
	check("text", err, true)
	_, err = c.Files.Bytes(ctx, &client.File{Content: strings.NewReader("bytes")})
	check("bytes", err, true)
	file, err := c.Files.Fetch(ctx)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(file)
	check("fetch", errors.Join(err, file.Close()), string(content) == "text" && file.Name == "a.txt")
	moved, err := c.Files.Moved(ctx)
	check("moved", err, err == nil && *moved == client.Redirect{Location: "/api", Status: 303})
	events := 0
	for ev, err := range c.Files.Events(ctx, nil) {
		check("event", err, err == nil && ev.SKU == "pen")
		events++
	}
	check("events", nil, events == 1)
	raw, err := c.Files.Handler(ctx)
	if err != nil {
		t.Fatal(err)
	}
	content, err = io.ReadAll(raw)
	check("raw", errors.Join(err, raw.Close()), string(content) == "raw")

	boxed, err := c.Boxed.List(ctx)
	check("boxed list", err, cmp.Equal([]client.Line{aLine}, boxed))
	_, err = c.Boxed.Put(ctx, &client.LineInput{})
	check("boxed problem", nil, errors.As(err, &p) && p.Status == 422 && p.Code == "invalid" && len(p.Errors) > 0)
	area, err := c.Areas.NestedGet(ctx, &client.AreasNestedGetInput{Area: 3})
	check("area", err, err == nil && area.Step == 3)

	amount := json.Number("12.50")
	paid, err := c.Pantry.Pay(ctx, &client.CheckoutInput{
		Amount: client.CheckoutInputAmount{Number: &amount}, Day: client.Date{Year: 2026, Month: 11, Day: 25}, Agreed: true,
		Payment: client.PaymentInput{Card: &client.PaymentcardInput{Number: "1234"}},
	})
	check("pay", err, err == nil && paid.Amount == "12.5" && paid.Payment.Card != nil && paid.Payment.Card.Number == "1234" && paid.Day.String() == "2026-11-25")
	_, err = c.Pantry.Find(ctx, &client.PantryFindInput{
		Filter: &client.Filter{Status: client.Ptr(client.FilterStatusClosed), Tags: []string{"a"}}, Count: map[string]int64{"x": 3}, Columns: []client.PantryFindColumnsItem{"id", "name"},
	})
	check("find", err, true)
	shelf, err := c.Pantry.Shelf(ctx, &client.PantryShelfInput{Year: 2026, Path: "a b/c.txt"})
	check("shelf", err, err == nil && strings.Contains(shelf.Text, "a b/c.txt"))
	later, err := c.Pantry.Import(ctx, &client.ImportInput{Rows: []string{"a"}})
	check("import", err, err == nil && later.Status == 202 && later.Body202 != nil && later.XJob != nil)
	same, err := c.Pantry.Import(ctx, &client.ImportInput{Rows: []string{"a", "x", "x"}})
	check("import again", err, err == nil && same.Status == 204 && same.Body201 == nil && same.Body202 == nil)
	var clash *client.Failure[client.Clash]
	_, err = c.Pantry.Import(ctx, &client.ImportInput{Rows: []string{"a", "x"}})
	check("a clash", nil, errors.As(err, &clash) && len(clash.Value.With) > 0 && client.StatusOf(err) == 409)
	_, err = c.Pantry.Table(ctx)
	check("table", err, true)
	_, err = c.Pantry.Note(ctx, &client.NoteInput{Title: client.Ptr("a")})
	check("note", err, true)
	_, err = c.Pantry.Photo(ctx, &client.File{Content: strings.NewReader(string(png))})
	check("photo", err, true)
	either, err := c.Pantry.Either(ctx, &client.Either{Array: &[]string{"a"}})
	check("either", err, err == nil && either.Array != nil && cmp.Equal(*either.Array, []string{"a"}))
}
