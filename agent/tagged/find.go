package tagged

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"faultline/agent/netns"
	"faultline/agent/nft"
	"faultline/agent/shaping"
	"faultline/agent/tool"
)

var (
	// Flavours are the two kernel interfaces of iptables.
	Flavours = []string{"nft", "legacy"}
	// Families are the two commands of each flavour, of IPv4 and of IPv6.
	Families = []string{"iptables", "ip6tables"}
)

const nftables = "nftables"

// legacyTables are asked for in this order.
var legacyTables = []string{"filter", "nat", "mangle"}

// Found is something that carries a tag in a namespace.
type Found struct {
	Where string // what it was made with: nftables, a family and flavour of iptables, ipset, tc or ip
	How   string // it goes: a rule or chain from this table, what tc or ip made by this line; empty for a table of ours or a set
	What  string // a rule's or chain's own line, a table's or set's name, or what else it is, behind its tag
	Owned bool   // whether a process that lives holds it, so that nobody has left it

	tag Tag
}

// String is as people have read it in refusals from the beginning.
func (f Found) String() string {
	return fmt.Sprintf("('%s', '%s', '%s')", f.Where, f.How, f.What)
}

// Remains are all that was found in a namespace.
type Remains []Found

func (r Remains) String() string {
	texts := make([]string, len(r))
	for i, each := range r {
		texts[i] = each.String()
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// Find finds what carries a wanted tag in a namespace.
func Find(namespace *netns.Namespace, wanted func(Tag) bool) (Remains, error) {
	found, err := ownTables(namespace)
	if err != nil {
		return nil, err
	}
	err = namespace.Do(func() error {
		for _, flavour := range Flavours {
			for _, family := range Families {
				saved, err := savedTables(family, flavour)
				if err != nil {
					return err
				}
				found = append(found, inTables(family, flavour, saved)...)
			}
		}
		sets, err := sets()
		if err != nil {
			return err
		}
		found = append(found, sets...)
		shaped, err := shaped()
		found = append(found, shaped...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found, func(each Found) bool { return !wanted(each.tag) }), nil
}

// FindLeft finds the same without what a process that lives holds.
func FindLeft(namespace *netns.Namespace, wanted func(Tag) bool) (Remains, error) {
	found, err := Find(namespace, wanted)
	return slices.DeleteFunc(found, func(each Found) bool { return each.Owned }), err
}

// ownTables has the tables that are ours as a whole.
func ownTables(namespace *netns.Namespace) (Remains, error) {
	tables, err := nft.Find(namespace)
	var found Remains
	for _, each := range tables {
		if tag, ok := Parse(each.Name); ok {
			found = append(found, Found{nftables, "", each.Name, each.Owned, tag})
		}
	}
	return found, err
}

// inTables has the chains and rules with a tag, each with the table that it is in.
func inTables(family, flavour, saved string) Remains {
	var found Remains
	table := ""
	for line := range strings.SplitSeq(saved, "\n") {
		if name, isTable := strings.CutPrefix(line, "*"); isTable {
			table = name
		} else if strings.HasPrefix(line, ":") || strings.HasPrefix(line, "-") {
			if tag, ok := tagIn(tagAnywhere, line); ok {
				found = append(found, Found{family + "-" + flavour, table, line, false, tag})
			}
		}
	}
	return found
}

// savedTables has the tables of the calling thread's namespace as text, each that there is; asking must not make one.
func savedTables(family, flavour string) (string, error) {
	if flavour == "nft" {
		return tool.Output(family + "-nft-save")
	}
	names := map[string]string{"iptables": "ip_tables_names", "ip6tables": "ip6_tables_names"}[family]
	content, err := os.ReadFile("/proc/thread-self/net/" + names)
	if err != nil {
		return "", nil // this kernel has no legacy tables
	}
	there := strings.Fields(string(content))
	var saved strings.Builder
	for _, table := range legacyTables {
		if slices.Contains(there, table) {
			text, err := tool.Output(family+"-legacy-save", "-t", table)
			if err != nil {
				return "", err
			}
			saved.WriteString(text)
		}
	}
	return saved.String(), nil
}

func sets() (Remains, error) {
	names, err := tool.Output("ipset", "list", "-name")
	var found Remains
	for _, name := range strings.Fields(names) {
		if tag, ok := tagIn(tagAtStart, name); ok {
			found = append(found, Found{"ipset", "", name, false, tag})
		}
	}
	return found, err
}

// shaped has the qdiscs and interfaces with a tag. Numbers of somebody else's that make no tag are none of ours.
func shaped() (Remains, error) {
	remnants, err := shaping.Tagged()
	var found Remains
	for _, each := range remnants {
		if tag, ok := Parse(each.Tag); ok {
			found = append(found, Found{each.Tool, each.Line, each.Tag + ": " + each.What, false, tag})
		}
	}
	return found, err
}
