// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package edition

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Change is a difference between two editions: a value that came, went, or is
// another. Path leads to it; entries of a list are named by what they call
// themselves.
type Change struct{ Path, Before, After string }

// named are the fields by which entries of a list call themselves, the likeliest first.
var named = []string{"code", "id", "date", "name"}

// Compare lists the differences between two sets of rules, in the order of their
// paths. Entries of a list that call themselves by a code, id, date or name are
// compared with their namesakes, wherever they stand; of several with one name the
// second with the second, and so on.
func Compare(before, after []byte) ([]Change, error) {
	a, b := map[string]string{}, map[string]string{}
	for text, flat := range map[*[]byte]map[string]string{&before: a, &after: b} {
		var v any
		if err := json.Unmarshal(*text, &v); err != nil {
			return nil, fmt.Errorf("compare: %w", err)
		}
		flatten("", v, flat)
	}
	both := maps.Clone(a)
	maps.Copy(both, b)
	var out []Change
	for _, path := range slices.Sorted(maps.Keys(both)) {
		if a[path] != b[path] {
			out = append(out, Change{path, a[path], b[path]})
		}
	}
	return out, nil
}

// flatten writes every value of v under its path.
func flatten(path string, v any, out map[string]string) {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			flatten(join(path, key), inner, out)
		}
	case []any:
		times := map[string]int{}
		for i, inner := range v {
			name := call(inner, i)
			if times[name]++; times[name] > 1 {
				name += fmt.Sprintf(" (%d)", times[name])
			}
			flatten(join(path, name), inner, out)
		}
	case nil:
	default:
		out[path] = fmt.Sprint(v)
	}
}

// call is what an entry of a list calls itself, or where it stands.
func call(v any, at int) string {
	if m, ok := v.(map[string]any); ok {
		for _, field := range named {
			if name, ok := m[field].(string); ok && name != "" {
				return name
			}
		}
	}
	return strconv.Itoa(at + 1)
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
