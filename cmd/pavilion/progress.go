// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"os"

	"github.com/schollz/progressbar/v3"

	"pavilion/internal/app"
)

// progress shows on standard error how far something long has come.
func progress() app.Progress {
	var bar *progressbar.ProgressBar
	what := ""
	return func(stage string, done, total int) {
		if bar == nil || stage != what {
			if bar != nil {
				bar.Finish()
			}
			what = stage
			bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription(stage),
				progressbar.OptionShowCount(), progressbar.OptionOnCompletion(func() { os.Stderr.WriteString("\n") }))
		}
		bar.Set(done) // a bar that cannot be drawn is no reason to stop
	}
}
