package nft

import "golang.org/x/sys/unix"

// expression is one step of a rule, as the kernel reads it: it loads, compares, counts or decides. One that compares ends the
// rule if it finds otherwise.
type expression []byte

// register is the one that everything is loaded into, but for what is put together there and in those behind it.
const register = unix.NFT_REG32_00

// What can be loaded about a packet besides its headers (enum nft_meta_keys).
const (
	metaMark      = unix.NFT_META_MARK
	metaInput     = unix.NFT_META_IIF
	metaOutput    = unix.NFT_META_OIF
	metaFamily    = unix.NFT_META_NFPROTO
	metaTransport = unix.NFT_META_L4PROTO
	metaTime      = 30 // NFT_META_TIME_NS, since Linux 5.4: the time of day, in the machine's order
)

func express(name string, attributes ...attribute) expression {
	data := unix.SizeofNlAttr + sizeOf(attributes)
	called := unix.SizeofNlAttr + len(name) + 1
	length := unix.SizeofNlAttr + aligned(called) + data
	text := appendHeader(make([]byte, 0, length), unix.NFTA_LIST_ELEM|unix.NLA_F_NESTED, length)
	text = append(append(appendHeader(text, unix.NFTA_EXPR_NAME, called), name...), 0)
	text = appendHeader(appendPadding(text, called), unix.NFTA_EXPR_DATA|unix.NLA_F_NESTED, data)
	return appendAll(text, attributes)
}

func loadMeta(to, key uint32) expression {
	return express("meta", number(unix.NFTA_META_DREG, to), number(unix.NFTA_META_KEY, key))
}

// loadHeader loads a part of a header, in the order of the network.
func loadHeader(to, base, offset, size uint32) expression {
	return express("payload", number(unix.NFTA_PAYLOAD_DREG, to), number(unix.NFTA_PAYLOAD_BASE, base),
		number(unix.NFTA_PAYLOAD_OFFSET, offset), number(unix.NFTA_PAYLOAD_LEN, size))
}

func loadConstant(value ...byte) expression {
	return express("immediate", number(unix.NFTA_IMMEDIATE_DREG, register),
		valued(unix.NFTA_IMMEDIATE_DATA, value...))
}

// loadNumber loads a number below a limit, in the machine's order: a random one, or one more than the last time, from 0 on.
func loadNumber(kind, below uint32) expression {
	return express("numgen", number(unix.NFTA_NG_DREG, register), number(unix.NFTA_NG_MODULUS, below),
		number(unix.NFTA_NG_TYPE, kind))
}

// mask leaves these bits of one byte.
func mask(in uint32, bits byte) expression {
	return express("bitwise", number(unix.NFTA_BITWISE_SREG, in), number(unix.NFTA_BITWISE_DREG, in),
		number(unix.NFTA_BITWISE_LEN, 1), valued(unix.NFTA_BITWISE_MASK, bits),
		valued(unix.NFTA_BITWISE_XOR, 0))
}

func is(value ...byte) expression    { return compare(register, unix.NFT_CMP_EQ, value) }
func isNot(value ...byte) expression { return compare(register, unix.NFT_CMP_NEQ, value) }

func compare(what, operation uint32, value []byte) expression {
	return express("cmp", number(unix.NFTA_CMP_SREG, what), number(unix.NFTA_CMP_OP, operation),
		valued(unix.NFTA_CMP_DATA, value...))
}

func isIn(set string) expression {
	return express("lookup", number(unix.NFTA_LOOKUP_SREG, register), named(unix.NFTA_LOOKUP_SET, set))
}

func isNotIn(set string) expression {
	return express("lookup", number(unix.NFTA_LOOKUP_SREG, register), named(unix.NFTA_LOOKUP_SET, set),
		number(unix.NFTA_LOOKUP_FLAGS, unix.NFT_LOOKUP_F_INV))
}

func countAs(counter string) expression {
	return express("objref", number(unix.NFTA_OBJREF_IMM_TYPE, unix.NFT_OBJECT_COUNTER), named(unix.NFTA_OBJREF_IMM_NAME, counter))
}

// addTo adds a key to a set, and its value, which begin at these registers. A key that is there keeps its value, and counts one packet
// more. If the set is full, that ends the rule.
func addTo(set string, key, value uint32) expression {
	return express("dynset", named(unix.NFTA_DYNSET_SET_NAME, set), number(unix.NFTA_DYNSET_OP, unix.NFT_DYNSET_OP_ADD),
		number(unix.NFTA_DYNSET_SREG_KEY, key), number(unix.NFTA_DYNSET_SREG_DATA, value),
		nested(unix.NFTA_DYNSET_EXPR, named(unix.NFTA_EXPR_NAME, "counter"), nested(unix.NFTA_EXPR_DATA)))
}

const (
	netfilterDrop   = 0 // NF_DROP and NF_ACCEPT of linux/netfilter.h
	netfilterAccept = 1
)

var (
	accepting = decide(number(unix.NFTA_VERDICT_CODE, netfilterAccept))
	drops     = decide(number(unix.NFTA_VERDICT_CODE, netfilterDrop))
)

func accept() []expression { return accepting }
func drop() []expression   { return drops }
func jump(chain string) []expression {
	var code int32 = unix.NFT_JUMP
	return decide(number(unix.NFTA_VERDICT_CODE, uint32(code)), named(unix.NFTA_VERDICT_CHAIN, chain))
}

func decide(verdict ...attribute) []expression {
	return []expression{express("immediate", number(unix.NFTA_IMMEDIATE_DREG, unix.NFT_REG_VERDICT),
		nested(unix.NFTA_IMMEDIATE_DATA, nested(unix.NFTA_DATA_VERDICT, verdict...)))}
}

// reject answers with a reset, or with a message of ICMP of the packet's family.
func reject(kind uint32, code byte) []expression {
	return []expression{express("reject", number(unix.NFTA_REJECT_TYPE, kind), containing(unix.NFTA_REJECT_ICMP_CODE, code))}
}

// redirect leads a connection to the port of this namespace that was loaded.
func redirect() expression { return express("redir", number(unix.NFTA_REDIR_REG_PROTO_MIN, register)) }

// toQueue hands a packet to the reader of a queue.
func toQueue(queue uint16) expression {
	return express("queue", containing(unix.NFTA_QUEUE_NUM, inOrderOfNetwork(queue)...),
		containing(unix.NFTA_QUEUE_TOTAL, inOrderOfNetwork(1)...))
}

// toQueueByTarget does the same by the target of xtables.
func toQueueByTarget(queue uint16) expression {
	info := append(native.AppendUint16(nil, queue), make([]byte, 6)...) // struct xt_NFQ_info, padded to 8 bytes
	return express("target", named(unix.NFTA_TARGET_NAME, "NFQUEUE"), number(unix.NFTA_TARGET_REV, 0),
		containing(unix.NFTA_TARGET_INFO, info...))
}
