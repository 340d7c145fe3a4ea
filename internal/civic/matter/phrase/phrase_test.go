// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package phrase_test

import (
	"io/fs"
	"slices"
	"testing"

	"pavilion/catalogue"
	"pavilion/internal/civic/matter/phrase"
)

func TestTheMoreSpecificComesFirstAndItsPlacesAreFilled(t *testing.T) {
	b, err := phrase.Parse([]byte(`{"phrases": [
		{"name": "a", "action": "feed_back", "text": "any"},
		{"name": "b", "action": "feed_back", "type": "0201", "text": "{body} mended {type} at {place}, {number}"},
		{"name": "c", "action": "refuse", "text": "no"},
		{"name": "d", "action": "feed_back", "type": "02", "text": "group"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range b.For("feed_back", "020103") {
		names = append(names, p.Name)
	}
	if !slices.Equal(names, []string{"b", "d", "a"}) {
		t.Errorf("the order is %v", names)
	}
	if len(b.For("feed_back", "010101")) != 1 || len(b.For("sign", "020103")) != 0 {
		t.Error("phrases of another type or move are offered")
	}
	got := phrase.Fill(b.For("feed_back", "020103")[0].Text, map[string]string{"body": "Office", "type": "a cover", "place": "East", "number": "7"})
	if got != "Office mended a cover at East, 7" {
		t.Errorf("filled: %q", got)
	}
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	b, err := phrase.Parse([]byte(`{"phrases": [
		{"name": "", "action": "sing", "type": "99", "text": ""},
		{"name": "a", "action": "refuse", "text": "Dear {reporter}"},
		{"name": "a", "action": "refuse", "text": "again"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, f := range b.Lint([]string{"refuse"}, []string{"010101"}) {
		keys = append(keys, f.Path+" "+f.Key)
	}
	want := []string{
		"phrases.0.name phrase.name_length", "phrases.0.text phrase.text_length", "phrases.0.action phrase.action_unknown",
		"phrases.0.type phrase.type_unknown", "phrases.1.text phrase.place_unknown", "phrases.2.name phrase.twice",
	}
	if !slices.Equal(keys, want) {
		t.Errorf("found %q", keys)
	}
	if _, err := phrase.Parse([]byte(`{"phrases": [{"nmae": "a"}]}`)); err == nil {
		t.Error("a field that nobody knows is taken")
	}
}

func TestTheCatalogueReads(t *testing.T) {
	body, err := fs.ReadFile(catalogue.FS(), "replies.json")
	if err != nil {
		t.Fatal(err)
	}
	b, err := phrase.Parse(body)
	if err != nil || len(b.Phrases) < 10 {
		t.Errorf("%d phrases, %v", len(b.Phrases), err)
	}
}

func TestAPhraseWithAMobileNumberIsFound(t *testing.T) {
	b := &phrase.Book{Phrases: []phrase.Phrase{{Name: "a", Action: "feed_back", Text: "详询13800000000"}}}
	if found := b.Lint([]string{"feed_back"}, []string{"0201"}); len(found) != 1 || found[0].Key != "trace.found_phone" || found[0].Path != "phrases.0.text" {
		t.Errorf("%+v", found)
	}
}
