// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package evaluation

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/ledger"
	"pavilion/internal/platform/db"
)

// VerifiedBulletin says what came of deriving a published bulletin anew.
type VerifiedBulletin struct {
	Number   string    `json:"number"`
	AsOf     time.Time `json:"as_of"`
	Cases    int       `json:"cases"`
	Steps    int64     `json:"steps"`    // found both in the log and among what was counted
	Problems []string  `json:"problems"` // keys of texts
}

// VerifyBulletins derives every published bulletin of a realm anew, from all events
// that there are and from the log as it was then, and compares.
func (s *Service) VerifyBulletins(ctx context.Context, realm string) ([]VerifiedBulletin, error) {
	out := []VerifiedBulletin{}
	after := page.Cursor{}
	for {
		some, err := s.Bulletins(ctx, realm, after, page.Max)
		if err != nil {
			return nil, err
		}
		for _, b := range some.Items {
			if b.MadeAt.IsZero() {
				continue
			}
			v, err := s.verify(ctx, b)
			if err != nil {
				return nil, fmt.Errorf("verify bulletin %s: %w", b.Number, err)
			}
			out = append(out, v)
		}
		if after = some.Next; !after.More() {
			return out, nil
		}
	}
}

func (s *Service) verify(ctx context.Context, b Bulletin) (VerifiedBulletin, error) {
	v := VerifiedBulletin{Number: b.Number, AsOf: b.AskedAt, Problems: []string{}}
	head, err := ledger.OpenHead(b.Head, s.Ledger.Key(b.Realm))
	if err != nil {
		v.Problems = append(v.Problems, "bulletin.bad_head")
		return v, nil
	}
	t, err := s.trail(ctx, b, head.Size)
	if err != nil {
		return v, err
	}
	for after := ""; ; {
		var refs []string
		err := s.DB.View(ctx, func(tx *db.Tx) error {
			if refs, err = refsAfter(ctx, tx, b.Realm, after, refsAtOnce); err != nil || len(refs) == 0 {
				return err
			}
			return t.read(ctx, tx, refs)
		})
		if err != nil {
			return v, err
		}
		if len(refs) == 0 {
			break
		}
		after = refs[len(refs)-1]
	}
	_, digest, err := t.packed()
	for _, p := range t.problems {
		v.Problems = append(v.Problems, p.Key)
	}
	if digest != b.Facts {
		v.Problems = append(v.Problems, "bulletin.bad_facts")
	}
	if !slices.Equal(t.tallied.counts(), b.Counts) {
		v.Problems = append(v.Problems, "bulletin.bad_counts")
	}
	v.Cases, v.Steps = len(t.lines), t.steps
	slices.Sort(v.Problems)
	v.Problems = slices.Compact(v.Problems)
	return v, err
}

// Document is the first line of a bulletin's file: what was published, and the
// receipt that proves it. The facts follow, a FactLine in each line, in the order of
// their pseudonyms.
type Document struct {
	Format     string            `json:"format"`
	Realm      string            `json:"realm"`
	Name       string            `json:"name"` // of the realm
	Number     string            `json:"number"`
	Period     Period            `json:"period"`
	AsOf       time.Time         `json:"as_of"`
	Edition    int               `json:"edition"`
	Indicators []Indicator       `json:"indicators"`
	Towns      map[string]string `json:"towns"` // names by part
	Cases      int               `json:"cases"`
	Facts      string            `json:"facts_sha256"` // of the lines that follow
	Counts     []Count           `json:"counts"`
	Head       string            `json:"tree_head"` // that it was counted from
	Receipt    ledger.Receipt    `json:"receipt"`
}

// Document returns the first line of a bulletin's file. It fails with Conflict as
// long as the bulletin is being made, or is not in the log.
func (s *Service) Document(ctx context.Context, realm, number string) (Document, error) {
	b, err := s.Bulletin(ctx, realm, number)
	if err != nil {
		return Document{}, err
	}
	if b.MadeAt.IsZero() {
		return Document{}, fault.New(fault.Conflict, "bulletin.in_the_making")
	}
	book, err := s.reader.Version(ctx, realm, b.Edition)
	if err != nil {
		return Document{}, err
	}
	receipt, err := s.Ledger.Prove(ctx, realm, b.subject(), actPublished, b.Number)
	if err != nil {
		return Document{}, err
	}
	d := b.document(book.open())
	d.Receipt = receipt
	lo, _ := s.Places.Whole(realm)
	d.Name = s.Places.Name(realm, lo)
	for _, c := range b.Counts {
		if place, err := strconv.ParseInt(c.Part, 10, 64); c.By == Town && err == nil && place > 0 {
			d.Towns[c.Part] = s.Places.Name(realm, place)
		}
	}
	return d, nil
}

// document is what was published, without names and receipt.
func (b Bulletin) document(indicators []Indicator) Document {
	return Document{
		Format: BulletinFormat, Realm: b.Realm, Number: b.Number, Period: b.Period, AsOf: b.AskedAt, Edition: b.Edition,
		Indicators: indicators, Towns: map[string]string{}, Cases: b.Cases, Facts: b.Facts, Counts: b.Counts, Head: b.Head,
	}
}

