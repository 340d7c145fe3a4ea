// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package intake_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/seal"
)

// sealedColumns are all that this domain seals, contacts first.
func sealedColumns() []seal.Column { return slices.Concat(matter.Sealed(), intake.Sealed()) }

// contacted is a place with a box of files, contacts of 250 matters, and a run that waits.
func contacted(t testing.TB, d *db.DB, suite string) (p *place, waits intake.Run) {
	t.Helper()
	p = open(t, d)
	box, err := seal.OpenBox(filepath.Join(t.TempDir(), "key"))
	p.check(err)
	p.check(box.Choose(realm, suite))
	p.realm.Box = box
	run, err := p.receive(file(250))
	p.check(err)
	if p.carry(run); len(p.matters()) != 250 {
		t.Fatalf("%d matters", len(p.matters()))
	}
	waits, err = p.receive(strings.ReplaceAll(file(150), "HT-", "HW-"))
	p.check(err)
	return p, waits
}

// opens reports what of the place does not open.
func (p *place) opens(waits intake.Run) error {
	p.t.Helper()
	var broken []error
	for _, m := range p.matters() { // all have a contact
		c, err := p.contact(m.ID)
		if err == nil && !strings.HasPrefix(c.Phone, "138") {
			err = fmt.Errorf("contact %v", c)
		}
		broken = append(broken, err)
	}
	run, err := p.Run(p.t.Context(), realm, waits.ID, p.desk)
	broken = append(broken, err)
	if rows, err := p.Sample(p.t.Context(), run, 3); err != nil || len(rows) != 3 {
		broken = append(broken, fmt.Errorf("rows of a run that waits: %d, %w", len(rows), err))
	}
	return errors.Join(broken...)
}

func (p *place) contact(id string) (matter.Contact, error) {
	return p.realm.Revealed(p.t, id, p.desk)
}

// uses counts the texts that are sealed with a version.
func (p *place) uses(version int) (total int) {
	p.t.Helper()
	for _, c := range sealedColumns() {
		n, err := seal.Uses(p.t.Context(), p.realm.DB, c, realm, version)
		p.check(err)
		total += n
	}
	return total
}

// rotate closes all columns again, and tells after each batch.
func (p *place) rotate(ctx context.Context, told func(done int)) (total int, failed error) {
	for _, c := range sealedColumns() {
		n, err := p.realm.Box.Rotate(ctx, p.realm.DB, c, realm, told)
		total, failed = total+n, errors.Join(failed, err)
	}
	return total, failed
}

// sealedTexts is what is sealed then: 250 contacts, the finds of two runs, three and two parts,
// of which the first three wait to be swept.
const sealedTexts = 250 + 2 + 3 + 2

func TestARotationThatIsBrokenOffGoesOnWhereItWas(t *testing.T) {
	for _, suite := range []string{seal.International, seal.National} {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			p, waits := contacted(t, d, suite)
			if n := p.uses(1); n != sealedTexts {
				t.Fatalf("%d texts are sealed, want %d", n, sealedTexts)
			}
			number := p.realm.Code(realm, "a matter")
			_, err := p.realm.Box.Add()
			p.check(err)
			ctx, stop := context.WithCancel(t.Context())
			made := matter.Receipt{}
			first, err := p.rotate(ctx, func(int) {
				made, err = p.realm.Report(t.Context(), matter.Report{ // while the keys change
					Realm: realm, Origin: "web", Text: "路灯不亮了", Point: p.realm.East.Middle(), By: identity.Actor{Realm: realm},
					Contact: matter.Contact{Name: "测试居民甲", Phone: "13800000000"},
				})
				p.check(err)
				stop()
			})
			if !errors.Is(err, context.Canceled) || first == 0 || first >= sealedTexts {
				t.Fatalf("broken off after %d of %d: %v", first, sealedTexts, err)
			}
			if old, newer := p.uses(1), p.uses(2); old != sealedTexts-first || newer != first+1 {
				t.Errorf("half-way %d texts are old and %d new, want %d and %d", old, newer, sealedTexts-first, first+1)
			}
			if err := p.opens(waits); err != nil {
				t.Errorf("half-way: %v", err)
			}
			second, err := p.rotate(t.Context(), func(int) {})
			if err != nil || second != sealedTexts-first || p.uses(1) != 0 || p.uses(2) != sealedTexts+1 {
				t.Errorf("then %d of %d, %d are left: %v", second, sealedTexts, p.uses(1), err)
			}
			if again, err := p.rotate(t.Context(), func(int) {}); again != 0 || err != nil {
				t.Errorf("once more %d, %v: nothing was left to do", again, err)
			}
			if err := p.opens(waits); err != nil {
				t.Errorf("at the end: %v", err)
			}
			if c, err := p.contact(made.ID); err != nil || c.Name != "测试居民甲" {
				t.Errorf("who reported meanwhile: %v, %v", c, err)
			}
			if p.realm.Code(realm, "a matter") != number {
				t.Error("a query code has changed")
			}
			waits, err = p.Run(t.Context(), realm, waits.ID, p.desk)
			p.check(err)
			if done := p.carry(waits); done.State != intake.Done || done.Made != 150 {
				t.Errorf("the run that waited made %d and is %s", done.Made, done.State)
			}
		})
	}
}

func TestTwoRotationsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, waits := contacted(t, d, seal.International)
		_, err := p.realm.Box.Add()
		p.check(err)
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if _, err := p.rotate(t.Context(), func(int) {}); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		if p.uses(1) != 0 || p.uses(2) != sealedTexts {
			t.Errorf("%d texts are old, %d new", p.uses(1), p.uses(2))
		}
		if err := p.opens(waits); err != nil {
			t.Error(err)
		}
	})
}

func TestAContactMovedToAnotherRowDoesNotOpen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, _ := contacted(t, d, seal.International)
		contacts := sealedColumns()[0]
		var two []seal.Text
		p.check(d.InTx(t.Context(), func(tx *db.Tx) (err error) {
			if two, err = contacts.Find(t.Context(), tx, realm, "", "none", 2); err != nil {
				return err
			}
			return contacts.Replace(t.Context(), tx, realm, two[1], two[0].Sealed)
		}))
		if _, err := p.contact(two[0].Key); err != nil {
			t.Errorf("the contact that was copied: %v", err)
		}
		if c, err := p.contact(two[1].Key); !errors.Is(err, seal.ErrBroken) {
			t.Errorf("a contact of another matter opened: %v, %v", c, err)
		}
		_, err := p.realm.Box.Add()
		p.check(err)
		n, err := p.rotate(t.Context(), func(int) {})
		if n != sealedTexts-1 || !errors.Is(err, seal.ErrBroken) || !strings.Contains(err.Error(), two[1].Key) {
			t.Errorf("rotation did %d of %d and said %v", n, sealedTexts, err)
		}
		if p.uses(1) != 1 {
			t.Errorf("%d texts are left with the old version", p.uses(1))
		}
	})
}

func TestAVersionThatIsNotHereIsSaid(t *testing.T) {
	p, _ := contacted(t, dbtest.SQLite(t), seal.International)
	_, err := p.realm.Box.Add()
	p.check(err)
	_, err = p.rotate(t.Context(), func(int) {})
	p.check(err)
	p.realm.Box, err = seal.OpenBox(filepath.Join(t.TempDir(), "key"))
	p.check(err)
	if _, err := p.contact(p.matters()[0].ID); key(err) != "seal.no_key" {
		t.Errorf("without the version: %v", err)
	}
	_, err = p.realm.Box.Add() // a second version, but another's
	p.check(err)
	if _, err := p.contact(p.matters()[1].ID); !errors.Is(err, seal.ErrBroken) {
		t.Errorf("with another key of that number: %v", err)
	}
}

// BenchmarkRotate closes 100,000 contacts again.
func BenchmarkRotate(b *testing.B) {
	const contacts = 100_000
	for engine, database := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		for _, suite := range []string{seal.International, seal.National} {
			b.Run(engine+"/"+suite, func(b *testing.B) {
				p := open(b, database(b))
				box, err := seal.OpenBox(filepath.Join(b.TempDir(), "key"))
				p.check(err)
				p.check(box.Choose(realm, suite))
				p.realm.Box = box
				run, err := p.receive(file(contacts))
				p.check(err)
				p.carry(run)
				c := matter.Sealed()[0]
				for b.Loop() {
					_, err := box.Add()
					p.check(err)
					if n, err := box.Rotate(b.Context(), p.realm.DB, c, realm, func(int) {}); n != contacts || err != nil {
						b.Fatalf("%d, %v", n, err)
					}
				}
			})
		}
	}
}
