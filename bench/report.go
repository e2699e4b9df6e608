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

// addSockets adds what the servers took over sockets, in microseconds.
func (r *report) addSockets(tables []*table) {
	var b strings.Builder
	fmt.Fprintf(&b, "\n## Over sockets, with request id and session\n\nProcessor time of the server for a request, by the kernel's count, with %d connections on the same machine.\n", connections)
	for _, t := range tables {
		fmt.Fprintf(&b, "\n### %s\n\n| peer | median us | slowest to fastest round | times echo |\n| --- | --: | --: | --: |\n", t.request)
		for _, name := range t.names {
			nanos := column(t.costs[name], func(c cost) float64 { return c.nanos })
			fmt.Fprintf(&b, "| %s | %.1f | %.2f | %.2f |\n", name, median(nanos)/1000, slices.Max(nanos)/slices.Min(nanos), t.ratio(name, "echo"))
		}
	}
	r.parts = append(r.parts, b.String())
}

// addBuilds adds what it takes to compile an application, the first of which has no endpoints.
func (r *report) addBuilds(builds []build) {
	var b strings.Builder
	b.WriteString("\n## Compiling\n\nAn application whose endpoints each have types of their own, in one package that has changed, everything else being compiled already; the binary without symbols.\n\n| endpoints | codecs | seconds | MB | KB an endpoint |\n| --: | --- | --: | --: | --: |\n")
	for _, x := range builds {
		codecs, each := "no", 0.0
		if x.codecs {
			codecs = "yes"
		}
		if x.endpoints > 0 {
			each = float64(x.bytes-builds[0].bytes) / float64(x.endpoints) / 1000
		}
		fmt.Fprintf(&b, "| %d | %s | %.1f | %.1f | %.1f |\n", x.endpoints, codecs, x.took.Seconds(), float64(x.bytes)/1e6, each)
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
