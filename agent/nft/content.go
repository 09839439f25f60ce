package nft

import (
	"time"

	"golang.org/x/sys/unix"
)

const (
	ownerFlag = 2    // NFT_TABLE_F_OWNER of linux/netfilter/nf_tables.h
	chunk     = 1000 // elements in one request; an attribute has at most 64 KB
	family    = unix.NFPROTO_INET
)

// Types of keys, as nft(8) numbers them to print what it lists.
const (
	numberKey = 4
	ipv4Key   = 7
	ipv6Key   = 8
	markKey   = 19 // a number in the machine's byte order
)

// content is what is in a table.
type content struct {
	sets    []set
	chains  []chain
	rules   []rule
	flows   []addressing // the families whose flows are remembered
	outlive bool         // whether the table stays if the agent dies, for the next sweep
}

type set struct {
	name     string
	key      uint32 // its type
	size     uint32 // of a key, in bytes
	flags    uint32
	timeout  time.Duration // after which the kernel takes an element out; 0 for never
	elements []element
	filled   *filled // if it is filled by rules
	uses     part
}

// filled is about a set that rules add to.
type filled struct {
	value uint32 // what belongs to each key, in bytes
	most  uint32 // keys
}

// element is a key or, in a set of intervals, where one begins or where it has ended.
type element struct {
	key   []byte
	isEnd bool
}

// chain is one that other chains lead to or, if it has a hook, one that packets come to.
type chain struct {
	name string
	hook *hook
}

type hook struct {
	kind             string // filter or nat
	number, priority int32
}

// rule counts the packets that meet its conditions, and decides about them.
type rule struct {
	chain   string
	when    []expression
	counter string // by name; each rule has one, so that its removal by somebody else shows
	then    []expression
	uses    part
}

// counters has all that are used, in the order of the rules, and by how many rules.
func (c content) counters() (names []string, uses map[string]uint32) {
	uses = map[string]uint32{}
	for _, each := range c.rules {
		if uses[each.counter] == 0 {
			names = append(names, each.counter)
		}
		uses[each.counter]++
	}
	return names, uses
}

// table is one of ours, by name.
type table string

// create has the requests that make a table with all that is in it.
func (t table) create(all content, kernel kernel) []request {
	requests := []request{t.declare(all.outlive || kernel.withoutOwners)}
	for i, each := range all.sets {
		requests = append(requests, t.newSet(each, uint32(i+1)))
		requests = append(requests, t.add(each.name, each.elements)...)
	}
	names, _ := all.counters()
	for _, each := range names {
		requests = append(requests, t.newCounter(each))
	}
	for _, each := range all.chains {
		requests = append(requests, t.newChain(each))
	}
	return append(requests, t.append(all.rules)...)
}

func (t table) declare(unowned bool) request {
	flags := uint32(ownerFlag)
	if unowned {
		flags = 0
	}
	declared := about(family, unix.NFT_MSG_NEWTABLE, unix.NLM_F_CREATE|unix.NLM_F_EXCL, "the table",
		named(unix.NFTA_TABLE_NAME, string(t)), number(unix.NFTA_TABLE_FLAGS, flags))
	if flags != 0 {
		declared.uses = owner
	}
	return declared
}

// remove has the table of a family go, with all that is in it.
func (t table) remove(family uint8) request {
	return about(family, unix.NFT_MSG_DELTABLE, 0, "the table", named(unix.NFTA_TABLE_NAME, string(t)))
}

func (t table) newSet(one set, id uint32) request {
	attributes := []attribute{
		named(unix.NFTA_SET_TABLE, string(t)), named(unix.NFTA_SET_NAME, one.name), number(unix.NFTA_SET_ID, id),
		number(unix.NFTA_SET_KEY_TYPE, one.key), number(unix.NFTA_SET_KEY_LEN, one.size), number(unix.NFTA_SET_FLAGS, one.flags),
	}
	if one.timeout > 0 {
		attributes = append(attributes, number64(unix.NFTA_SET_TIMEOUT, uint64(one.timeout.Milliseconds())))
	}
	if one.filled != nil {
		attributes = append(attributes, number(unix.NFTA_SET_DATA_TYPE, numberKey), number(unix.NFTA_SET_DATA_LEN, one.filled.value),
			nested(unix.NFTA_SET_DESC, number(unix.NFTA_SET_DESC_SIZE, one.filled.most)))
	}
	made := about(family, unix.NFT_MSG_NEWSET, unix.NLM_F_CREATE, "the set "+one.name, attributes...)
	made.uses = one.uses
	return made
}

