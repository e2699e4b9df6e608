package logs

import (
	"cmp"
	"strings"

	"github.com/mileusna/useragent"
)

// An Agent is the client that made a request, by its header User-Agent.
type Agent struct {
	Browser string `json:"browser"`
	OS      string `json:"os"`
	Mobile  bool   `json:"mobile"`
	Bot     bool   `json:"bot"`
	Device  string `json:"device"` // pc, mobile, tablet, bot or email
}

const unknown = "Other"

// mailers are clients of mail that show pages.
var mailers = []string{"Outlook", "Thunderbird", "Airmail", "Lotus-Notes", "PostboxApp", "eM Client"}

// agentOf reads the header; it is nil for none. A client that tells no system is a program.
func agentOf(header string) *Agent {
	if header == "" {
		return nil
	}
	ua := useragent.Parse(header)
	a := &Agent{Browser: cmp.Or(ua.Name, unknown), OS: cmp.Or(ua.OS, unknown), Mobile: ua.Mobile, Bot: ua.Bot}
	if !ua.Bot && ua.OS == "" && !ua.Mobile && !ua.Tablet {
		a.Browser, a.Bot = unknown, true
	}
	switch {
	case a.Bot:
		a.Device = "bot"
	case mails(header):
		a.Device = "email"
	case ua.Tablet:
		a.Device = "tablet"
	case ua.Mobile:
		a.Device = "mobile"
	default:
		a.Device = "pc"
	}
	return a
}

func mails(header string) bool {
	for _, name := range mailers {
		if strings.Contains(header, name) {
			return true
		}
	}
	return false
}
