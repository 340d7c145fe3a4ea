// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"os"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// readsBoard are those who see the desk's side of a notice.
func readsBoard(w walker, _ whose) bool {
	return w.is(identity.Secretary, identity.ShiftHead, identity.Dispatcher, identity.Auditor)
}

// paperBoard is a board of wood in the village.
func (c *cast) paperBoard(d *demo) disclosure.Board {
	return must[disclosure.Board](c)(c.Board.SetUp(c.t.Context(), disclosure.SetUp{
		Realm: d.realm, Key: id.New(), Area: c.village(d).ID, Name: "测试村口", By: secretaryOf(d),
	}))
}

// written is a notice of the village that waits for its release.
func (c *cast) written(d *demo) disclosure.Notice {
	b := c.paperBoard(d)
	var n disclosure.Notice
	err := c.DB.InTx(c.t.Context(), func(tx *db.Tx) (err error) {
		n, err = c.Board.Publish(c.t.Context(), tx, disclosure.Publish{
			Realm: d.realm, Key: id.New(), Kind: disclosure.Resolution, Area: c.village(d).ID, Title: c.words(d, "走查用的公示"), Issuer: "测试村民委员会",
			Body: c.words(d, "走查用的正文"), Boards: []string{b.ID}, By: secretaryOf(d),
		})
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return n
}

// standingNotice is one that stands, and hangs on a board with a photo of that.
func (c *cast) standingNotice(d *demo, _ identity.Actor) thing {
	n := c.written(d)
	c.publish(d, "disclosure/"+n.ID)
	data := must[[]byte](c)(os.ReadFile(photo(c.t)))
	shot := must[files.Photo](c)(c.Files.Receive(c.t.Context(), d.realm, data))
	err := c.Board.PutUp(c.t.Context(), disclosure.Hang{
		Realm: d.realm, Key: id.New(), Notice: n.ID, Board: n.Boards[0], At: c.Now(), Photos: []files.Photo{shot}, By: secretaryOf(d),
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return thing{values: map[string]string{"notice": n.ID, "photo": shot.ID, "size": "thumb"}}
}

// boardGap is a paper board of the village that is down.
func (c *cast) boardGap(d *demo, _ identity.Actor) thing {
	b, gap := c.paperBoard(d), id.New()
	err := c.Board.ReportGap(c.t.Context(), disclosure.ReportGap{
		Realm: d.realm, Key: gap, Board: b.ID, Cause: disclosure.Weather, From: c.Now().Add(-time.Hour), By: secretaryOf(d),
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return thing{values: map[string]string{"gap": gap}}
}

// objected is an objection to a notice of the village.
func (c *cast) objected(d *demo, owner identity.Actor) thing {
	n := c.standingNotice(d, owner)
	made := must[disclosure.Receipt](c)(c.Board.Object(c.t.Context(), disclosure.Object{
		Realm: d.realm, Key: id.New(), Notice: n.values["notice"], Words: c.words(d, "走查用的异议"),
	}))
	return thing{values: map[string]string{"objection": made.ID}}
}

// woodenBoard is a paper board of the village.
func (c *cast) woodenBoard(d *demo, _ identity.Actor) thing {
	return thing{values: map[string]string{"board": c.paperBoard(d).ID}}
}
