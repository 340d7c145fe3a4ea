// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package httpkit

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// ParseProxies reads addresses and prefixes such as "127.0.0.1" or "10.0.0.0/8".
func ParseProxies(list []string) ([]netip.Prefix, error) {
	var proxies []netip.Prefix
	for _, s := range list {
		if addr, err := netip.ParseAddr(s); err == nil {
			proxies = append(proxies, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, fmt.Errorf("trusted proxy %q is neither an address nor a prefix", s)
		}
		proxies = append(proxies, p.Masked())
	}
	return proxies, nil
}

// ClientIP returns the address of the client. X-Forwarded-For is believed only
// as far as trusted proxies wrote it: from its end back to the first address
// that is not theirs. The answer is the zero Addr when the connection has none.
func ClientIP(r *http.Request, trusted []netip.Prefix) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	client := peer.Addr().Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !within(client, trusted) {
			break
		}
		addr, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		client = addr.Unmap().WithZone("")
	}
	return client
}

// Network returns the part of an address that one client is likely to keep, as
// a key for a RateLimiter: the address in IPv4, its /64 in IPv6.
func Network(addr netip.Addr) string {
	if !addr.IsValid() || addr.Is4() {
		return addr.String()
	}
	p, _ := addr.Prefix(64) // 64 bits are always there
	return p.String()
}

func within(addr netip.Addr, list []netip.Prefix) bool {
	return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(addr) })
}
