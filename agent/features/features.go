// Package features tells what this kernel can do, by trying it out in the agent's own, otherwise empty, network namespace.
package features

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"faultline/agent/dns"
	"faultline/agent/netns"
	"faultline/agent/nft"
	"faultline/agent/refuse"
	"faultline/agent/shaping"
	"faultline/agent/socket"
	"faultline/agent/tagged"
	"faultline/agent/tool"
)

// ProbeRun is the run in the names of what is tried out here: an agent's own namespace can be seen by others, and this is no dead
// run's remains.
const ProbeRun = "00000000"

const chain = "FAULTLINE-" + ProbeRun + "-0"

// Features is what works.
type Features struct {
	NFTables      nft.Features      `json:"nftables"` // over netlink
	Tables        map[string]Tables `json:"tables"`   // of iptables, by family and flavour, as ip6tables-nft
	Silent        []string          `json:"silent"`   // its flavours that can drop a packet without telling its sender
	Shaping       []string          `json:"shaping"`  // the kinds of qdisc, with what goes with them
	SocketDestroy bool              `json:"socket_destroy"`
	Conntrack     bool              `json:"conntrack"`
	Freeze        bool              `json:"freeze"`
	Descriptors   bool              `json:"descriptors"`
	Loads         []string          `json:"loads"`
}

// Trials are those of other packages, each of its own.
type Trials struct {
	Conntrack   func() bool              // whether flows can be asked for and forgotten
	Freeze      func() bool              // whether processes can be frozen
	Descriptors func() bool              // whether what is behind a process's descriptors can be looked at
	Loads       func() ([]string, error) // which loads can be put on a container
}

var probing sync.Mutex // what is tried has the same names each time

// Probe tries everything, in the namespace that the agent was started in. It takes it back, and leaves loopback up. Most of it is
// waiting for the kernel, so it is done side by side.
func Probe(trials Trials) (Features, error) {
	probing.Lock()
	defer probing.Unlock()
	own, err := netns.Own()
	if err != nil {
		return Features{}, err
	}
	defer own.Close()
	var found Features
	var problem, unloaded error
	var works struct {
		conntrack, freeze, descriptors bool
		loads                          []string
	}
	failed := refuse.AtOnce(
		func() { found, problem = kernel{own}.probe() },
		func() { works.conntrack = trials.Conntrack() },
		func() { works.freeze = trials.Freeze() },
		func() { works.descriptors = trials.Descriptors() },
		func() { works.loads, unloaded = trials.Loads() },
	)
	found.Conntrack, found.Freeze, found.Descriptors = works.conntrack, works.freeze, works.descriptors
	found.Loads = append([]string{}, works.loads...)
	return found, errors.Join(problem, unloaded, failed)
}

// kernel is where it is tried: what a kernel can do differs by namespace, too.
type kernel struct{ namespace *netns.Namespace }

// probe tries what belongs to a network namespace. What makes rules of packets is one after another, and so is what needs the
// loopback interface for itself.
func (k kernel) probe() (found Features, err error) {
	k.up()
	err = refuse.AtOnce(
		func() {
			found.Tables, found.Silent = k.tables()
			found.NFTables = nft.Probe(k.namespace)
		},
		func() {
			found.SocketDestroy = socket.CanDestroy(k.namespace)
			found.Shaping = shaping.Probe(k.namespace)
		},
	)
	return found, err
}

// works tells whether a tool does all these lines. One that is not installed does not.
func (k kernel) works(name string, lines ...string) bool {
	_, err := tool.Run(k.namespace, []tool.Command{{Tool: name, Input: strings.Join(append(lines, ""), "\n")}})
	return err == nil
}

// Tables is what works of a family and flavour of tables.
type Tables struct {
	Drop bool `json:"drop"`
	*Matches
}

// Matches is what works besides dropping. Where that does not, the rest is not tried: it would take time, and fail.
type Matches struct {
	Ipset     bool `json:"ipset"`
	Time      bool `json:"time"`
	Reject    bool `json:"reject"`
	Statistic bool `json:"statistic"`
	Redirect  bool `json:"redirect"`
}

// tables tries all families and flavours, and tells which flavours can drop silently.
func (k kernel) tables() (found map[string]Tables, silent []string) {
	found, silent = map[string]Tables{}, []string{}
	sets := map[string]string{"iptables": chain + "-4", "ip6tables": chain + "-6"}
	if k.works("ipset", "create "+sets["iptables"]+" hash:net family inet timeout 15",
		"create "+sets["ip6tables"]+" hash:net family inet6 timeout 15") {
		defer k.works("ipset", "destroy "+sets["iptables"], "destroy "+sets["ip6tables"])
	} else {
		sets = nil
	}
	for _, flavour := range tagged.Flavours {
		for _, family := range tagged.Families {
			found[family+"-"+flavour] = k.table(family+"-"+flavour, sets[family])
		}
		if k.dropsSilently("iptables-" + flavour) {
			silent = append(silent, flavour)
		}
	}
	return found, silent
}

// table tries a family and flavour, with a set if there is one.
func (k kernel) table(tables, set string) Tables {
	if !k.ruleWorks(tables, "filter", "-j DROP") {
		return Tables{}
	}
	stop := time.Now().UTC().Add(time.Hour).Format("2006-01-02T15:04:05")
	return Tables{true, &Matches{
		Ipset: set != "" && k.ruleWorks(tables, "filter", "-m set --match-set "+set+" src -j DROP"),
		Time:  k.ruleWorks(tables, "filter", "-m time --datestop "+stop+" -j DROP"),
		Reject: k.ruleWorks(tables, "filter", "-p tcp -j REJECT --reject-with tcp-reset") &&
			k.ruleWorks(tables, "filter", "-j REJECT"),
		Statistic: k.ruleWorks(tables, "filter", "-m statistic --mode random --probability 0.5 -j DROP"),
		Redirect:  k.ruleWorks(tables, "nat", fmt.Sprintf("-p udp -m mark ! --mark %#x -j REDIRECT --to-ports 1", dns.Mark)),
	}}
}

// ruleWorks tells whether a rule can be made, in a chain that nothing leads to.
func (k kernel) ruleWorks(tables, table, rule string) bool {
	worked := k.works(tables, "*"+table, ":"+chain+" - [0:0]", "-A "+chain+" "+rule, "COMMIT")
	k.works(tables, "*"+table, "-F "+chain, "-X "+chain, "COMMIT")
	return worked
}
