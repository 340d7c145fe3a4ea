// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"pavilion/internal/base/trace"
)

// scanCommand looks for traces of persons in a file.
type scanCommand struct {
	File string `arg:"" type:"existingfile" help:"A text file in UTF-8."`
	JSON bool   `name:"json" help:"Write JSON."`
}

// scanned is one find. Its value is masked.
type scanned struct {
	Line  int        `json:"line"`
	Kind  trace.Kind `json:"kind"`
	Sure  bool       `json:"sure"`
	Value string     `json:"value"`
}

// Run lists the finds. It fails when there are any.
func (s *scanCommand) Run() error {
	body, err := os.ReadFile(s.File)
	if err != nil {
		return err
	}
	text := string(body)
	found := trace.Find(text)
	list := make([]scanned, len(found))
	line, last := 1, 0
	for i, t := range found {
		line, last = line+strings.Count(text[last:t.From], "\n"), t.From
		list[i] = scanned{line, t.Kind, t.Sure, masked(text[t.From:t.To])}
	}
	if s.JSON {
		if err := json.NewEncoder(os.Stdout).Encode(list); err != nil {
			return err
		}
	} else {
		for _, f := range list {
			sure := "is"
			if !f.Sure {
				sure = "looks like"
			}
			fmt.Printf("line %d: %s %s %s\n", f.Line, sure, f.Kind, f.Value)
		}
	}
	if len(found) > 0 {
		return fmt.Errorf("%d finds, %d distinct", len(found), len(trace.Distinct(text, found)))
	}
	return nil
}

// masked keeps the first and the last character.
func masked(value string) string {
	first, _ := utf8.DecodeRuneInString(value)
	last, _ := utf8.DecodeLastRuneInString(value)
	return string(first) + "***" + string(last)
}