// add has elements put into a set.
func (t table) add(set string, elements []element) []request {
	return t.ofElements(unix.NFT_MSG_NEWSETELEM, unix.NLM_F_CREATE, set, elements)
}

// take has elements taken out of a set; one that is not there is refused.
func (t table) take(set string, elements []element) []request {
	return t.ofElements(unix.NFT_MSG_DELSETELEM, 0, set, elements)
}

// empty has all elements taken out of a set.
func (t table) empty(set string) request {
	return about(family, unix.NFT_MSG_DELSETELEM, 0, "the set "+set,
		named(unix.NFTA_SET_ELEM_LIST_TABLE, string(t)), named(unix.NFTA_SET_ELEM_LIST_SET, set))
}

func (t table) ofElements(kind, flags uint16, set string, elements []element) []request {
	var requests []request
	for len(elements) > 0 {
		some := elements[:min(chunk, len(elements))]
		elements = elements[len(some):]
		listed := make([]attribute, len(some))
		for i, each := range some {
			attributes := []attribute{valued(unix.NFTA_SET_ELEM_KEY, each.key...)}
			if each.isEnd {
				attributes = append(attributes, number(unix.NFTA_SET_ELEM_FLAGS, unix.NFT_SET_ELEM_INTERVAL_END))
			}
			listed[i] = nested(unix.NFTA_LIST_ELEM, attributes...)
		}
		requests = append(requests, about(family, kind, flags, "elements of the set "+set,
			named(unix.NFTA_SET_ELEM_LIST_TABLE, string(t)), named(unix.NFTA_SET_ELEM_LIST_SET, set),
			nested(unix.NFTA_SET_ELEM_LIST_ELEMENTS, listed...)))
	}
	return requests
}

func (t table) newCounter(name string) request {
	return about(family, unix.NFT_MSG_NEWOBJ, unix.NLM_F_CREATE, "the counter "+name,
		named(unix.NFTA_OBJ_TABLE, string(t)), named(unix.NFTA_OBJ_NAME, name),
		number(unix.NFTA_OBJ_TYPE, unix.NFT_OBJECT_COUNTER), nested(unix.NFTA_OBJ_DATA))
}

func (t table) newChain(one chain) request {
	attributes := []attribute{named(unix.NFTA_CHAIN_TABLE, string(t)), named(unix.NFTA_CHAIN_NAME, one.name)}
	if one.hook != nil {
		attributes = append(attributes, named(unix.NFTA_CHAIN_TYPE, one.hook.kind), nested(unix.NFTA_CHAIN_HOOK,
			number(unix.NFTA_HOOK_HOOKNUM, uint32(one.hook.number)), number(unix.NFTA_HOOK_PRIORITY, uint32(one.hook.priority))))
	}
	return about(family, unix.NFT_MSG_NEWCHAIN, unix.NLM_F_CREATE, "the chain "+one.name, attributes...)
}

// clear has all rules of a chain go.
func (t table) clear(chain string) request {
	return about(family, unix.NFT_MSG_DELRULE, 0, "the rules of the chain "+chain,
		named(unix.NFTA_RULE_TABLE, string(t)), named(unix.NFTA_RULE_CHAIN, chain))
}

// append has rules put behind those that are there.
func (t table) append(rules []rule) []request {
	requests := make([]request, len(rules))
	for i, each := range rules {
		requests[i] = about(family, unix.NFT_MSG_NEWRULE, unix.NLM_F_CREATE|unix.NLM_F_APPEND,
			"a rule of the chain "+each.chain+" that counts as "+each.counter,
			named(unix.NFTA_RULE_TABLE, string(t)), named(unix.NFTA_RULE_CHAIN, each.chain),
			containing(unix.NFTA_RULE_EXPRESSIONS|unix.NLA_F_NESTED, join(each.when, []expression{countAs(each.counter)}, each.then)...))
		requests[i].uses = each.uses
	}
	return requests
}

func join(steps ...[]expression) []byte {
	size := 0
	for _, some := range steps {
		for _, each := range some {
			size += len(each)
		}
	}
	text := make([]byte, 0, size)
	for _, some := range steps {
		for _, each := range some {
			text = append(text, each...)
		}
	}
	return text
}
