package connect

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
)

// The files of local access, in the work folder of a project.
const (
	SocketName = "ops.sock"
	lockName   = "ops.lock" // held by the process that listens, whose number is in it
)

// A TakenError is that of a socket at which another process answers.
type TakenError struct{ Path, Process string }

func (e *TakenError) Error() string {
	return fmt.Sprintf("%s: process %s answers there already: stop it first, or run this service in another folder", e.Path, e.Process)
}

// request is what is asked for at the socket, and reply what is answered.
type (
	request struct {
		Scopes grant.Scopes  `json:"scopes"`
		TTL    time.Duration `json:"ttl"`
	}
	reply struct {
		URL   string `json:"url,omitempty"`
		Error string `json:"error,omitempty"`
	}
)

// A Server answers at a socket.
type Server struct {
	Desk *Desk
	URL  func() string // of the Operations API

	listening
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in request
	if r.Method != http.MethodPost || r.URL.Path != "/code" {
		http.NotFound(w, r)
		return
	}
	status, out := http.StatusOK, reply{}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&in)
	if err == nil {
		var code string
		code, err = s.Desk.Code(in.Scopes, in.TTL)
		out.URL = s.URL() + "/console#code=" + code
	}
	if err != nil {
		status, out = http.StatusBadRequest, reply{Error: err.Error()}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(out) // whoever asked is gone
}
