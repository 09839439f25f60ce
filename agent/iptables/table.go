package iptables

import (
	"strings"

	"faultline/agent/tool"
)

// table is what is added to one table of one family, as iptables-restore reads it: a transaction to add, one to remove.
type table struct {
	tool   string
	name   string   // filter or nat
	chains []string // of ours: one for each direction, so that their rules tell what became of which packets
	rules  []string // in them
	jumps  []jump   // to them
}

// jump leads to a chain of ours: the builtin chain that it is in, and what it matches, with a space at its end.
type jump struct{ from, match, to string }

// insert puts it at the top, by position 1: an ACCEPT that stands there already would win over an appended rule.
func (j jump) insert() string { return "-I " + j.from + " 1 " + j.match + "-j " + j.to }

// remove is by its whole text, never by position: others may have inserted rules of theirs since.
func (j jump) remove() string { return "-D " + j.from + " " + j.match + "-j " + j.to }

// add adds all of it, in force as soon as the jumps are.
func (t table) add() tool.Command {
	return t.transaction(declarations(t.chains), t.rules, eachOf(t.jumps, jump.insert))
}

// addChains adds all but the jumps.
func (t table) addChains() tool.Command {
	return t.transaction(declarations(t.chains), t.rules)
}

// addJumps adds the rest.
func (t table) addJumps() tool.Command {
	return t.transaction(eachOf(t.jumps, jump.insert))
}

// replaceRules puts these rules into the chains that are there. A declared chain is emptied first (iptables-restore(8)).
func (t table) replaceRules() tool.Command { return t.addChains() }

func (t table) remove() tool.Command {
	return t.transaction(eachOf(t.jumps, jump.remove), eachOf(t.chains, removal))
}

func (t table) removeJumps() tool.Command {
	return t.transaction(eachOf(t.jumps, jump.remove))
}

func (t table) removeChains() tool.Command {
	return t.transaction(eachOf(t.chains, removal))
}

func (t table) transaction(parts ...[]string) tool.Command {
	return transaction(t.tool, t.name, parts...)
}

func declarations(chains []string) []string { return eachOf(chains, declaration) }

func declaration(chain string) string { return ":" + chain + " - [0:0]" }

func removal(chain string) string { return "-F " + chain + "\n-X " + chain }

// transaction is lines that are carried out as a whole, or not at all.
func transaction(name, table string, parts ...[]string) tool.Command {
	var text strings.Builder
	text.WriteString("*" + table + "\n")
	for _, lines := range parts {
		for _, line := range lines {
			text.WriteString(line + "\n")
		}
	}
	text.WriteString("COMMIT\n")
	return tool.Command{Tool: name, Input: text.String()}
}

func eachOf[T, R any](all []T, of func(T) R) []R {
	found := make([]R, len(all))
	for i, each := range all {
		found[i] = of(each)
	}
	return found
}
