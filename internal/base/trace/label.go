// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package trace

import "strings"

// other labels what is no trace: an order, a case, an amount.
const other Kind = "other"

// words are what a number after them is said to be. They are written by code point;
// where one begins another, the longer comes first.
var words = []struct {
	kind Kind
	list string // apart by blanks
}{
	{Identity, "\u8eab\u4efd\u8bc1 \u8eab\u4efd\u53f7\u7801 \u8bc1\u4ef6\u7f16\u53f7 \u8bc1\u4ef6\u53f7\u7801 \u8bc1\u4ef6\u53f7 \u8bc1\u53f7"},
	{Phone, "\u624b\u673a \u7535\u8bdd \u5ea7\u673a \u81f4\u7535 \u62e8\u6253 \u8054\u7cfb\u65b9\u5f0f \u4f20\u771f tel phone"},
	{Bank, "\u94f6\u884c\u5361 \u94f6\u884c \u5361\u53f7 \u8d26\u53f7 \u8d26\u6237 \u5e10\u53f7"},
	{Bill, "\u53d1\u7968\u4ee3\u7801 \u53d1\u7968\u7f16\u53f7 \u53d1\u7968\u53f7\u7801 \u53d1\u7968\u53f7 \u53d1\u7968 \u6536\u636e\u7f16\u53f7 \u6536\u636e\u53f7\u7801 \u6536\u636e\u53f7 \u6536\u636e \u7968\u636e\u4ee3\u7801 \u7968\u636e\u7f16\u53f7 \u7968\u636e\u53f7\u7801 \u7968\u636e\u53f7 \u7968\u636e \u7968\u53f7 \u7f34\u6b3e\u4e66"},
	{other, "\u8ba2\u5355 \u5355\u53f7 \u7f16\u53f7 \u7f16\u7801 \u4ee3\u7801 \u6848\u53f7 \u6d41\u6c34 \u5de5\u5355 \u6587\u53f7 \u90e8\u4ef6 \u91d1\u989d \u5408\u8ba1 \u5171\u8ba1 \u5750\u6807 \u5bb9\u79ef \u9762\u79ef"},
}

// said is one word and what it says.
type said struct {
	word string
	kind Kind
}

// byBeginning are the words by their first character.
var byBeginning = func() map[string][]said {
	out := map[string][]said{}
	for _, w := range words {
		for word := range strings.FieldsSeq(w.list) {
			out[beginning(word)] = append(out[beginning(word)], said{word, w.kind})
		}
	}
	return out
}()

// beginning is the first character of a word of the list.
func beginning(word string) string {
	if word[0] < 0x80 {
		return word[:1]
	}
	return word[:3]
}

// reach is how far before a number its label may begin, in bytes.
const reach = 48

// label is what the words before a number say it is, on its line or on the one
// before; nothing if another number stands between.
func (f folded) label(from int) Kind {
	start := max(0, from-reach)
	for start < from && f.text[start]&0xc0 == 0x80 {
		start++
	}
	kind, end := Kind(""), start
	for i := start; i < from; {
		w, ok := f.word(i, from)
		if !ok {
			i++
			continue
		}
		i += len(w.word)
		kind, end = w.kind, i
	}
	if strings.ContainsAny(f.text[end:from], "0123456789") {
		return ""
	}
	return kind
}

// word is the word of the list at i, ending before limit.
func (f folded) word(i, limit int) (said, bool) {
	c := f.text[i]
	switch {
	case c < 0x80 && c|0x20 != 't' && c|0x20 != 'p', c >= 0x80 && c < 0xe4, i+3 > limit:
		return said{}, false
	}
	key := f.text[i : i+3]
	if c < 0x80 {
		key = string(rune(c | 0x20))
	}
	for _, w := range byBeginning[key] {
		if i+len(w.word) <= limit && (f.text[i:i+len(w.word)] == w.word || c < 0x80 && strings.EqualFold(f.text[i:i+len(w.word)], w.word)) {
			return w, true
		}
	}
	return said{}, false
}
