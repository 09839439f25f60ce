// Package netns opens network namespaces, runs code in them, and finds all of them.
package netns

import (
	"fmt"
	"os"
	"runtime"

	"golang.org/x/sys/unix"

	"faultline/agent/procfs"
	"faultline/agent/refuse"
)

// Namespace is an open descriptor of a network namespace. It is usable after every process in it has ended, and for any goroutine.
type Namespace struct {
	Inode uint64
	file  *os.File
}

// OfProcess opens the namespace that a process lives in.
func OfProcess(pid int) (*Namespace, error) {
	return open(fmt.Sprintf("/proc/%d/ns/net", pid))
}

// Own opens the namespace that the agent was started in. Call it outside of Do. That of the main thread, /proc/self, can be
// another at this moment: Do may be running there.
func Own() (*Namespace, error) {
	return open("/proc/thread-self/ns/net")
}

func open(path string) (*Namespace, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, refuse.Because("cannot open the network namespace at %s: %v", path, cause(err))
	}
	var stat unix.Stat_t
	if err := unix.Fstat(int(file.Fd()), &stat); err != nil {
		file.Close()
		return nil, refuse.Because("cannot open the network namespace at %s: %v", path, err)
	}
	return &Namespace{stat.Ino, file}, nil
}

// InodeOf is that of the namespace that a process lives in; false if it has ended, or may not be looked at.
func InodeOf(pid int) (uint64, bool) {
	return procfs.NamespaceInode(pid, "net")
}

// Do runs an action on a thread that is in the namespace. What the action opens and starts stays there; goroutines that it
// starts do not.
func (n *Namespace) Do(action func() error) error {
	ended := make(chan error, 1)
	go func() { ended <- n.enter(action) }()
	return <-ended
}

// enter runs an action in the namespace, on a goroutine that ends with it.
func (n *Namespace) enter(action func() error) error {
	runtime.LockOSThread()
	before, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		runtime.UnlockOSThread()
		return refuse.Because("cannot tell this thread's network namespace: %v", cause(err))
	}
	defer before.Close()
	if err := unix.Setns(int(n.file.Fd()), unix.CLONE_NEWNET); err != nil {
		runtime.UnlockOSThread()
		return refuse.Because("cannot enter a network namespace: %v (needs SYS_ADMIN)", err)
	}
	err = refuse.Attempt(action) // the caller of Do could not recover from a panic here
	if unix.Setns(int(before.Fd()), unix.CLONE_NEWNET) == nil {
		runtime.UnlockOSThread() // else the thread ends with its goroutine, and nobody else runs on it
	}
	return err
}

// Close lets go of the descriptor.
func (n *Namespace) Close() { n.file.Close() }

// Each opens every network namespace that some process lives in, calls visit with one such process, and closes it. An error
// ends the walk.
func Each(visit func(pid int, namespace *Namespace) error) error {
	seen := map[uint64]bool{}
	for _, pid := range procfs.All() {
		inode, ok := InodeOf(pid)
		if !ok || seen[inode] {
			continue
		}
		namespace, err := OfProcess(pid)
		if err != nil {
			continue // the process has gone since; if its namespace has not, another one is found there
		}
		if !seen[namespace.Inode] {
			seen[namespace.Inode] = true
			err = visit(pid, namespace)
		}
		namespace.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func cause(err error) error {
	if path, ok := err.(*os.PathError); ok {
		return path.Err
	}
	return err
}
