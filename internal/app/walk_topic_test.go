// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"net/http"

	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/identity"
)

// suggested is what a resident of the village suggested, with number and code.
func (c *cast) suggested(d *demo, _ identity.Actor) thing {
	r := must[topic.Receipt](c)(c.Topics.Raise(c.t.Context(), topic.Raise{
		Realm: d.realm, Key: id.New(), Origin: topic.Resident, Area: c.village(d).ID, Words: c.words(d, "走查用的建议"), Contact: topic.Contact{Name: c.words(d, "测试居民")},
	}))
	return thing{values: map[string]string{"suggestion": r.ID, "number": r.Number, "code": r.Code}}
}

// followedSuggestion is one whose code the browser has shown, if it is somebody's own.
func (c *cast) followedSuggestion(d *demo, owner identity.Actor) thing {
	m := c.suggested(d, owner)
	if d == c.here && owner.Account != c.colleague.actor.Account {
		at := c.server.URL + "/topics/s/" + m.values["number"] + "/" + m.values["code"]
		res := must[*http.Response](c)(http.DefaultTransport.RoundTrip(must[*http.Request](c)(http.NewRequestWithContext(c.t.Context(), http.MethodGet, at, nil))))
		defer res.Body.Close()
		m.cookies = res.Cookies()
	}
	return m
}

// topic is one of the village, made of one suggestion and not public.
func (c *cast) topic(d *demo, owner identity.Actor) thing {
	made := must[topic.Topic](c)(c.Topics.Gather(c.t.Context(), topic.Gather{
		Realm: d.realm, Key: id.New(), Suggestions: []string{c.suggested(d, owner).values["suggestion"]}, Title: c.words(d, "走查用的议题"), Body: c.words(d, "走查用的议题"),
		Area: c.village(d).ID, By: secretaryOf(d),
	}))
	return thing{values: map[string]string{"topic": made.ID, "act": "count"}}
}

// publicTopic is one that everybody may know.
func (c *cast) publicTopic(d *demo, owner identity.Actor) thing {
	made := c.topic(d, owner)
	c.publish(d, topic.Name(made.values["topic"]))
	return made
}

// signedIn is true for everybody but nobody.
func signedIn(w walker, _ whose) bool { return !w.actor.Anonymous() }