// digest is the SHA-256, in hexadecimal, of the document as Go's encoding/json writes
// it, with an empty receipt and no names: those may be other ones tomorrow.
func (d Document) digest() (string, error) {
	d.Name, d.Towns, d.Receipt = "", nil, ledger.Receipt{}
	text, err := json.Marshal(d)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// WriteBulletin writes the file of a document, compressed: what VerifyFile reads.
func (s *Service) WriteBulletin(w io.Writer, d Document) error {
	facts, err := s.Blobs.Open(Bulletin{Realm: d.Realm}.blob(d.Facts))
	if err != nil {
		return err
	}
	defer facts.Close()
	text, err := gzip.NewReader(facts)
	if err != nil {
		return err
	}
	zip := gzip.NewWriter(w)
	if err := json.NewEncoder(zip).Encode(d); err != nil {
		return err
	}
	if _, err := io.Copy(zip, text); err != nil {
		return err
	}
	return zip.Close()
}

// Bounds of a bulletin's file.
const (
	maxDocument = 4 << 20 // bytes of its first line
	maxLine     = 4 << 10 // of any other
)

// VerifyFile proves a bulletin's file from itself alone: that the holder of a verifier
// key's other half has it in the log, that its facts are those that are in the log,
// and that its counts follow from them. own, if it is the id of a case, is looked for
// among the facts. What does not fit is Invalid and says what it is.
func VerifyFile(in io.Reader, key, own string) (d Document, counted bool, err error) {
	bad := func(key string, why error) (Document, bool, error) {
		return d, false, fault.New(fault.Invalid, key).At("file").Because(why)
	}
	zip, err := gzip.NewReader(in)
	if err != nil {
		return bad("bulletin.unreadable", err)
	}
	lines := bufio.NewReaderSize(zip, maxLine)
	if d, err = readDocument(lines); err != nil {
		return bad("bulletin.unreadable", err)
	}
	if key == "" {
		key = d.Receipt.Key
	}
	if err := d.bound(key); err != nil {
		return d, false, err
	}
	mine := Pseudonym(d.Realm, d.Number, own)
	sum, t, cases, last := sha256.New(), tallied{}, 0, ""
	for {
		text, err := lines.ReadSlice('\n')
		if errors.Is(err, io.EOF) && len(text) == 0 {
			break
		}
		var l FactLine
		if err == nil {
			err = json.Unmarshal(text, &l)
		}
		if err != nil || l.Pseudonym <= last {
			return bad("bulletin.bad_facts", err)
		}
		sum.Write(text)
		t.add(d.Indicators, d.Period, l)
		counted = counted || l.Pseudonym == mine
		cases, last = cases+1, l.Pseudonym
	}
	if hex.EncodeToString(sum.Sum(nil)) != d.Facts || cases != d.Cases {
		return bad("bulletin.bad_facts", nil)
	}
	if !slices.Equal(t.counts(), d.Counts) {
		return bad("bulletin.bad_counts", nil)
	}
	return d, counted, nil
}

// readDocument reads the first line of a bulletin's file.
func readDocument(lines *bufio.Reader) (d Document, err error) {
	var text []byte
	for {
		part, err := lines.ReadSlice('\n')
		text = append(text, part...)
		if err == nil {
			break
		}
		if !errors.Is(err, bufio.ErrBufferFull) || len(text) > maxDocument {
			return d, fmt.Errorf("first line of a bulletin: %w", err)
		}
	}
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	if err = in.Decode(&d); err == nil && d.Format != BulletinFormat {
		err = fmt.Errorf("the format is %q", d.Format)
	}
	if err == nil {
		err = d.lint()
	}
	return d, err
}

// lint refuses definitions that nobody could count by.
func (d Document) lint() error {
	b := Book{Indicators: d.Indicators}
	if wrong := b.Lint(); len(wrong) > 0 {
		return fmt.Errorf("indicators: %s: %s", wrong[0].Path, wrong[0].Key)
	}
	return nil
}

// bound proves that the log binds the document: the receipt holds, and names this
// number, these facts, these counts and this head.
func (d Document) bound(key string) error {
	bad := func(key string) error { return fault.New(fault.Invalid, key).At("file") }
	if d.Receipt.Realm != d.Realm || d.Receipt.Entry.Act != actPublished {
		return bad("bulletin.bad_receipt")
	}
	if _, err := d.Receipt.Check(key); err != nil {
		return err
	}
	if head, err := ledger.OpenHead(d.Head, key); err != nil || head.Realm != d.Realm {
		return bad("bulletin.bad_head")
	}
	var c commitment
	sum, err := d.digest()
	if err = errors.Join(err, json.Unmarshal([]byte(d.Receipt.Entry.Detail), &c)); err != nil || c.Number != d.Number {
		return bad("bulletin.bad_receipt")
	}
	if c.Document != sum {
		return bad("bulletin.bad_document")
	}
	return nil
}
