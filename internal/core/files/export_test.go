// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package files

// BlobName is where a photo's bytes lie, for tests that put others there.
func BlobName(realm, photo, size, mark string) string { return blobName(realm, photo, size, mark) }
