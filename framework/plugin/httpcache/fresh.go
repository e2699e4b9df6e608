package httpcache

import (
	"net/http"
	"strings"
	"time"
)

// fresh tells a client that has the answer already, as RFC 9110, section 13, has it.
func fresh(request, answer http.Header) bool {
	if asked := request["If-None-Match"]; asked != nil {
		tag := answer.Get("Etag")
		return tag != "" && matches(strings.Join(asked, ","), tag)
	}
	since, err := http.ParseTime(request.Get("If-Modified-Since"))
	if err != nil {
		return false
	}
	modified, err := http.ParseTime(answer.Get("Last-Modified"))
	return err == nil && !modified.Truncate(time.Second).After(since)
}

// matches finds a tag in a list, in the weak sense: what is compressed on the way has a weak one. A tag may contain
// commas.
func matches(list, tag string) bool {
	tag = strings.TrimPrefix(tag, "W/")
	for {
		list = strings.TrimLeft(list, " \t,")
		if list == "" {
			return false
		}
		if list[0] == '*' {
			return true
		}
		rest := strings.TrimPrefix(list, "W/")
		if !strings.HasPrefix(rest, `"`) {
			return false // no list of tags
		}
		end := strings.IndexByte(rest[1:], '"')
		if end < 0 {
			return false
		}
		if rest[:end+2] == tag {
			return true
		}
		list = rest[end+2:]
	}
}
