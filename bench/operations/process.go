package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"net/http"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

// inProcess compares a handler without operations, with capture alone, and with the spill.
func inProcess(b *strings.Builder, rounds int, each time.Duration) error {
	var handlers []http.Handler
	names := []string{"without operations", "captured", "captured and written to the spill"}
	for i := range names {
		dir, err := folder("process")
		if err != nil {
			return err
		}
		o, err := newService(dir, i > 0, db.Config{Engine: db.SQLite, Name: filepath.Join(dir, "operations.db")})
		if err != nil {
			return err
		}
		if i == 2 {
			if err := o.service.Start(background); err != nil {
				return err
			}
			defer o.service.Stop(background)
		}
		handlers = append(handlers, o.handler)
	}
	fmt.Fprintf(b, "## In process\n\n| hello | ns | more than without | allocations |\n| --- | --: | --: | --: |\n")
	took := make([][]time.Duration, len(handlers))
	for range rounds {
		for i, h := range handlers {
			took[i] = append(took[i], times(h, "/api/hello", each))
		}
	}
	w, r := nobody{http.Header{}}, request("/api/hello")
	for i, h := range handlers {
		allocations := testing.AllocsPerRun(2000, func() { clear(w.header); h.ServeHTTP(w, r) })
		fmt.Fprintf(b, "| %s | %d | %d | %.0f |\n", names[i], median(took[i]), median(took[i])-median(took[0]), allocations)
	}
	b.WriteString("\n")
	return nil
}

func median(l []time.Duration) time.Duration {
	slices.Sort(l)
	return l[len(l)/2]
}

// processor is how much processor time this process has taken.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
