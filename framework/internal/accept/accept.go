// Package accept reads what clients say they can take.
package accept

import "strings"

// Coding reads the header Accept-Encoding, line by line: whether the client takes a coding, "gzip" or "br".
func Coding(lines []string, name string) bool {
	others, named := false, false
	for _, line := range lines {
		for item := range strings.SplitSeq(line, ",") {
			coding, params, _ := strings.Cut(item, ";")
			switch coding = strings.TrimSpace(coding); {
			case strings.EqualFold(coding, name), name == "gzip" && strings.EqualFold(coding, "x-gzip"):
				if refused(params) {
					return false
				}
				named = true
			case coding == "*":
				others = !refused(params)
			}
		}
	}
	return named || others
}

// refused tells the weight 0.
func refused(params string) bool {
	name, weight, _ := strings.Cut(strings.TrimSpace(params), "=")
	return strings.EqualFold(strings.TrimSpace(name), "q") && strings.Trim(strings.TrimSpace(weight), "0.") == ""
}
