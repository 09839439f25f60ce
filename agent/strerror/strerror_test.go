package strerror

import (
	"errors"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

func TestWordsTheKernelsReasonAlone(t *testing.T) {
	_, missing := os.Open("/nowhere")
	for err, want := range map[error]string{
		missing:                "No such file or directory",
		unix.EMFILE:            "Too many open files",
		unix.ENOSTR:            "Device not a stream",
		errors.New("no errno"): "no errno",
	} {
		if got := Of(err); got != want {
			t.Errorf("Of(%v) = %q, want %q", err, got, want)
		}
	}
}
