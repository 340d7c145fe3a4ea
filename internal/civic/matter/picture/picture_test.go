// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package picture_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/civic/matter/picture"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

const realm = mattertest.Realm

// corner hides the left upper quarter.
var corner = []picture.Box{{Width: 500, Height: 500}}

// stand is a realm with pictures, and a matter in it with a photo.
type stand struct {
	*picture.Service
	town          *mattertest.Realmful
	m             matter.Matter
	photo         files.Photo
	writer, other identity.Actor // two of the desk
}

func each(t *testing.T, fn func(t *testing.T, s *stand)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		s := &stand{town: r, Service: &picture.Service{
			DB: d, Now: r.Now, Files: r.Files, Matters: r.Service, Releases: &release.Service{DB: d, Now: r.Now},
		}}
		s.Releases.Publishers = map[string]release.Publisher{picture.Kind: s.Publish}
		s.m, s.photo = s.reported(t, "020103")
		s.writer, s.other = r.Actor(identity.Dispatcher, r.East.Town, ""), r.Actor(identity.ShiftHead, r.East.Town, "")
		fn(t, s)
	})
}

// reported makes a matter of a type with a photo, white but for its red left upper quarter.
func (s *stand) reported(t *testing.T, kind string) (matter.Matter, files.Photo) {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 400, 300))
	for y := range 300 {
		for x := range 400 {
			m.SetRGBA(x, y, color.RGBA{255, 255, 255, 255})
			if x < 200 && y < 150 {
				m.SetRGBA(x, y, color.RGBA{255, 0, 0, 255})
			}
		}
	}
	var sent bytes.Buffer
	if err := jpeg.Encode(&sent, m, nil); err != nil {
		t.Fatal(err)
	}
	photo, err := s.Files.Receive(t.Context(), realm, sent.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	made, err := s.Matters.Report(t.Context(), matter.Report{
		Realm: realm, Origin: "test", Type: kind, Text: "村口的井盖不见了，晚上很危险。", Point: s.town.East.Middle(), Photos: []files.Photo{photo},
	})
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Matters.Followed(t.Context(), realm, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	return d.Matter, photo
}

func (s *stand) ask() picture.Prepare {
	return picture.Prepare{Realm: realm, Matter: s.m.ID, Seq: 1, Photo: s.photo.ID, Boxes: corner, Caption: "换好的井盖", By: s.writer}
}

// prepared makes a picture and returns it as the desk sees it.
func (s *stand) prepared(t *testing.T, by identity.Actor) picture.Look {
	t.Helper()
	c := s.ask()
	c.By = by
	if _, err := s.Prepare(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	s.town.Time = s.town.Time.Add(time.Minute)
	return s.look(t, s.other)
}

func (s *stand) look(t *testing.T, by identity.Actor) picture.Look {
	t.Helper()
	l, err := s.Look(t.Context(), by, s.m.ID, 1, s.photo.ID)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (s *stand) decide(t *testing.T, l picture.Look, act release.Act, reason string, by identity.Actor) error {
	t.Helper()
	return s.Decide(t.Context(), picture.Decide{
		Matter: s.m.ID, Seq: 1, Photo: s.photo.ID, Picture: l.Latest.ID, Revision: l.Trail.Revision, Act: act, Reason: reason, By: by,
	})
}

// public lists what everybody is shown of the matter, and opens it.
func (s *stand) public(t *testing.T) []string {
	t.Helper()
	all, err := s.Public(t.Context(), realm, []string{s.m.ID, "another"})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range all[s.m.ID] {
		data, err := s.Open(t.Context(), realm, p.ID, files.Full)
		if err != nil {
			t.Fatal(err)
		}
		drawn, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if r, g, b, _ := drawn.At(50, 50).RGBA(); r > 0x8000 && g < 0x8000 && b < 0x8000 {
			t.Error("what was hidden is seen")
		}
		if r, _, _, _ := drawn.At(350, 250).RGBA(); r < 0xF000 {
			t.Error("what was not hidden is not seen")
		}
		out = append(out, p.ID)
	}
	return out
}

// kinds has a type of each class.
var kinds = map[string]string{"A": "010101", "B": "010202", "C": "040303", "D": "060102"}

func key(err error) string {
	f, ok := fault.As(err)
	if !ok {
		return ""
	}
	return f.Key
}

func TestAPictureIsPreparedByOneAndReleasedByAnother(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		before, err := s.Files.Bytes(t.Context(), realm, s.photo.ID, files.Full)
		if err != nil {
			t.Fatal(err)
		}
		first := s.prepared(t, s.writer)
		if len(s.public(t)) != 0 || !first.May || first.Shown != nil || first.Trail.State != release.Waiting || !slices.Equal(first.Latest.Boxes, corner) {
			t.Errorf("before its release: %+v", first)
		}
		if _, err := s.Open(t.Context(), realm, first.Latest.ID, files.Full); fault.KindOf(err) != fault.Missing {
			t.Errorf("before its release everybody opens it: %v", err)
		}
		if err := s.decide(t, first, release.Release, "", s.writer); key(err) != "release.own" {
			t.Errorf("released by its author: %v", err)
		}
		if err := s.decide(t, first, release.Release, "", s.other); err != nil {
			t.Fatal(err)
		}
		if got := s.public(t); !slices.Equal(got, []string{first.Latest.ID}) {
			t.Fatalf("public: %v", got)
		}
		second := s.prepared(t, s.writer)
		if got := s.public(t); !slices.Equal(got, []string{first.Latest.ID}) || second.Shown == nil || second.Latest.ID == first.Latest.ID {
			t.Errorf("while another waits, public is %v", got)
		}
		if err := s.decide(t, first, release.Release, "", s.other); fault.KindOf(err) != fault.Stale {
			t.Errorf("deciding on one that was replaced: %v", err)
		}
		if err := s.decide(t, second, release.Release, "", s.other); err != nil || !slices.Equal(s.public(t), []string{second.Latest.ID}) {
			t.Fatalf("the second: %v, %v", s.public(t), err)
		}
		if _, err := s.Open(t.Context(), realm, first.Latest.ID, files.Full); fault.KindOf(err) != fault.Missing {
			t.Errorf("the one before is still opened: %v", err)
		}
		now := s.look(t, s.writer)
		if err := s.decide(t, now, release.Withdraw, "", s.writer); fault.KindOf(err) != fault.Invalid {
			t.Errorf("withdrawn without a reason: %v", err)
		}
		if err := s.decide(t, now, release.Withdraw, "看得出是谁家", s.writer); err != nil || len(s.public(t)) != 0 {
			t.Errorf("withdrawn: %v, %v", s.public(t), err)
		}
		for _, size := range []string{files.Full, files.Thumb} {
			if _, err := s.Open(t.Context(), realm, second.Latest.ID, size); fault.KindOf(err) != fault.Missing {
				t.Errorf("what was withdrawn is opened, %s: %v", size, err)
			}
		}
		after, err := s.Files.Bytes(t.Context(), realm, s.photo.ID, files.Full)
		if err != nil || !bytes.Equal(before, after) {
			t.Errorf("the photo has changed: %v", err)
		}
		if report, err := audit.Verify(t.Context(), s.DB, realm); err != nil || len(report.Problems) > 0 {
			t.Errorf("audit: %v, %v", report, err)
		}
	})
}

func TestWhatCannotBePrepared(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		many := slices.Repeat([]picture.Box{{Width: 1, Height: 1}}, picture.MaxBoxes+1)
		handler := s.town.Actor(identity.Handler, s.town.East.Town, s.town.Works.ID)
		for _, c := range []struct {
			name   string
			change func(*picture.Prepare)
			key    string
		}{
			{"nothing marked", func(c *picture.Prepare) { c.Boxes = nil }, "picture.no_boxes"},
			{"marked, and nothing to hide", func(c *picture.Prepare) { c.Nothing = true }, "picture.not_nothing"},
			{"too much marked", func(c *picture.Prepare) { c.Boxes = many }, "picture.too_many_boxes"},
			{"outside", func(c *picture.Prepare) { c.Boxes = []picture.Box{{Left: 900, Width: 101, Height: 1}} }, "picture.outside"},
			{"without a caption", func(c *picture.Prepare) { c.Caption = " " }, "picture.no_caption"},
			{"a long caption", func(c *picture.Prepare) { c.Caption = strings.Repeat("长", 61) }, "form.too_long"},
			{"another event's photo", func(c *picture.Prepare) { c.Seq = 2 }, "photo.missing"},
			{"no photo of the matter", func(c *picture.Prepare) { c.Photo = s.m.ID }, "photo.missing"},
			{"no matter", func(c *picture.Prepare) { c.Matter = s.photo.ID }, "matter.missing"},
			{"by the desk of another town", func(c *picture.Prepare) { c.By = s.town.Actor(identity.Dispatcher, s.town.West.Town, "") }, "matter.missing"},
			{"by a grid worker", func(c *picture.Prepare) { c.By = s.town.Actor(identity.GridWorker, s.town.East.Town, "") }, "picture.not_yours"},
			{"by a handler", func(c *picture.Prepare) { c.By = handler }, "matter.missing"},
			{"by nobody", func(c *picture.Prepare) { c.By = identity.Actor{Realm: realm} }, "matter.missing"},
		} {
			ask := s.ask()
			c.change(&ask)
			if _, err := s.Prepare(t.Context(), ask); key(err) != c.key {
				t.Errorf("%s gave %v, want %s", c.name, err, c.key)
			}
		}
		ask := s.ask()
		ask.Caption = "联系 13800000000"
		if _, err := s.Prepare(t.Context(), ask); err != nil {
			t.Fatal(err)
		}
		if l := s.look(t, s.other); l.May || l.Trail.State != release.Drafted {
			t.Errorf("a caption with a telephone number waits for release: %s", l.Trail.State)
		}
	})
}

