// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"encoding/json"

	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/oversight"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
)

func inspectorOf(d *demo) identity.Actor {
	return identity.Actor{Realm: d.realm, Account: "inspector", Grants: []identity.Grant{{Realm: d.realm, Role: identity.Inspector, Hi: 1 << 60}}}
}

// record is a proceeding of which supervision has heard.
func (c *cast) record(d *demo, by identity.Actor) thing {
	made := c.proceeding(d, by)
	body := must[[]byte](c)(json.Marshal(proceeding.Happened{Proceeding: made.values["proceeding"]}))
	if err := c.Oversight.Hear(c.t.Context(), []outbox.Event{{Realm: d.realm, ID: id.New(), At: c.Now(), Body: body}}); err != nil {
		c.t.Fatal(err)
	}
	return made
}

// recordSample is a sample that another inspector drew.
func (c *cast) recordSample(d *demo, _ identity.Actor) thing {
	made := must[oversight.Sample](c)(c.Oversight.Draw(c.t.Context(), oversight.Draw{
		Realm: d.realm, Key: id.New(), Area: c.village(d).ID, From: c.Now().AddDate(0, 0, -1), To: c.Now().AddDate(0, 0, 1), Size: 1, By: inspectorOf(d),
	}))
	return thing{values: map[string]string{"sample": made.ID}}
}

// inspection is one of another inspector.
func (c *cast) inspection(d *demo, by identity.Actor) thing {
	made := must[oversight.Inspection](c)(c.Oversight.TakeUp(c.t.Context(), oversight.TakeUp{
		Realm: d.realm, Key: id.New(), Proceeding: c.record(d, by).values["proceeding"], Words: "走查：看一看", By: inspectorOf(d),
	}))
	return thing{values: map[string]string{"inspection": made.ID}}
}
