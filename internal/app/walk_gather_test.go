// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"os"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/core/files"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
)

// gathering is a meeting in the village that is to be held today.
func (c *cast) gathering(d *demo, owner identity.Actor) thing {
	by := secretaryOf(d)
	now := c.Now()
	made := must[gathering.Gathering](c)(c.Meetings.Convene(c.t.Context(), gathering.Call{
		Realm: d.realm, Key: id.New(), Kind: "villager_reps", Title: c.words(d, "走查用的会议"), Host: "assembly/" + c.assembly(d, owner).values["id"],
		Starts: now, Ends: now.Add(time.Hour), Where: "测试会议室", Agenda: []gathering.Item{{Kind: gathering.Report, Title: c.words(d, "走查用的议题")}}, By: by,
	}))
	return thing{values: map[string]string{"gathering": made.ID, "meeting": made.ID}}
}

// held is a meeting that is over, with a photograph of its signed paper.
func (c *cast) held(d *demo, owner identity.Actor) thing {
	out := c.gathering(d, owner)
	at := gathering.At{Realm: d.realm, ID: out.values["gathering"], By: secretaryOf(d)}
	r := must[gathering.Record](c)(c.Meetings.Read(c.t.Context(), at))
	if err := c.Meetings.Roll(c.t.Context(), gathering.Roll{At: at, Seats: []string{r.Seats[0].ID}, Act: gathering.Came}); err != nil {
		c.t.Fatal(err)
	}
	must[gathering.Gathering](c)(c.Meetings.Start(c.t.Context(), at))
	must[gathering.Gathering](c)(c.Meetings.Close(c.t.Context(), at))
	photo := c.paper(d)
	must[gathering.Gathering](c)(c.Meetings.Sign(c.t.Context(), gathering.Sign{At: at, Photos: []files.Photo{photo}}))
	out.values["photo"], out.values["size"] = photo.ID, files.Thumb
	return out
}

// resolution is one of such a meeting, with the receipt of its filing.
func (c *cast) resolution(d *demo, owner identity.Actor) thing {
	out, by := c.held(d, owner), secretaryOf(d)
	made := must[gathering.Resolution](c)(c.Meetings.Resolve(c.t.Context(), gathering.Resolve{
		At:  gathering.At{Realm: d.realm, ID: out.values["gathering"], By: by},
		Key: id.New(), Duty: gathering.Rules, Text: c.words(d, "走查用的决议"),
	}))
	photo := c.paper(d)
	filing := must[gathering.Filing](c)(c.Meetings.File(c.t.Context(), gathering.File{
		Realm: d.realm, Resolution: made.ID, Key: id.New(), Unit: "测试单位", Number: "7", Day: c.Meetings.Today(), Photos: []files.Photo{photo}, By: by,
	}))
	return thing{values: map[string]string{"resolution": made.ID, "filing": filing.ID, "photo": photo.ID, "size": files.Full}}
}

// paper is a photograph that is stored.
func (c *cast) paper(d *demo) files.Photo {
	return must[files.Photo](c)(c.Files.Receive(c.t.Context(), d.realm, must[[]byte](c)(os.ReadFile(photo(c.t)))))
}
