package nft

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestAttributesAreReadAsTheyWereWritten(t *testing.T) {
	written := appendAll(nil, []attribute{named(1, "abc"), named(2, "abcd"), number(3, 7), number64(4, 1<<40), nested(5, number(6, 8)),
		containing(7, 'x', 'y'), valued(8, 'z')})
	if len(written)%4 != 0 {
		t.Errorf("it has %d bytes", len(written))
	}
	found := map[uint16]string{}
	visit(written, func(kind uint16, content []byte) { found[kind] = string(content) })
	for kind, want := range map[uint16]string{1: "abc\x00", 2: "abcd\x00", 3: "\x00\x00\x00\x07", 4: "\x00\x00\x01\x00\x00\x00\x00\x00",
		5: string(number(6, 8).appendTo(nil)), 7: "xy",
		8: "\x05\x00\x01\x00z"} {
		if found[kind] != want {
			t.Errorf("%d is %q", kind, found[kind])
		}
	}
}

func TestWhatIsBrokenIsNotReadBeyondItsEnd(t *testing.T) {
	whole := counterBody()
	for end := range whole {
		counterIn(whole[:end])
		split(whole[:end])
	}
	for _, broken := range []string{"", "\x03", "\xff\xff\x01\x00", "\x00\x00\x01\x00", "\x03\x00\x01\x00abcd"} {
		visit([]byte(broken), func(uint16, []byte) { t.Errorf("%q has an attribute", broken) })
	}
	for _, broken := range [][]byte{{}, make([]byte, 15), make([]byte, 16), native.AppendUint32(nil, 17)} {
		if _, _, err := split(append(broken, make([]byte, max(0, 16-len(broken)))...)); err == nil {
			t.Errorf("%v has a message", broken)
		}
	}
	if (message{body: []byte{1}}).errno() != 0 || (message{body: native.AppendUint32(nil, 0xfffffffe)}).errno() != unix.ENOENT {
		t.Error("an errno is read wrongly")
	}
}

func counterBody() []byte {
	return about(family, 0, 0, "", named(unix.NFTA_OBJ_TABLE, tag), named(unix.NFTA_OBJ_NAME, "in-seen"), number(unix.NFTA_OBJ_USE, 3),
		nested(unix.NFTA_OBJ_DATA, number64(unix.NFTA_COUNTER_PACKETS, 5))).body
}

func TestACounterIsRead(t *testing.T) {
	if found := counterIn(counterBody()); found != (counter{tag, "in-seen", 5, 3}) {
		t.Errorf("it is %+v", found)
	}
}
