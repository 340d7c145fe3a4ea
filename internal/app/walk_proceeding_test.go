// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/identity"
)

// proceeding is one that has begun, of a topic that is public.
func (c *cast) proceeding(d *demo, _ identity.Actor) thing {
	raised := must[topic.Topic](c)(c.Topics.Gather(c.t.Context(), topic.Gather{
		Realm: d.realm, Key: id.New(), Title: c.words(d, "走查用的议题"), Body: c.words(d, "走查用的说明"), Area: c.village(d).ID, By: secretaryOf(d),
	}))
	c.publish(d, topic.Name(raised.ID))
	made := must[proceeding.Proceeding](c)(c.Proceedings.Start(c.t.Context(), proceeding.Start{
		Realm: d.realm, Key: id.New(), Topic: raised.ID, By: secretaryOf(d), Values: map[string][]string{
			"subject": {"estate_parking"}, "emergency": {"no"}, "one_person": {"no"}, "forbidden": {"no"}, "one_leader": {"no"},
		},
	}))
	return thing{values: map[string]string{"proceeding": made.ID, "step": "filing"}}
}
