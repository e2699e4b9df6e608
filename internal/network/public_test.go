package network

import (
	"net/netip"
	"testing"
)

func TestRow48_OnlyPublicAddresses(t *testing.T) {
	for address, want := range map[string]bool{
		"93.184.216.34": true, "8.8.8.8": true, "2606:2800:220:1:248:1893:25c8:1946": true, "::ffff:8.8.8.8": true, "172.32.0.1": true, "100.128.0.1": true,
		"127.0.0.1": false, "127.255.255.254": false, "::1": false, // this machine
		"0.0.0.0": false, "0.1.2.3": false, "::": false, // none
		"10.0.0.1": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false, "fd00::1": false, "fc00::1": false, // private
		"169.254.169.254": false, "fe80::1": false, "fe80::1%eth0": false, "fec0::1": false, // the link, and what clouds tell there
		"100.64.0.1": false, "100.127.255.255": false, // a carrier's
		"224.0.0.1": false, "239.1.1.1": false, "ff02::1": false, "255.255.255.255": false, "240.0.0.1": false, // groups, and nobody
		"192.0.0.1": false, "192.0.2.1": false, "198.18.0.1": false, "198.51.100.1": false, "203.0.113.1": false, "192.88.99.1": false, "2001:db8::1": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::127.0.0.1": false, // IPv4 in IPv6
		"64:ff9b::7f00:1": false, "64:ff9b:1::1": false, "2002:7f00:1::": false, "2001:0:7f00:1::": false, "100::1": false, "3fff::1": false, "5f00::1": false,
	} {
		if got := Public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %t", address, got)
		}
	}
	if Public(netip.Addr{}) {
		t.Error("no address is a public one")
	}
}
