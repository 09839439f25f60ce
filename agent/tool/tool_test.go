package tool

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"faultline/agent/netnstest"
	"faultline/agent/refuse"
)

// standIn puts a script in the place of ipset.
func standIn(t *testing.T, script string) {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "ipset"), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
}

func sets(inputs ...string) []Command {
	var commands []Command
	for _, input := range inputs {
		commands = append(commands, Command{"ipset", input})
	}
	return commands
}

func TestKnowsNothingButItsTools(t *testing.T) {
	at := netnstest.New(t)
	for _, name := range []string{"", "sh", "iptables", "../ipset", "IPSET", "ip", "tc"} {
		if _, err := Run(at.Namespace, []Command{{Tool: name}}); !refuse.Is(err) || err.Error() != "no tool named '"+name+"'" {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestRunsInTheNamespace(t *testing.T) {
	standIn(t, "read what; ip $what")
	at := netnstest.New(t)
	outputs, err := Run(at.Namespace, sets("addr add 10.99.88.77/32 dev lo", "link show dev lo"))
	if err != nil || len(outputs) != 2 || !strings.Contains(outputs[1], "lo:") {
		t.Fatalf("%q, %v", outputs, err)
	}
	if there := at.Run(t, "ip -o addr"); !strings.Contains(there, "10.99.88.77") {
		t.Error("not there: ", there)
	}
}

func TestGivesOutputsInTheOrderOfTheCommandsAndAllFailures(t *testing.T) {
	standIn(t, `read what; echo $what; case $what in bad*) echo "no $what" >&2; exit 3;; esac`)
	at := netnstest.New(t)
	outputs, err := Run(at.Namespace, sets("one", "bad1", "two", "bad2"))
	if fmt.Sprint(outputs) != fmt.Sprint([]string{"one\n", "bad1\n", "two\n", "bad2\n"}) {
		t.Errorf("%q", outputs)
	}
	if !refuse.Is(err) || err.Error() != "ipset ended with 3: no bad1; ipset ended with 3: no bad2" {
		t.Error(err)
	}
}

func TestAToolThatIsMissingIsAFailure(t *testing.T) {
	at := netnstest.New(t)
	t.Setenv("PATH", t.TempDir())
	if _, err := Run(at.Namespace, sets("")); !refuse.Is(err) || !strings.Contains(err.Error(), "ipset could not be started") {
		t.Error(err)
	}
}

func TestAToolThatDoesNotReadItsInputIsNone(t *testing.T) {
	standIn(t, "exit 0")
	if _, err := Run(netnstest.New(t).Namespace, sets(strings.Repeat("x", 1<<20))); err != nil {
		t.Error(err)
	}
}

func TestTriesAgainWhatIsBusy(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "mark")
	standIn(t, "read what; if [ $what = good ]; then echo x >>"+mark+"2; exit; fi; if [ -e "+mark+" ]; then exit; fi; echo >"+mark+
		"; echo 'Set cannot be destroyed: it is in use by a kernel component' >&2; exit 1")
	if _, err := Run(netnstest.New(t).Namespace, sets("busy", "good")); err != nil {
		t.Error(err)
	}
	if good, _ := os.ReadFile(mark + "2"); string(good) != "x\n" {
		t.Errorf("the other was run %q", good)
	}
}

func TestGivesUpOnWhatIsBusyForLong(t *testing.T) {
	standIn(t, "echo 'in use by a kernel component' >&2; exit 1")
	began := time.Now()
	if _, err := Run(netnstest.New(t).Namespace, sets("")); err == nil {
		t.Error("no error")
	}
	if took := time.Since(began); took < busyLimit || took > busyLimit+3*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestDoesNotWaitForWhatAToolLeavesBehind(t *testing.T) {
	standIn(t, "sleep 8 & echo done")
	began := time.Now()
	if _, err := Run(netnstest.New(t).Namespace, sets("")); err == nil {
		t.Error("no error")
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestRunsNoMoreThanAFewAtATimeWhoeverAsks(t *testing.T) {
	folder := t.TempDir()
	standIn(t, "echo >"+folder+"/$$; ls "+folder+" | wc -l; sleep 0.1; rm "+folder+"/$$")
	at := netnstest.New(t)
	commands, most := sets(make([]string, 20)...), make(chan int, 3)
	for range 3 {
		go func() {
			found := 0
			outputs, err := Run(at.Namespace, commands)
			if err != nil {
				t.Error(err)
			}
			for _, output := range outputs {
				var count int
				fmt.Sscan(output, &count)
				found = max(found, count)
			}
			most <- found
		}()
	}
	found := max(<-most, <-most, <-most)
	if found > sideBySide || found < 2 {
		t.Errorf("%d at a time", found)
	}
}

func TestOutputIsWhatIsPrintedAndNotKnownIfTheCommandDoesNotEndByItself(t *testing.T) {
	for want, argv := range map[string][]string{
		"here\n": {"sh", "-c", "echo here"},
		"all\n":  {"sh", "-c", "echo all; exit 1"}, // that there is
		"":       {"there-is-no-such-tool"},
	} {
		if said, err := Output(argv...); err != nil || said != want {
			t.Errorf("%v: %q, %v", argv, said, err)
		}
	}
	if said, err := Output("sh", "-c", "echo half; kill -9 $$"); err == nil || said != "" {
		t.Errorf("%q, %v", said, err)
	}
}
