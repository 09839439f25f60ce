package stress

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"faultline/agent/effect"
	"faultline/agent/procfs"
)

func TestLeavesFewDescriptorsUntilTheEnd(t *testing.T) {
	c := newContainer(t, 0)
	c.expect(t, "become 1000", "done")
	before := c.softLimit(t, c.pid)
	action := begun(t, c, Order{Kind: "descriptors", Leaving: 2})
	c.expect(t, "open", "done")
	c.expect(t, "open", "done")
	c.expect(t, "open", "EMFILE")
	if tight, of, text := counted(t, action); tight != 1 || of != 1 || strings.Contains(text, "not needed") {
		t.Fatal(text)
	}
	end(t, action)
	c.expect(t, "open", "done")
	if after := c.softLimit(t, c.pid); after != before {
		t.Fatalf("the limit is %d, and was %d", after, before)
	}
}

func TestGivesDescriptorsBackToThoseThatWereStartedMeanwhile(t *testing.T) {
	c := newContainer(t, 0)
	shell, _ := strconv.Atoi(c.do(t, "spawn"))
	before := c.softLimit(t, shell)
	action := begun(t, c, Order{Kind: "descriptors", Leaving: 10})
	spawned, err := strconv.Atoi(c.do(t, "fork"))
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "all are tight", func() bool { tight, of, _ := counted(t, action); return tight == 3 && of == 3 })
	if limit := c.softLimit(t, spawned); limit == before {
		t.Fatal("the limit of what was started meanwhile is as it was")
	}
	end(t, action)
	if after := c.softLimit(t, spawned); after != before {
		t.Fatalf("the limit of what was started meanwhile is %d, and was %d", after, before)
	}
}

func TestAnotherChildGivesBackWhatAKilledOneTook(t *testing.T) {
	c := newContainer(t, 0)
	before := c.softLimit(t, c.pid)
	action := begun(t, c, Order{Kind: "descriptors"})
	_ = unix.Kill(childOf(action), unix.SIGKILL)
	if c.softLimit(t, c.pid) == before {
		t.Fatal("nothing was taken")
	}
	end(t, action)
	if after := c.softLimit(t, c.pid); after != before {
		t.Fatalf("the limit is %d, and was %d", after, before)
	}
	if _, _, text := counted(t, action); !strings.HasSuffix(text, "; what stressed it was ended by SIGKILL") {
		t.Fatal(text)
	}
}

const severalUsers = "it runs as several users or groups at a time, as setuid programs do"

func needsDroppedCapabilities(t *testing.T) {
	t.Helper()
	if !capabilitiesDropped {
		t.Skip("root may set any limit here")
	}
}

func TestLeavesOutWhatMayNotBeSet(t *testing.T) {
	needsDroppedCapabilities(t)
	c := newContainer(t, 0)
	shell, _ := strconv.Atoi(c.do(t, "spawn"))
	before := c.softLimit(t, shell)
	c.expect(t, "real 1000", "done")
	action := begun(t, c, Order{Kind: "descriptors", Leaving: 2})
	if tight, of, text := counted(t, action); tight != 1 || of != 2 || c.softLimit(t, shell) == before {
		t.Fatal(text)
	}
	end(t, action)
	if after := c.softLimit(t, shell); after != before {
		t.Fatalf("the limit is %d, and was %d", after, before)
	}
}

func TestRefusesIfNoneMayBeSet(t *testing.T) {
	needsDroppedCapabilities(t)
	c := newContainer(t, 0)
	c.expect(t, "real 1000", "done")
	if why := refusal(t, c, Order{Kind: "descriptors", Leaving: 2}); !strings.HasSuffix(why, severalUsers) {
		t.Fatal(why)
	}
}

func TestGivesBackToTheOthersAndOwesTheRest(t *testing.T) {
	needsDroppedCapabilities(t)
	c := newContainer(t, 0)
	shell, _ := strconv.Atoi(c.do(t, "spawn"))
	before, ofShell := c.softLimit(t, c.pid), c.softLimit(t, shell)
	action := begun(t, c, Order{Kind: "descriptors", Leaving: 2})
	c.expect(t, "real 1000", "done")
	for range 2 {
		if err := action.End(); err == nil || !strings.HasSuffix(err.Error(), severalUsers) {
			t.Fatal(err)
		}
		if after := c.softLimit(t, shell); after != ofShell {
			t.Fatalf("the other limit is %d, and was %d", after, ofShell)
		}
	}
	c.expect(t, "real 0", "done")
	if err := action.Close(); err != nil {
		t.Fatal(err)
	}
	if after := c.softLimit(t, c.pid); after != before {
		t.Fatalf("the limit is %d, and was %d", after, before)
	}
}

func TestGivesBackNoMoreThanTheProcessItselfAllows(t *testing.T) {
	c := newContainer(t, 0)
	action := begun(t, c, Order{Kind: "descriptors", Leaving: 2})
	low := uint64(c.softLimit(t, c.pid))
	if err := unix.Prlimit(c.pid, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: low, Max: low}, nil); err != nil {
		t.Fatal(err)
	}
	end(t, action)
}

func TestDescriptorsAreGivenBackWhenTheAgentIsKilled(t *testing.T) {
	c := newContainer(t, 0)
	before := c.softLimit(t, c.pid)
	agent, child := agentOn(t, "descriptors", c)
	_ = unix.Kill(child, unix.SIGTERM) // who tells the agent to stop may tell its children as well
	_ = agent.Process.Kill()
	eventually(t, "they are given back", func() bool { return c.softLimit(t, c.pid) == before })
	eventually(t, "the child has ended", func() bool { return procfs.IsEnding(child) })
}

func TestEndsWhenTheContainerHasDied(t *testing.T) {
	c := newContainer(t, memoryLimit)
	var actions []effect.Action
	for _, order := range []Order{
		{Kind: "cpu", Workers: 1}, {Kind: "descriptors"}, {Kind: "memory", PerMille: 800},
		{Kind: "disk", Path: c.tmpfs(t), ByDefault: byDefault},
	} {
		actions = append(actions, begun(t, c, order))
	}
	_ = unix.Kill(c.pid, unix.SIGKILL)
	for _, action := range actions {
		eventually(t, "the child has ended by itself", func() bool { return procfs.IsEnding(childOf(action)) })
		if err := action.End(); err != nil {
			t.Error(err)
		}
	}
	if left := c.strangers(t); len(left) != 0 {
		t.Fatalf("%v are left", left)
	}
}

func TestNamesTheLoadsThatWork(t *testing.T) {
	newGroup(t, "cpu")
	want := []string{"cpu_group", "memory_group", "engine_group", "limits"}
	if got, err := LoadsThatWork(); err != nil || !slices.Equal(got, want) {
		t.Fatalf("%v work, want %v: %v", got, want, err)
	}
}

func TestRefusesAnUnknownLoadAndAProcessThatHasEnded(t *testing.T) {
	if _, err := New(1, Order{Kind: "heat"}); err == nil ||
		err.Error() != "no load named 'heat'; there are cpu, memory, oom, disk, descriptors" {
		t.Error(err)
	}
	action, err := New(1<<22+1, Order{Kind: "cpu"})
	if err != nil {
		t.Fatal(err)
	}
	if err := action.Begin(); err == nil || !strings.HasSuffix(err.Error(), "cannot be watched: No such process") {
		t.Error(err)
	}
}
