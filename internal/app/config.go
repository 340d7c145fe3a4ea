// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Config is everything that a deployment may set. It is read from a JSON file,
// then from the environment (PAVILION_ and the name in capitals), then from the
// command line. The zero value runs on SQLite in ./data.
type Config struct {
	Listen       string   `json:"listen" doc:"Address to serve on. Port 0 picks a free one and prints it." default:"127.0.0.1:8080"`
	Data         string   `json:"data" doc:"Folder of the SQLite file, photos, the key and unsent mail." default:"data"`
	Database     string   `json:"database" doc:"PostgreSQL address, postgres://…; empty for SQLite in the data folder."`
	DatabaseFile string   `json:"database_file" doc:"File that holds the PostgreSQL address, so that its password stands in no other place."`
	KeyFile      string   `json:"key_file" doc:"File with the 32-byte key that seals contacts and makes query codes. Made on first start if absent; later versions lie beside it in a folder named after it with .ring. Back up both. Empty: key in the data folder."`
	Realm        string   `json:"realm" doc:"Realm that the site shows; empty: the first one."`
	PublicURL    string   `json:"public_url" doc:"Address people reach the site at, for links in mail and QR codes; empty: taken from the request."`
	Security     string   `json:"security_contact" doc:"Where to tell of a weakness, for /.well-known/security.txt: a mailto:, https: or tel: address; empty: no such file."`
	Proxies      []string `json:"proxies" doc:"Networks whose X-Forwarded-For is believed, such as 10.0.0.0/8."`
	Outgoing     []string `json:"outgoing_networks" doc:"Networks of your own that the server may call, such as 10.20.0.0/16 for an identity provider in the town's network. Without them it calls public addresses only, by https. With 127.0.0.0/8 it also calls this machine by http."`
	ReportLimit  int      `json:"report_limit" doc:"Reports an address may send in a minute; -1 for no limit." default:"30"`
	CodeLimit    int      `json:"code_limit" doc:"Query codes an address may try in a minute; -1 for no limit." default:"10"`
	BallotLimit  int      `json:"ballot_limit" doc:"Codes of votes and household surveys an address may try in a minute; -1 for no limit." default:"120"`
	AccountLimit int      `json:"account_limit" doc:"Requests an account may make in a minute, pages and programs together; -1 for no limit." default:"600"`
	MailHost     string   `json:"mail_host" doc:"SMTP server; empty: mail is put into the data folder as files."`
	MailPort     int      `json:"mail_port" doc:"SMTP port." default:"587"`
	MailUser     string   `json:"mail_user" doc:"SMTP account; empty for none."`
	MailPassword string   `json:"mail_password_file" doc:"File with the SMTP password."`
	MailFrom     string   `json:"mail_from" doc:"Sender of mail." default:"pavilion@localhost"`
	MailTLS      string   `json:"mail_tls" doc:"required, optional or none." default:"required"`
	LogLevel     string   `json:"log_level" doc:"debug, info, warn or error." default:"info"`
}

// Defaults returns the configuration of a server about which nothing was said.
func Defaults() Config {
	var c Config
	for _, s := range settings(&c) {
		if s.preset != "" {
			s.set(s.preset) // the presets are of the right kind: a test reads them all
		}
	}
	return c
}

// Load reads the configuration: defaults, then the file if one is named, then
// the environment. Unknown keys and variables are refused, each with its name.
func Load(file string, environ []string) (Config, error) {
	c := Defaults()
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return c, fmt.Errorf("configuration: %w", err)
		}
		in := json.NewDecoder(bytes.NewReader(text))
		in.DisallowUnknownFields()
		if err := in.Decode(&c); err != nil {
			return c, fmt.Errorf("configuration %s: %w", file, err)
		}
	}
	if err := fromEnvironment(&c, environ); err != nil {
		return c, err
	}
	if c.DatabaseFile != "" {
		text, err := os.ReadFile(c.DatabaseFile)
		if err != nil {
			return c, fmt.Errorf("configuration: database_file: %w", err)
		}
		c.Database = strings.TrimSpace(string(text))
	}
	return c, nil
}

