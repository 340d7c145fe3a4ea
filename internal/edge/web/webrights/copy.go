// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrights

import (
	"encoding/json"
	"net/http"
	"time"

	"pavilion/internal/edge/web/webkit"
)

// CopyPage is a copy of somebody's data, to print.
type CopyPage struct {
	webkit.Page
	Back    string
	Made    time.Time
	Records []Record
}

// copied is a copy of somebody's data, as a file.
type copied struct {
	Subject string       `json:"subject"`
	Made    time.Time    `json:"made"`
	Records []copiedItem `json:"records"`
}

type copiedItem struct {
	Kind  string    `json:"kind"`
	Field string    `json:"field"`
	Name  string    `json:"name"`
	Value string    `json:"value"`
	At    time.Time `json:"at,omitzero"`
}

// copy gives somebody what is held about them: as a page to print, or as JSON.
func (p *Pages) copy(w http.ResponseWriter, r *http.Request, subject, back, as string) error {
	held, err := p.Keeping.Held(r.Context(), p.Realm, subject)
	if err != nil {
		return err
	}
	private(w)
	view := CopyPage{Page: p.Kit.Page(r, "rights.copy.title"), Back: back, Made: p.Kit.Now()}
	say := view.Printer
	if as == "print" {
		view.Records = records(say, held)
		return p.Kit.Render(w, r, http.StatusOK, "rights_copy", view)
	}
	out := copied{Subject: subject, Made: view.Made, Records: []copiedItem{}}
	for _, one := range held {
		out.Records = append(out.Records, copiedItem{one.Kind, one.Key, say.T(one.Key), one.Value, one.At})
	}
	raw, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="my-data.json"`)
	_, err = w.Write(append(raw, '\n'))
	return err
}
