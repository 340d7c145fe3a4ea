// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/platform/search"
)

// Found is a line with the words that were looked for.
type Found struct {
	webkit.Work
	Pieces []Piece // of the title
}

// Piece is part of a text. Hit pieces are what was looked for.
type Piece struct {
	Text string
	Hit  bool
}

func (p *Pages) search(w http.ResponseWriter, r *http.Request) error {
	return p.listPage(w, r, "desk.search.title", p.searchList)
}

// searchList draws the matters that have all the words of q. Words that cannot
// be looked for are answered with what to write instead.
func (p *Pages) searchList(ctx context.Context, ask asking, given url.Values) (List, error) {
	q := url.Values{"q": {given.Get("q")}, afterParam: {given.Get(afterParam)}}
	words := strings.TrimSpace(given.Get("q"))
	l := List{
		Title: ask.say.T("desk.search.title"), Href: address("/desk/search", q),
		Search: &webkit.Form{Values: q, Prefix: "search-"},
		Empty:  webkit.Empty{Icon: "search", Heading: ask.say.T("desk.search.begin"), Text: ask.say.T("desk.search.begin_help")},
	}
	if words == "" {
		return l, nil
	}
	after, err := page.ParseCursor(given.Get(afterParam))
	if err != nil {
		return List{}, err
	}
	found, err := p.Docket.Find(ctx, ask.actor, words, after, page.Default)
	if f, known := fault.As(err); known && f.Kind == fault.Invalid {
		l.Empty.Heading = ask.say.T(f.Key)
		return l, nil
	}
	if err != nil {
		return List{}, err
	}
	l.Empty.Heading, l.Empty.Text = ask.say.T("desk.search.none", "words", words), ask.say.T("desk.search.none_help")
	for _, m := range found.Items {
		work := p.line(ask, m, strings.TrimPrefix(l.Href, "/desk/"))
		l.Found = append(l.Found, Found{work, pieces(work.Title, words)})
	}
	l.turn("/desk/search", q, found.Next)
	return l, nil
}

// pieces cuts a text where the words stand in it, however they are written:
// traditional or simplified, wide or narrow, large or small.
func pieces(text, words string) []Piece {
	runes := []rune(text)
	folded := make([]string, len(runes))
	for i, r := range runes {
		folded[i] = search.Normalise(string(r))
	}
	hit := make([]bool, len(runes))
	for _, word := range strings.Fields(search.Normalise(words)) {
		for i := range runes {
			for j := i + occurs(folded[i:], word) - 1; j >= i; j-- {
				hit[j] = true
			}
		}
	}
	var out []Piece
	for i, r := range runes {
		if i == 0 || hit[i] != hit[i-1] {
			out = append(out, Piece{Hit: hit[i]})
		}
		out[len(out)-1].Text += string(r)
	}
	return out
}

// occurs returns how many characters at the beginning of folded make up word, or
// 0 if they do not.
func occurs(folded []string, word string) int {
	for n, part := range folded {
		rest, ok := strings.CutPrefix(word, part)
		if !ok {
			return 0
		}
		if word = rest; word == "" {
			return n + 1
		}
	}
	return 0
}
