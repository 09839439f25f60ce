package stress

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

const memoryLimit = 64 << 20

func (c *container) usedMemory(t *testing.T) int64 {
	t.Helper()
	content, err := os.ReadFile(c.groups[0] + "/memory.usage_in_bytes")
	if err != nil {
		t.Fatal(err)
	}
	used, _ := strconv.ParseInt(strings.TrimSpace(string(content)), 10, 64)
	return used
}

func TestTakesMemoryAndGivesWay(t *testing.T) {
	c := newContainer(t, memoryLimit)
	action := begun(t, c, Order{Kind: "memory", PerMille: 800})
	if used := c.usedMemory(t); used < memoryLimit*7/10 || used > memoryLimit*9/10 {
		t.Fatalf("%d bytes are used", used)
	}
	most, of, _ := counted(t, action)
	if most < memoryLimit/2 || of != memoryLimit {
		t.Fatalf("%d of %d were taken", most, of)
	}

	c.expect(t, "take 10000000", "done")
	eventually(t, "it has given way", func() bool { return c.usedMemory(t) < memoryLimit*83/100 })
	if _, _, text := counted(t, action); strings.Contains(text, ";") {
		t.Fatal(text)
	}
	end(t, action)
	if used := c.usedMemory(t); used > memoryLimit/2 {
		t.Fatalf("%d bytes are used after the end", used)
	}
	if after, _, _ := counted(t, action); after < most {
		t.Fatalf("%d bytes were taken, but %d before the end", after, most)
	}
}

func TestLeavesSoMuchMemory(t *testing.T) {
	c := newContainer(t, memoryLimit)
	begun(t, c, Order{Kind: "memory", Leaving: 20 << 20})
	if left := memoryLimit - c.usedMemory(t); left < 18<<20 || left > 22<<20 {
		t.Fatalf("%d bytes are left", left)
	}
}

func TestSaysThatTheKernelEndedTheLoad(t *testing.T) {
	c := newContainer(t, memoryLimit)
	action := begun(t, c, Order{Kind: "memory", PerMille: 800})
	for _, stranger := range c.strangers(t) {
		_ = unix.Kill(stranger, unix.SIGKILL)
	}
	end(t, action)
	if _, _, text := counted(t, action); !strings.Contains(text, "; the container needed more memory than was left") {
		t.Fatal(text)
	}
}

func TestRefusesWhereNoMemoryIsToBeTaken(t *testing.T) {
	c := newContainer(t, memoryLimit)
	if why := refusal(t, c, Order{Kind: "memory", PerMille: 1}); !strings.Contains(why, "there is nothing to take before 67108 are in use") {
		t.Error(why)
	}
	unlimited := newContainer(t, 0)
	for _, kind := range []string{"memory", "oom"} {
		if why := refusal(t, unlimited, Order{Kind: kind, PerMille: 800}); !strings.Contains(why, "withMemory(64L << 20)") {
			t.Error(why)
		}
	}
}

func TestLetsTheKernelKillAProcessOfTheContainerAndTakesTheMarksBack(t *testing.T) {
	c := newContainer(t, memoryLimit)
	if err := setScore(c.pid, 100); err != nil {
		t.Fatal(err)
	}
	spawned, _ := strconv.Atoi(c.do(t, "spawn"))
	if score, _ := scoreOf(spawned); score != 100 {
		t.Fatalf("the score of %d is %d", spawned, score)
	}
	c.expect(t, "take 40000000", "done") // so that the first one is the largest, and its memory takes a while to take
	action := begun(t, c, Order{Kind: "oom"})
	if killed, of, text := counted(t, action); killed != 1 || of != 2 || strings.Contains(text, "not needed") {
		t.Fatal(text)
	}
	end(t, action)
	if score, err := scoreOf(spawned); err != nil || score != 100 {
		t.Fatalf("the score of the one that is left is %d (%v)", score, err)
	}
	if left := c.strangers(t); len(left) != 0 {
		t.Fatalf("%v are left", left)
	}
}

func TestLetsTheKernelKillAProcessThatIsSmallerThanWhatTakesTheMemory(t *testing.T) {
	c := newIdleContainer(t, 24<<20)
	action := begun(t, c, Order{Kind: "oom"})
	if killed, of, text := counted(t, action); killed != 1 || of != 1 {
		t.Fatal(text)
	}
	end(t, action)
}

func TestWhatEndsLaterIsNoVictim(t *testing.T) {
	const gone = 1<<22 + 1 // above the kernel's largest process id
	l := &oomLoad{task: task{Before: map[int]int{gone: 0, gone + 1: 0}}, victims: 1}
	if state, err := l.state(); err != nil || state != (tally{1, 2}) {
		t.Error(state, err)
	}
}