// Check returns all that is wrong with c.
func (c Config) Check() error {
	var problems []error
	bad := func(key, format string, args ...any) {
		problems = append(problems, fmt.Errorf("%s: %s", key, fmt.Sprintf(format, args...)))
	}
	if _, port, err := net.SplitHostPort(c.Listen); err != nil {
		bad("listen", "%q is not an address such as 127.0.0.1:8080", c.Listen)
	} else if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		bad("listen", "%q is not a port", port)
	}
	if c.Database != "" && !strings.HasPrefix(c.Database, "postgres://") && !strings.HasPrefix(c.Database, "postgresql://") {
		bad("database", "the address must begin with postgres://")
	}
	if c.PublicURL != "" {
		if u, err := url.Parse(c.PublicURL); err != nil || u.Scheme == "" || u.Host == "" {
			bad("public_url", "%q is not an address such as https://example.org", c.PublicURL)
		}
	}
	if c.Security != "" && !contact.MatchString(c.Security) {
		bad("security_contact", "%q is not an address such as mailto:security@example.org", c.Security)
	}
	for _, p := range c.Proxies {
		if _, err := netip.ParsePrefix(p); err != nil {
			bad("proxies", "%q is not a network such as 10.0.0.0/8", p)
		}
	}
	for _, p := range c.Outgoing {
		if _, err := netip.ParsePrefix(p); err != nil {
			bad("outgoing_networks", "%q is not a network such as 10.20.0.0/16", p)
		}
	}
	if !slices.Contains([]string{"required", "optional", "none"}, c.MailTLS) {
		bad("mail_tls", "%q is none of required, optional, none", c.MailTLS)
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel) {
		bad("log_level", "%q is none of debug, info, warn, error", c.LogLevel)
	}
	for key, file := range map[string]string{"mail_password_file": c.MailPassword} {
		if file == "" {
			continue
		}
		if _, err := os.Stat(file); err != nil {
			bad(key, "%v", err)
		}
	}
	return errors.Join(problems...)
}

// sqliteFile is where the embedded database lies.
func (c Config) sqliteFile() string { return filepath.Join(c.Data, "pavilion.db") }

// keyFile is where the key lies.
func (c Config) keyFile() string {
	if c.KeyFile != "" {
		return c.KeyFile
	}
	return filepath.Join(c.Data, "key")
}

// ledgerKeyFile is where the key lies that signs the log: beside the other, and
// apart, for it stays when that one is changed.
func (c Config) ledgerKeyFile() string { return c.keyFile() + ".ledger" }

// setting is one field of a configuration.
type setting struct {
	key, doc, preset string
	value            reflect.Value
}

func settings(c *Config) []setting {
	v := reflect.ValueOf(c).Elem()
	out := make([]setting, v.NumField())
	for i := range out {
		tag := v.Type().Field(i).Tag
		out[i] = setting{tag.Get("json"), tag.Get("doc"), tag.Get("default"), v.Field(i)}
	}
	return out
}

// set gives the field the value that text writes.
func (s setting) set(text string) error {
	switch s.value.Kind() {
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%s: %q is not a number", s.key, text)
		}
		s.value.SetInt(int64(n))
	case reflect.Slice:
		s.value.Set(reflect.ValueOf(strings.Split(text, ",")))
	default:
		s.value.SetString(text)
	}
	return nil
}

// prefix begins the name of every environment variable that is ours.
const prefix = "PAVILION_"

func fromEnvironment(c *Config, environ []string) error {
	known := map[string]setting{}
	for _, s := range settings(c) {
		known[prefix+strings.ToUpper(s.key)] = s
	}
	for _, line := range environ {
		name, text, _ := strings.Cut(line, "=")
		if !strings.HasPrefix(name, prefix) || strings.HasPrefix(name, prefix+"TEST_") || name == prefix+"CONFIG" {
			continue
		}
		s, ok := known[name]
		if !ok {
			return fmt.Errorf("configuration: the environment variable %s is not known", name)
		}
		if err := s.set(text); err != nil {
			return fmt.Errorf("configuration: %s: %w", name, err)
		}
	}
	return nil
}

// Reference describes every setting as a Markdown table, for the operator's guide.
func Reference() string {
	var b strings.Builder
	b.WriteString("| key | environment | default | meaning |\n|---|---|---|---|\n")
	var c Config
	for _, s := range settings(&c) {
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s |\n", s.key, prefix+strings.ToUpper(s.key), preset(s.preset), s.doc)
	}
	return b.String()
}

func preset(text string) string {
	if text == "" {
		return "–"
	}
	return "`" + text + "`"
}
