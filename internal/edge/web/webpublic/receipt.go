// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpublic

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/http"

	"github.com/skip2/go-qrcode"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/ledger"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// ReceiptPage is what the reporter keeps.
type ReceiptPage struct {
	webkit.Page
	Receipt webkit.Receipt
	Follow  string
	Proof   string // where its proof is downloaded; empty as long as there is none
	Wait    bool   // there will be one soon; what was filed from an earlier system has none
}

// cookieAge is how long a browser remembers that it has shown a code, in seconds.
const cookieAge = 30 * 24 * 3600

// codeWanted is the fault of asking for a matter without its code.
const codeWanted = "matter.code_wanted"

// qrSize is how wide a receipt's QR code is, in pixels.
const qrSize = 480

// cookie is the name under which a browser remembers one matter.
func cookie(number string) string { return "pv_m_" + number }

// remember lets this browser follow a matter without showing the code again.
func (p *Pages) remember(w http.ResponseWriter, r *http.Request, number, id string) {
	webkit.SetCookie(w, r, cookie(number), p.shown(id), cookieAge)
}

// shown proves that the code of a matter was shown.
func (p *Pages) shown(id string) string { return p.Box.Sum("track", p.Realm, id) }

// remembers reports whether this browser has shown the code of a matter.
func (p *Pages) remembers(r *http.Request, m matter.Matter) bool {
	return hmac.Equal([]byte(webkit.Cookie(r, cookie(m.Number))), []byte(p.shown(m.ID)))
}

// known returns the matter of a number if this browser has shown its code. A
// number that does not exist is the same fault as one whose code is wanted.
func (p *Pages) known(r *http.Request) (matter.Detail, error) {
	wanted := fault.New(fault.Missing, codeWanted)
	number := r.PathValue("number")
	if webkit.Cookie(r, cookie(number)) == "" {
		return matter.Detail{}, wanted
	}
	d, err := p.Matters.FollowedNumber(r.Context(), p.Realm, number)
	if fault.KindOf(err) == fault.Missing || err == nil && !p.remembers(r, d.Matter) {
		return matter.Detail{}, wanted
	}
	return d, err
}

// Known returns the matter of the address's number if this browser has shown its
// code; AskCode asks for it otherwise. Other pages about one's own matter use both.
func (p *Pages) Known(r *http.Request) (matter.Detail, error) { return p.known(r) }

// AskCode shows the form for number and code, with what was wrong.
func (p *Pages) AskCode(w http.ResponseWriter, r *http.Request, err error) error {
	return p.ask(w, r, err)
}

// receipt shows number, code and what happens next.
func (p *Pages) receipt(w http.ResponseWriter, r *http.Request) error {
	d, err := p.known(r)
	if err != nil {
		return p.ask(w, r, err)
	}
	page := ReceiptPage{Page: p.Kit.Page(r, "public.receipt.title"), Follow: "/m/" + d.Number}
	code := p.Matters.Code(p.Realm, d.ID)
	link := webkit.Origin(r, p.Address) + "/t/" + d.Number + "/" + code
	png, err := qrcode.Encode(link, qrcode.Medium, qrSize)
	if err != nil {
		return err
	}
	page.Receipt = webkit.Receipt{
		Number: d.Number, Code: code[:4] + " " + code[4:], Link: link,
		QR:   template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png)),
		Next: webmatter.Next(page.Printer, d.State, webmatter.Reporter), Until: d.Due,
	}
	_, err = p.proved(r, d)
	switch kind := fault.KindOf(err); {
	case err == nil:
		page.Proof = "/receipt/" + d.Number + "/proof"
	case kind == fault.Conflict:
		page.Wait = true
	case kind != fault.Missing:
		return err
	}
	return p.Kit.Render(private(w), r, http.StatusOK, "receipt", page)
}

// proved returns what proves that a matter was reported.
func (p *Pages) proved(r *http.Request, d matter.Detail) (ledger.Receipt, error) {
	return p.Ledger.Prove(r.Context(), p.Realm, d.Subject(), "matter.reported", d.Number)
}

// proof sends the proof as a file.
func (p *Pages) proof(w http.ResponseWriter, r *http.Request) error {
	d, err := p.known(r)
	if err != nil {
		return p.ask(w, r, err)
	}
	proof, err := p.proved(r, d)
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(proof, "", "  ")
	if err != nil {
		return err
	}
	h := private(w).Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Disposition", `attachment; filename="receipt-`+d.Number+`.json"`)
	_, err = w.Write(append(raw, '\n'))
	return err
}
