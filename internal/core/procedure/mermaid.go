// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package procedure

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Mermaid draws d as a state diagram. The words are those that say gives for
// the keys "state.<state>", "action.<action>" and "role.<role>".
func Mermaid(d *Definition, say func(key string) string) string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, s := range slices.Sorted(maps.Keys(d.States)) {
		fmt.Fprintf(&b, "  %s: %s\n", s, plain(say("state."+string(s))))
	}
	fmt.Fprintf(&b, "  [*] --> %s\n", d.Start)
	for _, m := range d.Moves {
		if m.Stays() {
			continue
		}
		for _, from := range m.From {
			fmt.Fprintf(&b, "  %s --> %s: %s\n", from, m.To, plain(say("action."+string(m.Action))+" ("+roles(m.By, say)+")"))
		}
	}
	for _, s := range slices.Sorted(maps.Keys(d.States)) {
		if d.States[s].Final {
			fmt.Fprintf(&b, "  %s --> [*]\n", s)
		}
	}
	return b.String()
}

func roles(list []Role, say func(string) string) string {
	words := make([]string, len(list))
	for i, r := range list {
		words[i] = say("role." + string(r))
	}
	return strings.Join(words, "/")
}

// plain keeps a label from being read as Mermaid's own signs.
func plain(text string) string {
	return strings.NewReplacer("\n", " ", ":", " ", ";", " ", "#", " ").Replace(text)
}
