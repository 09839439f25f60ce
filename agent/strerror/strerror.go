// Package strerror words errors of the kernel as strerror(3) does, which callers of the agent know and look for.
package strerror

import (
	"errors"
	"strings"

	"golang.org/x/sys/unix"
)

// Of is the kernel's reason alone, without what was tried on what. Go's table of these texts is that of strerror(3) but for
// the first letter. Any other error is left as it is.
func Of(err error) string {
	var errno unix.Errno
	if !errors.As(err, &errno) {
		return err.Error()
	}
	text := errno.Error()
	return strings.ToUpper(text[:1]) + text[1:]
}
