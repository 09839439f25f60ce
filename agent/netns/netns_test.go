package netns_test

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"faultline/agent/netns"
	"faultline/agent/netnstest"
	"faultline/agent/refuse"
)

// here is the inode of the calling thread's namespace.
func here(t *testing.T) string {
	t.Helper()
	link, err := os.Readlink("/proc/thread-self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	return link
}

func TestRunsInTheNamespaceAndComesBack(t *testing.T) {
	at, before := netnstest.New(t), here(t)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			var inside string
			if err := at.Namespace.Do(func() (err error) {
				inside, err = os.Readlink("/proc/thread-self/ns/net")
				return err
			}); err != nil || inside == before {
				t.Errorf("in %s, %v", inside, err)
			}
			if now := here(t); now != before {
				t.Errorf("left in %s", now)
			}
		})
	}
	all.Wait()
	inode, ok := netns.InodeOf(at.PID)
	if !ok || inode != at.Inode {
		t.Errorf("%d, %v", inode, ok)
	}
}

func TestGivesTheErrorOfTheAction(t *testing.T) {
	why := errors.New("why")
	if err := netnstest.New(t).Namespace.Do(func() error { return why }); err != why {
		t.Error(err)
	}
}

func TestAPanicInTheNamespaceIsAnError(t *testing.T) {
	at, before := netnstest.New(t), here(t)
	err := at.Namespace.Do(func() error { panic("on purpose") })
	if err == nil || !strings.Contains(err.Error(), "on purpose") {
		t.Error(err)
	}
	if now := here(t); now != before {
		t.Errorf("left in %s", now)
	}
}

func TestOutlivesItsProcess(t *testing.T) {
	at := netnstest.New(t)
	dying := exec.Command("sleep", "60")
	at.Do(t, dying.Start)
	namespace, err := netns.OfProcess(dying.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	defer namespace.Close()
	dying.Process.Kill()
	dying.Wait()
	if _, ok := netns.InodeOf(dying.Process.Pid); ok {
		t.Error("it has an inode although it has ended")
	}
	if err := namespace.Do(func() error { return nil }); err != nil || namespace.Inode != at.Inode {
		t.Error(err)
	}
	if _, err := netns.OfProcess(dying.Process.Pid); !refuse.Is(err) {
		t.Error(err)
	}
}

func TestIsNotEnteredOnceClosed(t *testing.T) {
	own, err := netns.Own()
	if err != nil {
		t.Fatal(err)
	}
	own.Close()
	ran := false
	if err := own.Do(func() error { ran = true; return nil }); !refuse.Is(err) || ran {
		t.Errorf("%v, ran %v", err, ran)
	}
}

func TestVisitsEachNamespaceOnce(t *testing.T) {
	at, seen := netnstest.New(t), map[uint64]int{}
	if err := netns.Each(func(_ int, namespace *netns.Namespace) error { seen[namespace.Inode]++; return nil }); err != nil {
		t.Fatal(err)
	}
	if seen[at.Inode] != 1 {
		t.Errorf("visited %d times", seen[at.Inode])
	}
	for inode, times := range seen {
		if times != 1 {
			t.Errorf("%d visited %d times", inode, times)
		}
	}
	why, visits := errors.New("why"), 0
	if err := netns.Each(func(int, *netns.Namespace) error { visits++; return why }); err != why || visits != 1 {
		t.Errorf("%v after %d", err, visits)
	}
}
