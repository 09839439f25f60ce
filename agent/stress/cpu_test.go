package stress

import (
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"faultline/agent/procfs"
)

func TestBurnsCPUTimeUntilTheEnd(t *testing.T) {
	c := newContainer(t, 0)
	action := begun(t, c, Order{Kind: "cpu", Workers: 2})
	if burners := c.strangers(t); len(burners) != 2 {
		t.Fatalf("%v burn, want 2", burners)
	}
	eventually(t, "50 ms are burnt", func() bool { did, _, _ := counted(t, action); return did > 50 })

	end(t, action)
	if left := c.strangers(t); len(left) != 0 {
		t.Fatalf("%v are left", left)
	}
	before, of, _ := counted(t, action)
	if before < 50 || of < before {
		t.Fatalf("%d of %d were burnt", before, of)
	}

	if err := action.Begin(); err != nil {
		t.Fatal(err)
	}
	if err := action.Settle(); err != nil {
		t.Fatal(err)
	}
	end(t, action)
	if after, _, _ := counted(t, action); after <= before {
		t.Fatalf("%d were burnt, %d before that", after, before)
	}
}

func TestBurnsWithAsManyAsTheLimitLetsRun(t *testing.T) {
	c := newContainer(t, 0)
	write(t, c.groups[1]+"/cpu.cfs_period_us", 100_000)
	write(t, c.groups[1]+"/cpu.cfs_quota_us", 50_000)
	begun(t, c, Order{Kind: "cpu"})
	if burners := c.strangers(t); len(burners) != 1 {
		t.Fatalf("%v burn, want 1", burners)
	}
}

func TestBurnersDieWithTheirParent(t *testing.T) {
	c := newContainer(t, 0)
	action := begun(t, c, Order{Kind: "cpu", Workers: 2})
	_ = unix.Kill(childOf(action), unix.SIGKILL)
	eventually(t, "the burners are gone", func() bool { return len(c.strangers(t)) == 0 })
	if _, _, text := counted(t, action); !strings.HasSuffix(text, "; what stressed it was ended by SIGKILL") {
		t.Fatal(text)
	}
	end(t, action)
}

func TestBurnersDieWithTheLine(t *testing.T) {
	c := newContainer(t, 0)
	action := begun(t, c, Order{Kind: "cpu", Workers: 1})
	child := childOf(action)
	action.(*stress).child.line.Close()
	eventually(t, "all is gone", func() bool { return len(c.strangers(t)) == 0 && procfs.State(child) == 'X' })
}

func TestChildDiesWithTheAgentThoughItDoesNotHearTheEndOfItsLine(t *testing.T) {
	c := newContainer(t, 0)
	agent, child := agentOn(t, "cpu", c)
	_ = unix.Kill(child, unix.SIGSTOP)
	_ = agent.Process.Kill()
	eventually(t, "all is gone", func() bool { return len(c.strangers(t)) == 0 && procfs.IsEnding(child) })
}

func TestChildOutlivesTheThreadThatBeganIt(t *testing.T) {
	c := newContainer(t, 0)
	action, err := New(c.pid, Order{Kind: "cpu", Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer action.Close()
	var thread int
	onThreadThatEnds(func() {
		thread = unix.Gettid()
		err = action.Begin()
	})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the thread has ended", func() bool { return procfs.State(thread) == 'X' })
	if err := action.Settle(); err != nil {
		t.Fatal(err)
	}
	if _, _, text := counted(t, action); strings.Contains(text, ";") {
		t.Fatal(text)
	}
}

// onThreadThatEnds does something on a thread that ends with the goroutine, as the main thread does not.
func onThreadThatEnds(do func()) {
	done := make(chan struct{})
	go func() {
		runtime.LockOSThread()
		if unix.Gettid() == unix.Getpid() {
			onThreadThatEnds(do) // on another, as this goroutine holds the main one
			runtime.UnlockOSThread()
		} else {
			do()
		}
		close(done)
	}()
	<-done
}

func TestSaysThatSomebodyElseEndedABurner(t *testing.T) {
	c := newContainer(t, 0)
	action := begun(t, c, Order{Kind: "cpu", Workers: 2})
	_ = unix.Kill(c.strangers(t)[0], unix.SIGKILL)
	eventually(t, "it says so", func() bool {
		_, _, text := counted(t, action)
		return strings.HasSuffix(text, "; 1 of the processes that burnt its CPU time were ended by somebody else")
	})
}

func TestIsNotNeededByThoseThatDoNothing(t *testing.T) {
	c, idle := newContainer(t, 0), newIdleContainer(t, 0)
	if _, _, text := counted(t, begun(t, idle, Order{Kind: "cpu", Workers: 1})); !strings.HasSuffix(text, ", not needed") {
		t.Error(text)
	}

	busy := begun(t, c, Order{Kind: "cpu", Workers: 1})
	c.expect(t, "open", "done")
	eventually(t, "it is needed", func() bool { _, _, text := counted(t, busy); return !strings.Contains(text, "not needed") })
}