func TestClassesWithoutPublicPhotos(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		for class, kind := range kinds {
			m, photo := s.reported(t, kind)
			if m.Privacy != class {
				t.Fatalf("type %s is of class %s, not %s", kind, m.Privacy, class)
			}
			_, err := s.Prepare(t.Context(), picture.Prepare{
				Realm: realm, Matter: m.ID, Seq: 1, Photo: photo.ID, Boxes: corner, Caption: "井盖", By: s.writer,
			})
			open := class == "A" || class == "B"
			if open != (err == nil) || !open && key(err) != "picture.not_presentable" {
				t.Errorf("class %s: %v", class, err)
			}
		}
	})
}

// A matter whose type turns out to be another is of another class: what was public of
// it is not any more, and what waits cannot be released.
func TestAClassThatChangesTakesThePictureAway(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		l := s.prepared(t, s.writer)
		if err := s.decide(t, l, release.Release, "", s.other); err != nil || len(s.public(t)) != 1 {
			t.Fatal(err)
		}
		waiting := s.prepared(t, s.writer)
		err := s.DB.InTx(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE matter SET privacy = 'C' WHERE realm = ? AND id = ?`, realm, s.m.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.public(t); len(got) != 0 {
			t.Errorf("public: %v", got)
		}
		if _, err := s.Open(t.Context(), realm, l.Latest.ID, files.Full); fault.KindOf(err) != fault.Missing {
			t.Errorf("everybody opens it: %v", err)
		}
		_, err = s.Releases.Decide(t.Context(), release.Decide{Realm: realm, ID: waiting.Latest.Draft, Revision: waiting.Trail.Revision, Act: release.Release, Seen: s.photo.ID, By: s.other})
		if key(err) != "picture.not_presentable" {
			t.Errorf("what waits was released: %v", err)
		}
	})
}

// A caption that is mended at the desk makes another version of the draft, which has
// no picture of its own.
func TestAMendedCaptionKeepsThePicture(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		l := s.prepared(t, s.writer)
		d, err := s.Releases.Mend(t.Context(), release.Mend{
			Realm: realm, ID: l.Latest.Draft, Revision: l.Trail.Revision, By: s.writer, Words: []release.Part{{Name: picture.CaptionPart, Text: "井盖已换新"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		blind := release.Decide{Realm: realm, ID: d.ID, Revision: d.Revision, Act: release.Release, By: s.other}
		if _, err := s.Releases.Decide(t.Context(), blind); key(err) != "release.look_first" {
			t.Errorf("released without a look at the photo: %v", err)
		}
		seen := blind
		seen.Seen = s.photo.ID
		if _, err := s.Releases.Decide(t.Context(), seen); err != nil {
			t.Fatal(err)
		}
		all, err := s.Public(t.Context(), realm, []string{s.m.ID})
		if err != nil || len(all[s.m.ID]) != 1 || all[s.m.ID][0].ID != l.Latest.ID || all[s.m.ID][0].Caption != "井盖已换新" {
			t.Errorf("public: %+v, %v", all, err)
		}
	})
}

func TestTwoWhoPrepareAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if _, err := s.Prepare(t.Context(), s.ask()); err != nil && fault.KindOf(err) != fault.Stale {
					t.Error(err)
				}
			})
		}
		all.Wait()
		l := s.look(t, s.other)
		if l.Latest == nil || l.Trail.State != release.Waiting {
			t.Fatalf("%+v", l)
		}
		if err := s.decide(t, l, release.Release, "", s.other); err != nil || len(s.public(t)) != 1 {
			t.Errorf("public: %v, %v", s.public(t), err)
		}
	})
}

// Nothing that everybody may see has a part of the photo's own name, and the copy is
// not among the matter's photos.
func TestThePublicCopyDoesNotLeadToThePhoto(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		l := s.prepared(t, s.writer)
		p := l.Latest
		if p.Copy == p.Photo || p.ID == p.Photo || p.ID == p.Copy {
			t.Errorf("%+v", p)
		}
		list, err := s.Files.List(t.Context(), realm, matter.PhotosOf(s.m.ID, 1))
		if err != nil || len(list) != 1 || list[0].ID != s.photo.ID {
			t.Errorf("the matter's photos: %v, %v", list, err)
		}
		for name, id := range map[string]string{"the photo": p.Photo, "the copy's file": p.Copy, "the matter": s.m.ID} {
			if _, err := s.Open(t.Context(), realm, id, files.Full); fault.KindOf(err) != fault.Missing {
				t.Errorf("%s is opened by its id: %v", name, err)
			}
		}
		if _, err := s.Draft(t.Context(), s.other, s.m.ID, 1, s.photo.ID, p.ID, files.Full); err != nil {
			t.Error(err)
		}
		stranger := s.town.Actor(identity.Dispatcher, s.town.West.Town, "")
		if _, err := s.Draft(t.Context(), stranger, s.m.ID, 1, s.photo.ID, p.ID, files.Full); fault.KindOf(err) != fault.Missing {
			t.Errorf("the desk of another town sees the draft: %v", err)
		}
		if _, err := s.Original(t.Context(), stranger, s.m.ID, 1, s.photo.ID); fault.KindOf(err) != fault.Missing {
			t.Errorf("the desk of another town sees the photo: %v", err)
		}
	})
}

// What the schedule of retention destroys is public no longer, and its copies are gone.
func TestWhatIsForgottenIsNotPublic(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		l := s.prepared(t, s.writer)
		if err := s.decide(t, l, release.Release, "", s.other); err != nil || len(s.public(t)) != 1 {
			t.Fatal(err)
		}
		in := func(fn func(tx *db.Tx) error) {
			if err := s.DB.InTx(t.Context(), fn); err != nil {
				t.Fatal(err)
			}
		}
		in(func(tx *db.Tx) error {
			n, err := picture.Forget(t.Context(), tx, realm, s.m.ID)
			if n != 1 {
				t.Errorf("%d were forgotten", n)
			}
			return err
		})
		if len(s.public(t)) != 0 {
			t.Error("it is public still")
		}
		if _, err := s.Draft(t.Context(), s.other, s.m.ID, 1, s.photo.ID, l.Latest.ID, files.Full); err != nil {
			t.Errorf("its words were forgotten, and its copy is gone: %v", err)
		}
		in(func(tx *db.Tx) error {
			_, err := picture.Destroy(t.Context(), tx, s.Files, realm, s.m.ID)
			return err
		})
		if _, err := s.Draft(t.Context(), s.other, s.m.ID, 1, s.photo.ID, l.Latest.ID, files.Full); fault.KindOf(err) != fault.Missing {
			t.Errorf("the copy is there: %v", err)
		}
	})
}
