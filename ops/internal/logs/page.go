package logs

import (
	"slices"
	"strings"
)

// A Page says which rows of a list are answered, and in which order.
type Page struct {
	Rows   int64  `query:"rows" alias:"limit" default:"20" minimum:"0" maximum:"100"` // 0 is 100
	Page   int64  `query:"page" default:"1" minimum:"1" maximum:"1000000000"`
	Offset int64  `query:"offset" default:"0" minimum:"0" maximum:"100000000000"` // if it is beyond the page
	Order  string `query:"order" default:"-time"`                                 // a column, with - the largest first; an unknown one is ignored
}

const maxRows = 100

// size is how many rows the page has at most.
func (p *Page) size() int64 {
	if p.Rows == 0 {
		return maxRows
	}
	return p.Rows
}

// begin is how many rows stand before the page.
func (p *Page) begin() int64 { return max(p.Offset, (p.Page-1)*p.size()) }

// A table is one of the logs.
type table struct {
	name    string
	columns []string // by which it can be ordered
}

var (
	serviceLog = &table{"ops_log", []string{"time", "duration", "in_traffic", "out_traffic", "length"}}
	requestLog = &table{"ops_request_log", []string{"time", "duration", "length"}}
)

// An order is total: rows alike in the column are in the order of their ids.
type order struct {
	column     string
	descending bool
}

// order reads one as the page names it.
func (t *table) order(text string) order {
	column, descending := strings.CutPrefix(strings.TrimSpace(text), "-")
	if slices.Contains(t.columns, column) {
		return order{column, descending}
	}
	return order{"time", true}
}

func (o order) String() string {
	if o.descending {
		return " ORDER BY " + o.column + " DESC, id DESC"
	}
	return " ORDER BY " + o.column + ", id"
}

// after is the condition of what follows a row.
func (o order) after(w *where, c cursor) *where {
	if o.descending {
		return w.with("("+o.column+", id) < (?, ?)", c.value, c.id)
	}
	return w.with("("+o.column+", id) > (?, ?)", c.value, c.id)
}
