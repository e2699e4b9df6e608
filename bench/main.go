// Command bench measures the framework beside its peers on the same work, in one process, and prints the ratios.
//
//	go run . -to RESULTS.md     all of it
//	go run . -gates             what the targets ask, in under a minute; status 1 if anything falls short
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/utilmeta/utilmeta-go/bench/peers"
	"github.com/utilmeta/utilmeta-go/bench/work"
)

func main() {
	rounds := flag.Int("rounds", 6, "how often each peer is measured")
	d := flag.Duration("d", 80*time.Millisecond, "how long each time")
	to := flag.String("to", "", "`file` for the results; standard output if not given")
	gates := flag.Bool("gates", false, "check what the targets ask")
	socket := flag.Duration("socket", time.Second, "how long each time over sockets; 0 leaves them out")
	name := flag.String("serve", "", "serve this `peer`, for the measure over sockets")
	flag.Parse()
	if *name != "" {
		fmt.Fprintln(os.Stderr, "bench:", serve(*name))
		os.Exit(1)
	}
	if err := run(*rounds, *d, *socket, *to, *gates); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(rounds int, d, socket time.Duration, to string, gates bool) error {
	plain, plugged := peers.All(), peers.Plugged()
	for _, q := range work.Requests {
		if err := alike(plain, q); err != nil {
			return err
		}
		if err := alike(plugged, q); err != nil {
			return err
		}
	}
	if gates {
		return check(compare(plain, rounds, d), compare(plugged, rounds, d))
	}
	r := &report{rounds: rounds, d: d}
	for _, ballast := range []int{64, 0} {
		held := make([]byte, ballast<<20)
		runtime.GC()
		r.add(ballast, compare(plain, rounds, d), compare(plugged, rounds, d))
		runtime.KeepAlive(held)
	}
	if socket > 0 && runtime.GOOS == "linux" { // whose kernel tells what processes take
		tables, err := overSockets(rounds, socket)
		if err != nil {
			return err
		}
		r.addSockets(tables)
	}
	builds, err := measureBuilds()
	if err != nil {
		return err
	}
	r.addBuilds(builds)
	if to == "" {
		_, err := os.Stdout.WriteString(r.String())
		return err
	}
	return os.WriteFile(to, []byte(r.String()), 0o644)
}
