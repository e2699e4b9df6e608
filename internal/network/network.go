// Package network tells which addresses belong to one client.
package network

import "net/netip"

// Of is what counts as one client of an address, with or without a port: the address or, of IPv6, the network of 64
// bits, of which one client has all addresses. What is no address comes back as it is.
func Of(address string) string {
	ip, err := netip.ParseAddr(address)
	if withPort, e := netip.ParseAddrPort(address); e == nil {
		ip, err = withPort.Addr(), nil
	}
	if err != nil {
		return address
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		return netip.PrefixFrom(ip, 64).Masked().String()
	}
	return ip.String()
}
