package pipes

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"faultline/agent/refuse"
)

// callers are the ends of the caller's, opened as it does.
func callers(t *testing.T, folder string) (requests, answers *os.File) {
	t.Helper()
	requests, err := os.OpenFile(filepath.Join(folder, Requests), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	answers, err = os.Open(filepath.Join(folder, Answers))
	if err != nil {
		t.Fatal(err)
	}
	return requests, answers
}

func TestEachEndsWithTheOther(t *testing.T) {
	folder := t.TempDir()
	made, err := Make(os.Getpid(), folder)
	if err != nil {
		t.Fatal(err)
	}
	heard := 0
	made.OnFirst(func() { heard++ })
	requests, answers := callers(t, folder)
	requests.WriteString("one")
	buffer := make([]byte, 9)
	for _, want := range []string{"one", "two"} {
		if n, err := made.Read(buffer); err != nil || string(buffer[:n]) != want || heard != 1 {
			t.Fatalf("%q, %v, heard %d times", buffer[:n], err, heard)
		}
		requests.WriteString("two")
	}
	io.WriteString(made.Answers(), "yes")
	if n, err := answers.Read(buffer); err != nil || string(buffer[:n]) != "yes" {
		t.Errorf("%q, %v", buffer[:n], err)
	}
	requests.Close()
	if rest, err := io.ReadAll(made); err != nil || string(rest) != "two" {
		t.Errorf("%q, %v after the caller's end", rest, err)
	}
	made.Close()
	if _, err := answers.Read(buffer); err != io.EOF {
		t.Errorf("%v after the agent's end", err)
	}
}

func TestWaitsForACallerThatHasNotOpenedThem(t *testing.T) {
	made, err := Make(os.Getpid(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() {
		_, err := made.Read(make([]byte, 9))
		ended <- err
	}()
	select {
	case err := <-ended:
		t.Fatalf("it is over before it began: %v", err)
	default:
	}
	made.Close()
	if err := <-ended; err == nil {
		t.Error("it does not end when it is closed")
	}
}

func TestAreTheCallersAndNobodyElses(t *testing.T) {
	const somebody = 54321
	folder := filepath.Join("/tmp", "faultline-pipes-test")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Skip(err)
	}
	defer os.RemoveAll(folder)
	caller := exec.Command("sleep", "60")
	caller.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: somebody, Gid: somebody}}
	if err := os.Chown(folder, somebody, somebody); err != nil {
		t.Skip(err)
	}
	if err := caller.Start(); err != nil {
		t.Skip(err)
	}
	defer caller.Wait()
	defer caller.Process.Kill()
	made, err := Make(caller.Process.Pid, folder)
	if err != nil {
		t.Fatal(err)
	}
	defer made.Close()
	for _, name := range []string{Requests, Answers} {
		is, err := os.Lstat(filepath.Join(folder, name))
		if err != nil || is.Mode() != os.ModeNamedPipe|0o600 || is.Sys().(*syscall.Stat_t).Uid != somebody {
			t.Errorf("%s: %v, %v", name, is, err)
		}
	}
}

func TestRefusesAFolderThatIsNone(t *testing.T) {
	there := t.TempDir()
	if err := os.WriteFile(filepath.Join(there, Answers), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for folder, words := range map[string]string{
		"": "absolute", "tmp": "absolute", "/tmp/../etc": "absolute", "/not/there": "no such file", there: "file exists",
	} {
		if _, err := Make(os.Getpid(), folder); !refuse.Is(err) || !strings.Contains(err.Error(), words) {
			t.Errorf("%q: %v", folder, err)
		}
	}
	if _, err := Make(1<<30, "/tmp"); !refuse.Is(err) {
		t.Errorf("of no process: %v", err)
	}
}
