// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/core/identity"
)

// walkKey is the key of a form that a walker sends.
const walkKey = "01890000-0000-7000-8000-000000000046"

// survey asks one household of the village.
func (c *cast) survey(d *demo, owner identity.Actor) thing {
	made := must[survey.Survey](c)(c.Surveys.Start(c.t.Context(), survey.Open{
		Realm: d.realm, Key: id.New(), Area: c.village(d).ID, Question: c.words(d, "走查用的征求意见"), Channels: survey.Channels(), Closes: c.Now().Add(time.Hour),
		Households: []survey.Household{{Label: c.words(d, "测试1号楼")}}, By: secretaryOf(d),
	}))
	c.publish(d, "survey/"+made.ID)
	return thing{values: map[string]string{"survey": made.ID, "no": "1", "remark": "none"}}
}

// answeredSurvey is one that its household answered, with a remark.
func (c *cast) answeredSurvey(d *demo, owner identity.Actor) thing {
	made := c.survey(d, owner)
	at := made.values["survey"]
	must[survey.Household](c)(c.Surveys.Answer(c.t.Context(), survey.Answer{
		Realm: d.realm, ID: at, Key: id.New(), No: 1, Channel: survey.Paper, Choice: survey.For, Words: c.words(d, "走查用的附言"), By: secretaryOf(d),
	}))
	_, list, err := c.Surveys.Remarks(c.t.Context(), d.realm, at, secretaryOf(d), page.Cursor{}, 1)
	if err != nil {
		c.t.Fatal(err)
	}
	made.values["remark"] = list.Items[0].ID
	return made
}
