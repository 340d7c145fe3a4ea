// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package gateway is the way to the outside: letters, and calls of other servers.
// In core and civic only package notify uses it, after the commit of what its
// letters tell of. Whoever else needs an answer from outside declares a question
// and has app fill it.
//
//	gateway.go  letters
//	client.go   which servers may be called, and for how long
//	openid      what identity providers are asked
package gateway

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/wneessen/go-mail"
)

// Message is one letter to one address.
type Message struct {
	ID      string // the same for each try, so that a folder or a server can tell
	To      string
	Subject string
	Body    string // plain text
}

// Mailer sends letters.
type Mailer interface {
	Send(ctx context.Context, m Message) error
}

// SMTP sends through a mail server.
type SMTP struct {
	Host, User, Password, From string
	Port                       int
	TLS                        string // "required", "optional" or "none"
}

// letter writes a message as mail. It refuses addresses that are none, and so
// whatever would add headers of its own.
func letter(from string, m Message) (*mail.Msg, error) {
	out := mail.NewMsg()
	if err := out.From(from); err != nil {
		return nil, fmt.Errorf("mail: sender: %w", err)
	}
	if err := out.To(m.To); err != nil {
		return nil, fmt.Errorf("mail: receiver: %w", err)
	}
	out.Subject(strings.Join(strings.Fields(m.Subject), " "))
	out.SetBodyString(mail.TypeTextPlain, m.Body)
	return out, nil
}

// policies by the name the configuration gives them.
var policies = map[string]mail.TLSPolicy{"required": mail.TLSMandatory, "optional": mail.TLSOpportunistic, "none": mail.NoTLS}

// Send delivers m to the server.
func (s SMTP) Send(ctx context.Context, m Message) error {
	out, err := letter(s.From, m)
	if err != nil {
		return err
	}
	options := []mail.Option{mail.WithPort(s.Port), mail.WithTLSPolicy(policies[s.TLS])}
	if s.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.User), mail.WithPassword(s.Password))
	}
	client, err := mail.NewClient(s.Host, options...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return client.DialAndSendWithContext(ctx, out)
}

// Folder keeps letters as files where there is no mail server.
type Folder struct{ Path, From string }

// Send writes m as a file; sending it again replaces the file.
func (f Folder) Send(_ context.Context, m Message) error {
	out, err := letter(f.From, m)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.Path, 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Join(f.Path, filepath.Base(m.ID)+".eml"), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = out.WriteTo(file)
	return errors.Join(err, file.Close())
}
