package topology

import (
	"strings"

	"faultline/agent/netns"
	"faultline/agent/procfs"
)

// Proxy is a docker-proxy process: what it listens on, what it leads to, and in which network namespace it lives. The texts are
// the words of its command line, empty where it has none.
type Proxy struct {
	PID           int    `json:"pid"`
	Started       int64  `json:"started"` // when it began, in clock ticks since the machine was started
	Netns         uint64 `json:"netns"`   // the inode
	Proto         string `json:"proto"`
	HostIP        string `json:"host_ip"`
	HostPort      string `json:"host_port"`
	ContainerIP   string `json:"container_ip"`
	ContainerPort string `json:"container_port"`
}

// Proxies has every docker-proxy of this machine; looking at all processes takes milliseconds.
func Proxies() []Proxy { return ProxiesAmong(procfs.All()) }

// ProxiesAmong has those of these processes that are docker-proxies.
func ProxiesAmong(pids []int) []Proxy {
	found := []Proxy{}
	for _, pid := range pids {
		words := procfs.CommandLine(pid)
		if len(words) == 0 || !strings.HasSuffix(words[0], "docker-proxy") {
			continue
		}
		inode, ok := netns.InodeOf(pid)
		if !ok {
			continue // it has ended since
		}
		options := optionsOf(words[1:])
		found = append(found, Proxy{
			pid, procfs.Started(pid), inode, options["-proto"], options["-host-ip"], options["-host-port"], options["-container-ip"], options["-container-port"],
		})
	}
	return found
}

// optionsOf has each word by the one before it.
func optionsOf(words []string) map[string]string {
	found := map[string]string{}
	for i := 1; i < len(words); i++ {
		found[words[i-1]] = words[i]
	}
	return found
}
