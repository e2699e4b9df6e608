package peers

import (
	"encoding/json"
	"io"
	"net/http"
	"net/mail"
	"strconv"
	"unicode/utf8"

	"github.com/utilmeta/utilmeta-go/bench/work"
)

// byHand is what a careful author writes with the standard library alone.
func byHand() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /hello", func(w http.ResponseWriter, _ *http.Request) { handJSON(w, http.StatusOK, work.Greet()) })
	m.HandleFunc("GET /users/{id}", handUser)
	m.HandleFunc("POST /signup", func(w http.ResponseWriter, r *http.Request) {
		var in work.SignupIn
		if !handBody(w, r, &in) {
			return
		}
		if faults := checkSignup(&in); faults != nil {
			handFail(w, http.StatusUnprocessableEntity, faults)
			return
		}
		handJSON(w, http.StatusOK, work.Signup(&in))
	})
	m.HandleFunc("POST /items", func(w http.ResponseWriter, r *http.Request) {
		var in work.ItemsIn
		if !handBody(w, r, &in) {
			return
		}
		if faults := checkItems(&in); faults != nil {
			handFail(w, http.StatusUnprocessableEntity, faults)
			return
		}
		handJSON(w, http.StatusOK, work.Items(&in))
	})
	return m
}

func handUser(w http.ResponseWriter, r *http.Request) {
	var faults checks
	q := r.URL.Query()
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	faults.want(err == nil && id >= 1, "id", "min")
	page, err := strconv.Atoi(q.Get("page"))
	faults.want(err == nil && page >= 1 && page <= 10000, "page", "range")
	limit, err := strconv.Atoi(q.Get("limit"))
	faults.want(err == nil && limit >= 1 && limit <= 100, "limit", "range")
	faults.want(utf8.RuneCountInString(q.Get("q")) <= 50, "q", "max")
	sort := q.Get("sort")
	faults.want(sort == "" || sort == "name" || sort == "age" || sort == "created", "sort", "oneof")
	faults.length("X-Tenant", r.Header.Get("X-Tenant"), 1, 36)
	if faults != nil {
		handFail(w, http.StatusUnprocessableEntity, faults)
		return
	}
	handJSON(w, http.StatusOK, work.GetUser(id, page))
}

type checks []work.Fault

func (c *checks) want(ok bool, field, rule string) {
	if !ok {
		*c = append(*c, work.Fault{Field: field, Rule: rule, Message: "failed on " + rule})
	}
}

func (c *checks) length(field, s string, least, most int) {
	n := utf8.RuneCountInString(s)
	c.want(n >= least && n <= most, field, "length")
}

func checkSignup(in *work.SignupIn) (c checks) {
	n := len(in.Username)
	c.want(n >= 3 && n <= 20 && usernames.MatchString(in.Username), "username", "uname")
	c.length("password", in.Password, 8, 72)
	address, err := mail.ParseAddress(in.Email)
	c.want(err == nil && address.Address == in.Email && len(in.Email) <= 254, "email", "email")
	c.length("full_name", in.FullName, 1, 100)
	c.want(in.Age >= 13 && in.Age <= 120, "age", "range")
	letter := func(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
	c.want(len(in.Country) == 2 && letter(in.Country[0]) && letter(in.Country[1]), "country", "alpha")
	return c
}

func checkItems(in *work.ItemsIn) (c checks) {
	c.want(in.Items != nil && len(in.Items) <= 1000, "items", "max")
	for i := range in.Items {
		it := &in.Items[i]
		c.want(it.ID >= 1, "id", "min")
		c.length("sku", it.SKU, 3, 20)
		c.length("name", it.Name, 1, 100)
		c.want(it.Quantity >= 1 && it.Quantity <= 10000, "quantity", "range")
		c.want(it.Price >= 0, "price", "min")
		c.want(len(it.Tags) <= 10, "tags", "max")
		for _, tag := range it.Tags {
			c.length("tags", tag, 1, 20)
		}
		for _, d := range []float64{it.Dims.W, it.Dims.H, it.Dims.D} {
			c.want(d >= 0 && d <= 1000, "dims", "range")
		}
	}
	return c
}

func handBody(w http.ResponseWriter, r *http.Request, into any) bool {
	doc, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err == nil {
		err = json.Unmarshal(doc, into)
	}
	if err != nil {
		handFail(w, http.StatusBadRequest, nil)
	}
	return err == nil
}

func handFail(w http.ResponseWriter, status int, faults []work.Fault) {
	handJSON(w, status, work.Problem{Status: status, Code: "invalid", Errors: faults})
}

func handJSON(w http.ResponseWriter, status int, v any) {
	doc, err := json.Marshal(v)
	if err != nil {
		status, doc = http.StatusInternalServerError, nil
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(doc)
}
