package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// report is the text of the results.
type report struct {
	rounds int
	d      time.Duration
	parts  []string
}

func (r *report) add(ballast int, plain, plugged []*table) {
	var b strings.Builder
	fmt.Fprintf(&b, "\n## %d MiB of live heap\n", ballast)
	for _, t := range plain {
		t.write(&b, t.request, []string{"echo", "huma-echo"})
	}
	for _, t := range plugged {
		t.write(&b, t.request+", with request id and session", []string{"echo"})
	}
	r.parts = append(r.parts, b.String())
}

func (t *table) write(b *strings.Builder, title string, others []string) {
	fmt.Fprintf(b, "\n### %s\n\n| peer | median ns | slowest to fastest round | B | allocations |", title)
	for _, other := range others {
		fmt.Fprintf(b, " times %s |", other)
	}
	b.WriteString("\n| --- | --: | --: | --: | --: |" + strings.Repeat(" --: |", len(others)) + "\n")
	for _, name := range t.names {
		nanos := column(t.costs[name], func(c cost) float64 { return c.nanos })
		bytes := median(column(t.costs[name], func(c cost) float64 { return c.bytes }))
		fmt.Fprintf(b, "| %s | %.0f | %.2f | %.0f | %.1f |", name, median(nanos), slices.Max(nanos)/slices.Min(nanos), bytes, t.allocs(name))
		for _, other := range others {
			fmt.Fprintf(b, " %.2f |", t.ratio(name, other))
		}
		b.WriteString("\n")
	}
}

func (r *report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Results\n\nWritten by `make bench`. Handler time in one process, without a socket: medians over %d interleaved rounds of %s each, ratios being medians of each round's ratio. ", r.rounds, r.d)
	fmt.Fprintf(&b, "%s, %s/%s, %d CPUs. Every peer's answers were compared first.\n\n| module | version |\n| --- | --- |\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if slices.Contains(compared, m.Path) {
				fmt.Fprintf(&b, "| %s | %s |\n", m.Path, m.Version)
			}
		}
	}
	b.WriteString(strings.Join(r.parts, ""))
	return b.String()
}

var compared = []string{
	"github.com/labstack/echo/v4", "github.com/gin-gonic/gin", "github.com/gofiber/fiber/v3", "github.com/danielgtaylor/huma/v2",
	"github.com/go-chi/chi/v5", "github.com/zeromicro/go-zero", "github.com/go-playground/validator/v10", "github.com/alexedwards/scs/v2",
}
