// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDefaultsAreRight(t *testing.T) {
	c := Defaults()
	if err := c.Check(); err != nil || c.Listen != "127.0.0.1:8080" || c.ReportLimit != 30 || c.Data != "data" {
		t.Errorf("the defaults are %+v, %v", c, err)
	}
	if c.MailTLS != "required" || c.MailUser+c.MailPassword+c.MailHost+c.Database != "" {
		t.Errorf("the defaults hold a credential, or send mail in the clear: %+v", c)
	}
	for _, s := range settings(&c) {
		if s.doc == "" || s.key == "" {
			t.Errorf("setting %q has no name or meaning", s.key)
		}
	}
}

func TestFileThenEnvironment(t *testing.T) {
	dir := t.TempDir()
	file, secret := filepath.Join(dir, "c.json"), filepath.Join(dir, "url")
	for path, text := range map[string]string{
		file: `{"listen": "127.0.0.1:1", "report_limit": 5, "database_file": "` + secret + `"}`, secret: "postgres://somebody:hidden@db/x\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Load(file, []string{"PAVILION_REPORT_LIMIT=7", "PAVILION_PROXIES=10.0.0.0/8,::1/128", "PATH=/bin", "PAVILION_TEST_REQUIRE=x"})
	if err != nil || c.Listen != "127.0.0.1:1" || c.ReportLimit != 7 || len(c.Proxies) != 2 || c.Database != "postgres://somebody:hidden@db/x" {
		t.Errorf("it is read as %+v, %v", c, err)
	}
}

func TestTheMailPasswordIsInItsFile(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "mail")
	if err := os.WriteFile(secret, []byte("three blue kettles\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load("", []string{"PAVILION_MAIL_PASSWORD_FILE=" + secret})
	if err == nil {
		err = c.Check()
	}
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.mailPassword(); got != "three blue kettles" || err != nil {
		t.Errorf("it is %q, %v", got, err)
	}
	c.MailPassword = secret + "-gone"
	if err := c.Check(); err == nil || !strings.Contains(err.Error(), "mail_password_file:") {
		t.Errorf("a file that is not there gives %v", err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.json")
	if err := os.WriteFile(file, []byte(`{"listne": "x"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ file, env, want string }{
		{file, "", `unknown field "listne"`},
		{"", "PAVILION_LISTNE=x", "PAVILION_LISTNE is not known"},
		{"", "PAVILION_MAIL_PORT=many", `mail_port: "many" is not a number`},
		{"", "PAVILION_DATABASE_FILE=/nowhere/at/all", "database_file"},
		{"/nowhere/at/all", "", "configuration"},
	} {
		if _, err := Load(tt.file, []string{tt.env}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s %s gave %v, want %q", tt.file, tt.env, err, tt.want)
		}
	}
	bad := Config{Listen: "here", Database: "mysql://x", PublicURL: "me", Proxies: []string{"x"}, Security: "me@example.org", MailTLS: "some", LogLevel: "loud"}
	err := bad.Check()
	for _, key := range []string{"listen", "database", "public_url", "security_contact", "proxies", "mail_tls", "log_level"} {
		if err == nil || !strings.Contains(err.Error(), key+":") {
			t.Errorf("Check does not speak of %s: %v", key, err)
		}
	}
}

// TestTheReferenceIsUpToDate compares the operator's guide with the settings.
func TestTheReferenceIsUpToDate(t *testing.T) {
	guide, err := os.ReadFile("../../docs/ops/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(string(guide), Reference()) {
		t.Error("docs/ops/configuration.md does not end with what pavilion check config --reference prints")
	}
}
