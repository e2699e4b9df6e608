package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

const (
	clients    = 16
	socketTime = 2 * time.Second
)

// serve is the process that is measured over a socket.
func serve(how string) error {
	dir, err := folder("socket")
	if err != nil {
		return err
	}
	o, err := newService(dir, how == "with", db.Config{Engine: db.SQLite, Name: filepath.Join(dir, "operations.db")})
	if err == nil {
		err = o.service.Start(background)
	}
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	return http.Serve(listener, o.handler)
}

// overSocket compares the throughput of a request that makes one query.
func overSocket(b *strings.Builder, rounds int, _ time.Duration) error {
	rates := map[string][]time.Duration{}
	for range rounds {
		for _, how := range []string{"without", "with"} {
			n, err := throughput(how)
			if err != nil {
				return err
			}
			rates[how] = append(rates[how], socketTime/time.Duration(max(n, 1)))
		}
	}
	without, with := 1/median(rates["without"]).Seconds(), 1/median(rates["with"]).Seconds()
	fmt.Fprintf(b, "## Over a socket\n\nA request that makes one query, %d clients in another process on the same machine: %.0f requests a second without, %.0f with operations: %.1f %% less.\n", clients, without, with, 100*(1-with/without))
	return nil
}

// throughput is how many requests a server answers.
func throughput(how string) (int64, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	cmd := exec.Command(self, "-serve", how)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return 0, err
	}
	transport := &http.Transport{MaxIdleConnsPerHost: clients}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	var n atomic.Int64
	var wg sync.WaitGroup
	end := time.Now().Add(socketTime)
	for range clients {
		wg.Go(func() {
			for time.Now().Before(end) {
				res, err := client.Get("http://" + strings.TrimSpace(address) + "/api/row")
				if err != nil {
					return
				}
				_, _ = io.Copy(io.Discard, res.Body)
				res.Body.Close()
				if res.StatusCode == http.StatusOK {
					n.Add(1)
				}
			}
		})
	}
	wg.Wait()
	return n.Load(), nil
}
