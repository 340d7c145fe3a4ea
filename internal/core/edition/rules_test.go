// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package edition

import (
	"reflect"
	"testing"
)

func TestCompare(t *testing.T) {
	for _, tt := range []struct {
		name, before, after string
		want                []Change
	}{
		{"nothing has changed", `{"a":1}`, `{ "a": 1 }`, nil},
		{"a value is another", `{"a":1}`, `{"a":2}`, []Change{{"a", "1", "2"}}},
		{"a value came and one went", `{"a":1}`, `{"b":true}`, []Change{{"a", "1", ""}, {"b", "", "true"}}},
		{"entries moved", `{"l":[{"code":"x","n":1},{"code":"y","n":2}]}`, `{"l":[{"code":"y","n":2},{"code":"x","n":1}]}`, nil},
		{"one of them changed", `{"l":[{"code":"x","n":1}]}`, `{"l":[{"code":"x","n":3}]}`, []Change{{"l.x.n", "1", "3"}}},
		{"one of two namesakes changed", `{"l":[{"code":"x","n":1},{"code":"x","n":2}]}`, `{"l":[{"code":"x","n":5},{"code":"x","n":2}]}`, []Change{{"l.x.n", "1", "5"}}},
		{"a namesake came", `{"l":[{"code":"x","n":1}]}`, `{"l":[{"code":"x","n":1},{"code":"x","n":2}]}`, []Change{{"l.x (2).code", "", "x"}, {"l.x (2).n", "", "2"}}},
		{"entries without a name", `{"l":[1,2]}`, `{"l":[1,3]}`, []Change{{"l.2", "2", "3"}}},
	} {
		got, err := Compare([]byte(tt.before), []byte(tt.after))
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %v, %v; want %v", tt.name, got, err, tt.want)
		}
	}
	if _, err := Compare([]byte(`{`), []byte(`{}`)); err == nil {
		t.Error("what is not JSON was compared")
	}
}
