// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

func TestWhichAddressesMayBeCalled(t *testing.T) {
	for _, tt := range []struct {
		what    string
		refused []string
	}{
		{"this machine", []string{"127.0.0.1", "127.255.255.254", "::1", "0.0.0.0", "0.1.2.3", "::"}},
		{"private networks", []string{"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12:3456::1"}},
		{"neighbours on the link", []string{"169.254.1.1", "fe80::1", "fe80::1%eth0", "fec0::1"}},
		{"many at once", []string{"224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1", "ff0e::1"}},
		{"a provider's translation", []string{"100.64.0.1", "100.127.255.255"}},
		{"IPv4 in IPv6", []string{"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1"}},
		{"translation to IPv4", []string{"64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::1", "2001:0:4136:e378::1"}},
		{"where clouds speak of the machine", []string{"169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"}},
		{"documentation and measuring", []string{"192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "2001:db8::1", "3fff::1", "240.0.0.1"}},
	} {
		for _, text := range tt.refused {
			if (Calls{}).reaches(netip.MustParseAddr(text)) {
				t.Errorf("%s: %s may be called", tt.what, text)
			}
		}
	}
	for _, text := range []string{"1.1.1.1", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "223.255.255.254", "2400:3200::1", "2606:4700::1", "::ffff:1.1.1.1"} {
		if !(Calls{}).reaches(netip.MustParseAddr(text)) {
			t.Errorf("%s may not be called", text)
		}
	}
	own := Calls{Own: networks("10.20.0.0/16", "fd12::/16")}
	for text, want := range map[string]bool{"10.20.3.4": true, "::ffff:10.20.3.4": true, "fd12::5": true, "10.21.0.1": false, "127.0.0.1": false} {
		if got := own.reaches(netip.MustParseAddr(text)); got != want {
			t.Errorf("with networks of its own %s may be called: %v, want %v", text, got, want)
		}
	}
	if (Calls{}).reaches(netip.Addr{}) {
		t.Error("no address at all may be called")
	}
}

// here is what lets tests call their own servers.
var here = Calls{Own: networks("127.0.0.0/8", "::1/128")}

// site is a server that counts who came.
func site(t *testing.T, answer http.HandlerFunc) (url string, asked *atomic.Int64) {
	t.Helper()
	asked = new(atomic.Int64)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL, asked
}

// call asks for an address and returns how it failed.
func call(c *http.Client, url string) error {
	res, err := c.Get(url)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, err = io.ReadAll(res.Body)
	return err
}

func TestWhatIsNotCalled(t *testing.T) {
	url, asked := site(t, func(http.ResponseWriter, *http.Request) {})
	port := url[strings.LastIndex(url, ":"):]
	for _, tt := range []struct {
		what  string
		calls Calls
		url   string
		want  error
	}{
		{"this machine by http", Calls{}, url, ErrScheme},
		{"this machine by https", Calls{}, "https://127.0.0.1" + port, ErrAddress},
		{"this machine by its name", Calls{}, "https://localhost" + port, ErrAddress},
		{"this machine written as a number", Calls{}, "https://0x7f000001" + port, nil},
		{"this machine in IPv6", Calls{}, "https://[::ffff:127.0.0.1]" + port, ErrAddress},
		{"by http though a name says it is here", here, "http://localhost" + port, ErrScheme},
		{"a public server by http", here, "http://1.1.1.1/", ErrScheme},
		{"a file", here, "file:///etc/passwd", ErrScheme},
		{"a cloud's account of the machine", here, "https://169.254.169.254/latest/meta-data", ErrAddress},
	} {
		if err := call(tt.calls.Client(), tt.url); err == nil || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.what, err, tt.want)
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the server was asked %d times", n)
	}
	if err := call(here.Client(), url); err != nil || asked.Load() != 1 {
		t.Errorf("what is allowed is not called: %v", err)
	}
}

// TestARebindingNameLeadsNowhere has a name whose address is public when it is
// looked at and this machine's when it is used.
func TestARebindingNameLeadsNowhere(t *testing.T) {
	url, asked := site(t, func(http.ResponseWriter, *http.Request) {})
	port := url[strings.LastIndex(url, ":"):]
	var lookups atomic.Int64
	resolver := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return names(t, func() [4]byte {
			if lookups.Add(1) == 1 {
				return [4]byte{1, 1, 1, 1}
			}
			return [4]byte{127, 0, 0, 1}
		})
	}}
	looked, err := resolver.LookupNetIP(t.Context(), "ip4", "rebinding.example.")
	if err != nil || len(looked) != 1 || !(Calls{}).reaches(looked[0]) {
		t.Fatalf("the first look finds %v, %v", looked, err)
	}
	err = call(Calls{Resolver: resolver}.Client(), "https://rebinding.example."+port)
	if !errors.Is(err, ErrAddress) || asked.Load() != 0 {
		t.Errorf("the second is called: %v, asked %d times", err, asked.Load())
	}
	if lookups.Load() < 2 {
		t.Error("the name was not looked up again: the test shows nothing")
	}
}

