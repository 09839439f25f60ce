package output

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/cgrouptest"
	"faultline/agent/descriptor"
	"faultline/agent/refuse"
)

const brief = 50 * time.Millisecond

func TestPipesThatNobodyReadsAreFilled(t *testing.T) {
	out, in := pipe(t)
	errorOut, errorIn := pipe(t)
	pid := idle(t, in, errorIn).Process.Pid

	filled, err := Fill(pid, []int{1, 2}, brief)
	if err != nil {
		t.Fatal(err)
	}
	for name, end := range map[string]*os.File{"stdout": out, "stderr": errorOut} {
		if done := filled[name]; !done.Full || done.Bytes == 0 || int(done.Bytes) != inside(t, end) {
			t.Errorf("%s: %v went in, of which %d bytes are there", name, done, inside(t, end))
		}
	}
	read := make([]byte, page)
	if _, err := out.Read(read); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(read), "faultline: this line only fills the pipe") || strings.Index(string(read), "\n") != page-1 {
		t.Errorf("what went in is %q", read)
	}
}

func TestFullPipeStaysAsItIs(t *testing.T) {
	_, in := pipe(t)
	pid := idle(t, in, nil).Process.Pid
	for _, expected := range []bool{true, false} {
		filled, err := Fill(pid, []int{1}, 0)
		if err != nil {
			t.Fatal(err)
		}
		if done := filled["stdout"]; !done.Full || done.Bytes > 0 != expected {
			t.Errorf("%v went in", done)
		}
	}
	flags, err := unix.FcntlInt(in.Fd(), unix.F_GETFL, 0)
	if err != nil {
		t.Fatal(err)
	}
	if flags&unix.O_NONBLOCK != 0 {
		t.Error("its owner does not wait any more")
	}
}

func TestOneWhoReadsLateIsWaitedFor(t *testing.T) {
	const reads, late = 3, 100 * time.Millisecond
	out, in := pipe(t)
	pid := idle(t, in, nil).Process.Pid
	capacity, err := unix.FcntlInt(in.Fd(), unix.F_GETPIPE_SZ, 0)
	if err != nil {
		t.Fatal(err)
	}
	var filled map[string]Filled
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		filled, err = Fill(pid, []int{1}, 4*late)
	}()
	for range reads {
		cgrouptest.Eventually(t, "it is full", func() bool { return inside(t, out) == capacity })
		time.Sleep(late)
		if _, err := out.Read(make([]byte, page)); err != nil {
			t.Fatal(err)
		}
	}
	<-ended
	if err != nil {
		t.Fatal(err)
	}
	if done := filled["stdout"]; !done.Full || int(done.Bytes) != capacity+reads*page {
		t.Errorf("%v went into a pipe of %d bytes", done, capacity)
	}
}

func TestPipeThatIsReadIsNotFilledForEver(t *testing.T) {
	out, in := pipe(t)
	pid := idle(t, in, nil).Process.Pid
	into, err := open(pid, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	defer into.close()
	go func() {
		for {
			if _, err := out.Read(make([]byte, 16*page)); err != nil {
				return
			}
		}
	}()
	began := time.Now()
	done, err := fillSink(into, 5*time.Second, brief)
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); done.Full || done.Bytes == 0 || took < brief || took > 4*time.Second {
		t.Errorf("%v went in within %s", done, took)
	}
}

func TestPatienceGrowsWithTheReadersPauses(t *testing.T) {
	for _, each := range []struct{ patience, longest, expected time.Duration }{
		{0, time.Second, 0},
		{usualPatience, 0, usualPatience},
		{usualPatience, 200 * time.Millisecond, 800 * time.Millisecond},
		{usualPatience, 2 * time.Second, lateLimit},
		{2 * lateLimit, 2 * time.Second, 2 * lateLimit},
	} {
		if found := patienceWith(each.patience, each.longest); found != each.expected {
			t.Errorf("%s after a pause of %s is %s", each.patience, each.longest, found)
		}
	}
}

func TestTerminalIsFilledAndItsFlagsStay(t *testing.T) {
	screen, program := terminal(t)
	pid := idle(t, program, nil).Process.Pid
	filled, err := Fill(pid, []int{1}, brief)
	if err != nil {
		t.Fatal(err)
	}
	if done := filled["stdout"]; !done.Full || done.Bytes == 0 {
		t.Errorf("%v went in", done)
	}
	flags, err := unix.FcntlInt(program.Fd(), unix.F_GETFL, 0)
	if err != nil {
		t.Fatal(err)
	}
	if flags&unix.O_NONBLOCK != 0 {
		t.Error("its owner does not wait any more")
	}
	read := make([]byte, len("faultline: "))
	if _, err := screen.Read(read); err != nil || string(read) != "faultline: " {
		t.Errorf("it shows %q, %v", read, err)
	}
}

func TestWhatCannotBeFilledIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	out, in := pipe(t)
	toFile := idle(t, file, file).Process.Pid
	unread := idle(t, in, nil).Process.Pid
	out.Close()
	gone := idle(t, nil, nil)
	_ = gone.Process.Kill()
	_ = gone.Wait()

	for _, each := range []struct {
		pid, number int
		expected    string
	}{
		{toFile, 2, "stderr of process %d is neither pipe nor terminal, but " + path + ", which Docker does not read; " +
			"a first process that redirects its output is so"},
		{unread, 1, "stdout of process %d cannot be filled: Broken pipe"},
		{gone.Process.Pid, 1, "process %d has no stdout that can be looked at: No such process"},
		{unread, 3, "descriptor 3 is neither standard output nor standard error"},
	} {
		_, err := Fill(each.pid, []int{each.number}, brief)
		expected := strings.Replace(each.expected, "%d", strconv.Itoa(each.pid), 1)
		if err == nil || !refuse.Is(err) || err.Error() != expected {
			t.Errorf("refused with %v, instead of %s", err, expected)
		}
	}
}

func TestNothingIsLeftOpen(t *testing.T) {
	_, in := pipe(t)
	_, program := terminal(t)
	pid := idle(t, in, program).Process.Pid
	before := len(descriptor.Of(os.Getpid()))
	for range 5 {
		if _, err := Fill(pid, []int{1, 2}, 0); err != nil {
			t.Fatal(err)
		}
	}
	if now := len(descriptor.Of(os.Getpid())); now != before {
		t.Errorf("there were %d descriptors, and are %d", before, now)
	}
}

func TestWorks(t *testing.T) {
	if !Works() {
		t.Error("pidfd_getfd(2) does not work here")
	}
}
