package iptables

import "faultline/agent/tool"

// script is the text of all that is done for a change. Stages run one after another, the commands of a stage side by side.
type script struct {
	prepare   [][]tool.Command // adds everything, and does no harm yet
	begin     []tool.Command   // begins the harm once it was prepared
	apply     [][]tool.Command // does both; the harm begins with the last stage
	renew     []tool.Command   // puts the kernel's own end off; none if it does not end the harm
	end       []tool.Command   // ends the harm
	byJumps   bool             // whether it is the end of the jumps that ends the harm, and with it of their counters
	undo      [][]tool.Command // removes everything while the harm is in force
	undoEnded [][]tool.Command // the same after its end

	tools []string // one of each family
	table string   // filter or nat
	sets  sets     // none of no family
}

// counters reads what was counted, and changes nothing.
func (s script) counters() []tool.Command {
	suffix := "-counters"
	if s.table == "nat" {
		suffix = "-nat-counters"
	}
	return eachOf(s.tools, func(name string) tool.Command { return tool.Command{Tool: name + suffix} })
}

// leased is for tables whose jumps match sets: the harm begins as they are filled, and ends as they are empty.
func leased(name string, all []table, members sets) script {
	added, undo := eachOf(all, table.add), [][]tool.Command{eachOf(all, table.remove), members.destroy()}
	return script{
		prepare: [][]tool.Command{{members.create()}, added},
		begin:   []tool.Command{members.fill()},
		apply:   [][]tool.Command{{members.createFull()}, added},
		renew:   []tool.Command{members.fill()},
		end:     []tool.Command{members.empty()},
		undo:    undo, undoEnded: undo,
		tools: toolsOf(all), table: name, sets: members,
	}
}

// lasting is for tables whose jumps match by themselves: the harm begins and ends with them.
func lasting(name string, all []table) script {
	return script{
		prepare:   [][]tool.Command{eachOf(all, table.addChains)},
		begin:     eachOf(all, table.addJumps),
		apply:     [][]tool.Command{eachOf(all, table.add)},
		end:       eachOf(all, table.removeJumps),
		byJumps:   true,
		undo:      [][]tool.Command{eachOf(all, table.remove)},
		undoEnded: [][]tool.Command{eachOf(all, table.removeChains)},
		tools:     toolsOf(all), table: name,
	}
}

func toolsOf(all []table) []string {
	return eachOf(all, func(each table) string { return each.tool })
}