// names is a connection to a server of names that answers each question for an
// address of IPv4 with the next address.
func names(t *testing.T, next func() [4]byte) (net.Conn, error) {
	client, server := net.Pipe()
	t.Cleanup(func() { client.Close(); server.Close() })
	go func() {
		for {
			head := make([]byte, 2)
			if _, err := io.ReadFull(server, head); err != nil {
				return
			}
			question := make([]byte, int(head[0])<<8|int(head[1]))
			if _, err := io.ReadFull(server, question); err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(question) != nil {
				return
			}
			m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				m.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}, Body: &dnsmessage.AResource{A: next()},
				}}
			}
			packed, err := m.Pack()
			if err != nil {
				return
			}
			server.Write(append([]byte{byte(len(packed) >> 8), byte(len(packed))}, packed...))
		}
	}()
	return client, nil
}

func TestRedirectsStayWhereTheyAre(t *testing.T) {
	other, asked := site(t, func(http.ResponseWriter, *http.Request) {})
	url, _ := site(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/other":
			http.Redirect(w, r, other, http.StatusFound)
		case "/meta":
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		case "/once":
			http.Redirect(w, r, "/there", http.StatusFound)
		}
	})
	for path, want := range map[string]error{"/other": ErrRedirect, "/meta": ErrRedirect, "/round": ErrRedirect, "/once": nil} {
		if err := call(here.Client(), url+path); !errors.Is(err, want) {
			t.Errorf("%s ends in %v, want %v", path, err, want)
		}
	}
	if asked.Load() != 0 {
		t.Error("a redirect led to another server")
	}
}

func TestAnswersAreBounded(t *testing.T) {
	part := strings.Repeat("x", 64<<10)
	url, _ := site(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/told" {
			w.Header().Set("Content-Length", fmt.Sprint(1<<30))
			return
		}
		for range 64 {
			if _, err := io.WriteString(w, part); err != nil {
				return
			}
		}
	})
	for _, path := range []string{"/told", "/untold"} {
		if err := call(here.Client(), url+path); !errors.Is(err, ErrLarge) {
			t.Errorf("%s ends in %v", path, err)
		}
	}
}

func TestASlowServerIsNotWaitedFor(t *testing.T) {
	done := make(chan struct{})
	url, _ := site(t, func(http.ResponseWriter, *http.Request) { <-done })
	defer close(done)
	c := here.Client()
	if c.Timeout != callLasts {
		t.Errorf("a call may last %s", c.Timeout)
	}
	c.Timeout = 50 * time.Millisecond
	var slow net.Error
	if err := call(c, url); !errors.As(err, &slow) || !slow.Timeout() {
		t.Errorf("a slow server ends in %v", err)
	}
}

func TestNoProxyIsTakenFromTheEnvironment(t *testing.T) {
	proxy, asked := site(t, func(http.ResponseWriter, *http.Request) {})
	t.Setenv("HTTPS_PROXY", proxy)
	t.Setenv("HTTP_PROXY", proxy)
	call(Calls{Own: here.Own}.Client(), "https://127.0.0.1:1/")
	if asked.Load() != 0 {
		t.Error("the proxy of the environment was asked")
	}
	transport := here.Client().Transport.(guarded).next.(*http.Transport)
	if transport.Proxy != nil {
		t.Error("there is a proxy")
	}
	if config := transport.TLSClientConfig; config != nil && config.InsecureSkipVerify {
		t.Error("certificates are not looked at")
	}
}
