package stress

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"faultline/agent/owner"
	"faultline/agent/procfs"
	"faultline/agent/refuse"
	"faultline/agent/strerror"
)

// killedFirst is the highest score of proc_pid_oom_score_adj(5).
const killedFirst = 1000

func scoreFile(pid int) string { return fmt.Sprintf("/proc/%d/oom_score_adj", pid) }

func scoreOf(pid int) (int, error) {
	content, err := os.ReadFile(scoreFile(pid))
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(content)))
}

func setScore(pid, score int) error {
	file, err := os.OpenFile(scoreFile(pid), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = file.WriteString(strconv.Itoa(score))
	return err
}

// mark sets the score of a process of the container. One that is ending needs none.
func mark(pid, score int) error {
	err := owner.SeeingFile(scoreFile(pid), func() error { return setScore(pid, score) })
	if err == nil || procfs.IsEnding(pid) {
		return nil
	}
	return refuse.Because("process %d cannot be made the first that the kernel kills: %s", pid, strerror.Of(err))
}

// scoresBeside has the scores of all processes of a container.
func scoresBeside(pid int) (map[int]int, error) {
	scores := map[int]int{}
	for _, each := range procfs.Beside(pid) {
		if score, err := scoreOf(each); err == nil { // else it has ended
			scores[each] = score
		}
	}
	if procfs.IsExiting(pid) { // and so may have been in another's groups, of version 1, when these were looked for
		return nil, refuse.Because("process %d has ended", pid)
	}
	return scores, nil
}
