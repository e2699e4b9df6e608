package network

import "net/netip"

// reserved are networks that no public host is in, beyond those that net/netip tells; some of IPv6 carry an address of
// IPv4, which may be anything.
var reserved = func() (l []netip.Prefix) {
	for _, s := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		l = append(l, netip.MustParsePrefix(s))
	}
	return l
}()

// Public tells whether an address is one of the internet: not of this machine, its link, a private network, a carrier's
// one, a group, or reserved.
func Public(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return false
	}
	for _, p := range reserved {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}
