package shutdown

import (
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/procfs"
)

const kindredPause = 100 * time.Millisecond // between two looks at all processes of the host

// relative is another process of the container than the first, as it was seen, through a pidfd.
type relative struct {
	pidfd   int
	name    string
	parent  int
	handles bool
}

func newRelative(pid, number int) (*relative, error) {
	pidfd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return nil, err
	}
	return &relative{pidfd, nameOf(pid), procfs.Parent(pid), handles(pid, number)}, nil
}

func (r *relative) mayBeFelledBy(number int) bool {
	status, known := endedWith(r.pidfd)
	return !r.handles && hasEnded(r.pidfd, 0) && (!known || signalOf(status) == number)
}

func (r *relative) isBehind() bool {
	status, known := endedWith(r.pidfd)
	return !hasEnded(r.pidfd, 0) || known && signalOf(status) == int(unix.SIGKILL)
}

// kindred are the other processes of a container, as they were seen, and how they ended.
type kindred struct {
	first, number int
	seen          map[int]*relative // by pid
	due           time.Time
	behind        []string // nil until it is known
}

func newKindred(first, number int) *kindred {
	return &kindred{first: first, number: number, seen: map[int]*relative{}}
}

// look opens a pidfd of each that is new, for only through one that was open before can its end be learnt.
func (k *kindred) look() {
	now := time.Now()
	if now.Before(k.due) {
		return
	}
	k.due = now.Add(kindredPause)
	for _, pid := range procfs.Beside(k.first) {
		if _, known := k.seen[pid]; known || pid == k.first {
			continue
		}
		if found, err := newRelative(pid, k.number); err == nil { // else it has ended meanwhile, by itself
			k.seen[pid] = found
		}
	}
}

// judge learns, of those that were seen, which still run or were killed. It does so once the first one's parent has waited for
// it, and never if this kernel does not tell how processes end.
func (k *kindred) judge(first int) {
	if k.behind != nil {
		return
	}
	if _, known := endedWith(first); known {
		k.behind = k.names((*relative).isBehind)
	}
}

// felled has the children of the first one that the signal may have ended because they did not handle it, or has, if that is
// known.
func (k *kindred) felled() []string {
	return k.names(func(each *relative) bool { return each.parent == k.first && each.mayBeFelledBy(k.number) })
}

func (k *kindred) names(wanted func(*relative) bool) []string {
	found := []string{}
	for _, each := range k.seen {
		if wanted(each) {
			found = append(found, each.name)
		}
	}
	slices.Sort(found)
	return found
}

func (k *kindred) close() {
	for _, each := range k.seen {
		unix.Close(each.pidfd)
	}
}
