package tagged

import (
	"cmp"
	"slices"
	"strings"

	"faultline/agent/conntrack"
	"faultline/agent/netns"
	"faultline/agent/nft"
	"faultline/agent/refuse"
	"faultline/agent/shaping"
	"faultline/agent/tool"
)

const sweepAttempts = 5

// Remove removes what carries a wanted tag in a namespace, and returns it. Others may be removing the same: only what is left
// counts, and is refused.
func Remove(namespace *netns.Namespace, wanted func(Tag) bool) (Remains, error) {
	found, err := Find(namespace, wanted)
	if err != nil {
		return nil, err
	}
	left := found
	var problems []string
	for range sweepAttempts {
		if len(left) == 0 {
			break
		}
		problems = remove(namespace, left)
		if left, err = Find(namespace, wanted); err != nil {
			return nil, err
		}
	}
	if len(left) > 0 {
		return nil, refuse.Because("could not remove %v: %s", left, strings.Join(problems, "; "))
	}
	return found, nil
}

// remove removes our tables, other rules by their own text, then our chains, our sets and the rest, whatever becomes of the
// others. It returns what went wrong.
func remove(namespace *netns.Namespace, found Remains) []string {
	var problems []string
	attempt := func(name, input string) {
		if _, err := tool.Run(namespace, []tool.Command{{Tool: name, Input: input}}); err != nil {
			problems = append(problems, err.Error())
		}
	}
	for _, each := range found {
		if each.Where != nftables {
			continue
		}
		if err := nft.Remove(namespace, each.What); err != nil {
			problems = append(problems, err.Error())
		}
	}
	for _, one := range tablesOf(found) {
		attempt(one.tool, one.deletion(found))
	}
	for _, each := range found {
		if each.Where == "ipset" {
			attempt("ipset", "destroy "+each.What+"\n")
		}
	}
	problems = append(problems, removeShaping(namespace, found)...)
	if slices.ContainsFunc(found, func(each Found) bool { return each.How == "nat" || each.Where == nftables }) {
		// A responder to which they were led may be gone.
		if err := conntrack.ForgetQueries(namespace); err != nil {
			problems = append(problems, err.Error())
		}
	}
	return problems
}

// removeShaping removes the qdiscs and interfaces among what was found.
func removeShaping(namespace *netns.Namespace, found Remains) (problems []string) {
	wasFound := func(remnant shaping.Remnant) bool {
		return slices.ContainsFunc(found, func(each Found) bool {
			return each.Where == remnant.Tool && each.How == remnant.Line && each.tag.String() == remnant.Tag
		})
	}
	err := namespace.Do(func() error {
		remnants, err := shaping.Tagged()
		for _, each := range remnants {
			if !wasFound(each) {
				continue
			}
			if err := each.Remove(); err != nil {
				problems = append(problems, err.Error())
			}
		}
		return err
	})
	if err != nil {
		problems = append(problems, err.Error())
	}
	return problems
}

// table is one of a family and flavour of iptables.
type table struct{ tool, name string }

// tablesOf has the tables in which something was found.
func tablesOf(found Remains) []table {
	var tables []table
	for _, each := range found {
		if strings.Contains(each.Where, "tables-") {
			tables = append(tables, table{each.Where, each.How})
		}
	}
	slices.SortFunc(tables, func(a, b table) int {
		return cmp.Or(strings.Compare(a.tool, b.tool), strings.Compare(a.name, b.name))
	})
	return slices.Compact(tables)
}

// deletion is what iptables-restore is to be told so that what was found in the table goes. Rules in chains of ours go with
// them. All chains are flushed first: one may be reached from another.
func (t table) deletion(found Remains) string {
	lines := []string{"*" + t.name}
	var chains []string
	for _, each := range found {
		if each.Where != t.tool || each.How != t.name {
			continue
		}
		words := strings.Fields(each.What)
		if chain, isChain := strings.CutPrefix(words[0], ":"); isChain {
			chains = append(chains, chain)
		} else if words[0] == "-A" && !tagAtStart.MatchString(words[1]) {
			lines = append(lines, "-D"+strings.TrimPrefix(each.What, "-A"))
		}
	}
	for _, chain := range chains {
		lines = append(lines, "-F "+chain)
	}
	for _, chain := range chains {
		lines = append(lines, "-X "+chain)
	}
	return strings.Join(append(lines, "COMMIT", ""), "\n")
}
