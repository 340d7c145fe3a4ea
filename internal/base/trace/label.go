// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package trace

import "strings"

// other labels what is no trace: an order, a case, an amount.
const other Kind = "other"

// words are what a number after them is said to be. Where one
// begins another, the longer comes first.
var words = []struct {
	kind Kind
	list string // apart by blanks
}{
	{Identity, "身份证 身份号码 证件编号 证件号码 证件号 证号"},
	{Phone, "手机 电话 座机 致电 拨打 联系方式 传真 tel phone"},
	{Bank, "银行卡 银行 卡号 账号 账户 帐号"},
	{Bill, "发票代码 发票编号 发票号码 发票号 发票 收据编号 收据号码 收据号 收据 票据代码 票据编号 票据号码 票据号 票据 票号 缴款书"},
	{other, "订单 单号 编号 编码 代码 案号 流水 工单 文号 部件 金额 合计 共计 坐标 容积 面积"},
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
