package model

import "strings"

// Lines cuts a text into lines that can stand in a comment: no character in one of them ends it.
func Lines(text string) (l []string) {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\r' || r == '\u2028' || r == '\u2029' || r == '\v' || r == '\f' || r == 0x85:
			return '\n'
		case r == '\t':
			return ' '
		case r < ' ' && r != '\n' || r == 0x7f || r == 0xfeff || r == 0xfffd:
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		if line = strings.TrimRight(line, " "); line != "" || len(l) > 0 && l[len(l)-1] != "" {
			l = append(l, line)
		}
	}
	return l
}

// OneLine is a text on one line.
func OneLine(text string) string {
	return strings.Join(strings.Fields(strings.Join(Lines(text), " ")), " ")
}

// Heading is what the API calls itself, on one line.
func (a *API) Heading() string {
	if s := OneLine(a.Title + " " + a.Version); s != "" {
		return s
	}
	return "a service"
}

// Accept is what a client says it takes for an answer.
func (op *Operation) Accept() string {
	for _, a := range op.Answers {
		switch a.Kind {
		case EventsBody:
			return "text/event-stream"
		case TextBody:
			return a.Media + ", application/problem+json"
		case FileBody:
			return "*/*"
		}
	}
	return "application/json, application/problem+json"
}
