// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/base/fault"
)
