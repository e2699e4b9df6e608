package openapi

import (
	"encoding/json"
	"slices"
	"strings"
)

// Below writes the document's paths as they are below prefix, such as /api, which its servers get instead. A path that is
// not below it keeps the servers that there were; one that would then be written like another is left out.
func (d *Doc) Below(prefix string) error {
	prefix = strings.TrimSuffix(prefix, "/")
	if prefix == "" {
		return nil
	}
	before, err := json.Marshal(d.Servers)
	if err != nil {
		return err
	}
	d.Servers = slices.Clone(d.Servers)
	for i := range d.Servers {
		d.Servers[i] = Server{URL: strings.TrimSuffix(d.Servers[i].URL, "/") + prefix, Description: d.Servers[i].Description}
	}
	inside, outside := Map[PathItem]{}, Map[PathItem]{}
	for _, e := range d.Paths {
		if below(e.Key, prefix) {
			if e.Key = strings.TrimPrefix(e.Key, prefix); e.Key == "" {
				e.Key = "/"
			}
			inside = append(inside, e)
			continue
		}
		e.Value = append(slices.Clone(e.Value), Entry[*Operation]{Key: "servers", Raw: before})
		outside = append(outside, e)
	}
	for _, e := range outside {
		if _, twice := inside.Get(e.Key); !twice {
			inside = append(inside, e)
		}
	}
	d.Paths = inside
	return nil
}
