package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/utilmeta/utilmeta-go/bench/peers"
	"github.com/utilmeta/utilmeta-go/bench/work"
)

// connections are how many clients ask at the same time.
const connections = 32

// serve serves one of the peers with plugins on a free port, whose address it prints, until its input ends.
func serve(name string) error {
	all := peers.Plugged()
	i := slices.IndexFunc(all, func(p peers.Peer) bool { return p.Name == name })
	if i < 0 {
		return fmt.Errorf("there is no peer %q", name)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	return http.Serve(l, all[i].Handler)
}

// process is a peer that serves in a process of its own.
type process struct {
	*exec.Cmd
	stdin io.Closer
	addr  string
}

func start(name string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &process{Cmd: exec.Command(self, "-serve", name)}
	p.Stderr = os.Stderr
	stdin, err := p.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := p.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.Start(); err != nil {
		return nil, err
	}
	p.stdin = stdin
	if p.addr, err = bufio.NewReader(stdout).ReadString('\n'); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	p.addr = strings.TrimSpace(p.addr)
	return p, nil
}

func (p *process) stop() error { return errors.Join(p.stdin.Close(), p.Wait()) }

// tick is what the kernel counts the time of processes in.
const tick = 10 * time.Millisecond

// busy is how long the process has had a processor.
func (p *process) busy() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, err := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick, errors.Join(err, err2)
}

// overSockets measures the processor time that peers with plugins take for a request over connections that stay open.
func overSockets(rounds int, d time.Duration) (tables []*table, err error) {
	var running []*process
	defer func() {
		for _, p := range running {
			err = errors.Join(err, p.stop())
		}
	}()
	var names []string
	for _, peer := range peers.Plugged() {
		p, err := start(peer.Name)
		if err != nil {
			return nil, err
		}
		running, names = append(running, p), append(names, peer.Name)
	}
	for _, q := range work.Requests {
		t := &table{request: q.Name, names: names, costs: map[string][]cost{}}
		for r := range rounds {
			for i := range running {
				i = (i + r) % len(running)
				c, err := running[i].ask(q, d)
				if err != nil {
					return nil, fmt.Errorf("%s, %s: %w", names[i], q.Name, err)
				}
				t.costs[names[i]] = append(t.costs[names[i]], c)
			}
		}
		tables = append(tables, t)
	}
	return tables, nil
}

// ask sends the request over and over for about d.
func (p *process) ask(q work.Request, d time.Duration) (c cost, err error) {
	before, err := p.busy()
	if err != nil {
		return c, err
	}
	var wg sync.WaitGroup
	var answers atomic.Int64
	errs := make([]error, connections)
	for i := range connections {
		wg.Go(func() { errs[i] = p.client(q, time.Now().Add(d), &answers) })
	}
	wg.Wait()
	after, err := p.busy()
	c.nanos = float64(after-before) / float64(answers.Load())
	return c, errors.Join(append(errs, err)...)
}

// client asks over one connection until the end.
func (p *process) client(q work.Request, end time.Time, answers *atomic.Int64) error {
	conn, err := net.Dial("tcp", p.addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	request := message(q)
	r := bufio.NewReaderSize(conn, 64<<10)
	for time.Now().Before(end) {
		if _, err := conn.Write(request); err != nil {
			return err
		}
		if err := receive(r, q.Status); err != nil {
			return err
		}
		answers.Add(1)
	}
	return nil
}

// message is the request as it is sent.
func message(q work.Request) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n", q.Method, q.URL)
	for k, v := range work.Header {
		fmt.Fprintf(&b, "%s: %s\r\n", k, v)
	}
	if q.Body != nil {
		fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(q.Body))
	}
	b.WriteString("\r\n")
	b.Write(q.Body)
	return b.Bytes()
}

// receive passes over an answer, which must have the status.
func receive(r *bufio.Reader, status int) error {
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		return err
	}
	if res.StatusCode != status {
		return fmt.Errorf("answered with %s", res.Status)
	}
	_, err = io.Copy(io.Discard, res.Body)
	return err
}
