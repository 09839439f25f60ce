package socket

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestHeldByHasOwnSocketsAndThoseOfNobody(t *testing.T) {
	namespace := newNamespace(t)
	ends := connect(t, namespace, "tcp4", listen(t, namespace, "tcp4", "127.0.0.1:0"))
	mine := Socket{Inode: inodeOf(t, ends.client)}
	sockets := []Socket{mine, {Inode: 0}, {Inode: 1 << 31}}
	found, err := HeldBy(os.Getpid(), sockets, nil)
	if err != nil || len(found) != 2 || found[0] != mine || found[1].Inode != 0 {
		t.Fatalf("held are %+v, %v", found, err)
	}
	if sockets[2].Inode != 1<<31 {
		t.Error("the list that was given has been changed")
	}
	child := startInPIDNamespace(t)
	if found, err = HeldBy(child, sockets, nil); err != nil || len(found) != 1 || found[0].Inode != 0 {
		t.Errorf("another pid namespace holds %+v, %v", found, err)
	}
}

func TestHeldByRemembersTheLastLook(t *testing.T) {
	namespace := newNamespace(t)
	ends := connect(t, namespace, "tcp4", listen(t, namespace, "tcp4", "127.0.0.1:0"))
	dump := []Socket{{Inode: inodeOf(t, ends.client)}}
	for look, wanted := range []int{1, 1, 0} {
		if look == 1 {
			ends.client.Close() // after the dump
		}
		found, err := HeldBy(os.Getpid(), dump, nil)
		if err != nil || len(found) != wanted {
			t.Fatalf("look %d: held are %+v, %v; want %d", look, found, err, wanted)
		}
	}
}

func TestHeldByRefusesWhoHasEnded(t *testing.T) {
	child := exec.Command("true")
	if err := child.Run(); err != nil {
		t.Fatal(err)
	}
	_, err := HeldBy(child.Process.Pid, nil, nil)
	wanted := fmt.Sprintf("process %d cannot be looked at: No such file or directory", child.Process.Pid)
	if err == nil || err.Error() != wanted {
		t.Errorf("error is %v, want %s", err, wanted)
	}
}

func TestHoldersAreBounded(t *testing.T) {
	for pid := range 3 * mostHolders {
		holderOf(-1 - pid)
	}
	if len(holders.known) > mostHolders || len(holders.order) != len(holders.known) {
		t.Errorf("%d holders are remembered, in an order of %d", len(holders.known), len(holders.order))
	}
}

// startInPIDNamespace starts a process that is the first of a pid namespace, and has no sockets.
func startInPIDNamespace(t testing.TB) int {
	t.Helper()
	child := exec.Command("sleep", "60")
	child.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWPID}
	if err := child.Start(); err != nil {
		t.Skipf("this kernel or container gives no pid namespace: %v", err)
	}
	t.Cleanup(func() {
		child.Process.Kill()
		child.Wait()
	})
	return child.Process.Pid
}

func BenchmarkHeldBy500(b *testing.B) {
	found, err := Dump(manySockets(b).Namespace)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := HeldBy(os.Getpid(), found, nil); err != nil {
			b.Fatal(err)
		}
	}
}
