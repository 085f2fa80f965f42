# SPDX-License-Identifier: Apache-2.0
"""Stacks that perf sampled: folded, shared out to the stages of a purchase, and as a flame
graph."""

import collections
import hashlib
import html
import re

# A sample belongs to the stage of the innermost function that is named here; the first line that
# matches.
STAGES = [
    ("write", r"Connection::flush|sendmsg|net::Outgoing|__send\b|ksys_write|reactive_socket_send"),
    (
        "read",
        r"recvmsg|sys_recv|epoll_wait|do_epoll|Connection::read_all|reactive_socket_recv|"
        r"FrameScanner|net::read_frame|find_end|Connection::receive",
    ),
    ("decode", r"decode_call|from_wire|api::\(anonymous namespace\)::|api::decode|codec::Readable"),
    (
        "encode reply",
        r"append_reply|append_result|to_wire|write_wire|codec::Described|net::pack|"
        r"activity_result|Result::fields|RuleLine::fields",
    ),
    (
        "snapshot",
        r"[Ss]napshot|Segment|segment|write_state|ZSTD|LZ4|liblz4|libzstd|Shard::passivate",
    ),
    (
        "encode block",
        r"encode_record|encode_facts|BlockBuilder|to_stored|write_stored|ShardJournal|" r"crc32c",
    ),
    (
        "commit",
        r"rocksdb|[Ss]tore_?[Ll]ane|RocksDb|CommitBatch|redis|fdatasync|jbd2|ext4|blk_|" r"virtio",
    ),
    ("gate", r"OutputGate|ShardWriter|Shard::answer|Outbox"),
    ("reports", r"Report(Book|Rows|Values|Counts)|domain::report"),
    ("evolve", r"domain::(evolve|apply)\b|6evolve"),
    ("settle", r"domain::(settle|next_due)\b"),
    ("decide", r"loyalty::domain::"),
    ("authorise", r"[Aa]uthori[sz]|Principal|Tenant"),
    (
        "execute",
        r"MemberEntity|PartnerEntity|Entity::|EntityActor|ActorHost|HostedActor|caf::|libcaf|"
        r"KeyMemory",
    ),
    (
        "route",
        r"Node::|Shard::|ShardExecutor|EntityTable|UniqueFunction|"
        r"Connection::(serve|dispatch|call|hand_over)",
    ),
    ("network, rest", r"boost::asio|tcp_|inet_|loyalty::net"),
    ("allocator", r"jemalloc|je_|malloc|\bfree\b|operator new|operator delete"),
    ("kernel, rest", r"entry_SYSCALL|do_syscall|schedule|futex|irq|softirq"),
]
COMPILED = [(name, re.compile(pattern)) for name, pattern in STAGES]
REST = "rest"
BOX = 16
WIDTH = 1400
LEAST_WIDTH = 0.6


def fold(script):
    """Output of `perf script`: stack, outermost first -> samples."""
    folded = collections.Counter()
    frames = []
    for line in script.splitlines() + [""]:
        if not line.strip():
            if frames:
                folded[tuple(reversed(frames))] += 1
            frames = []
        elif line[0] in " \t":
            # address symbol+offset (object)
            words = line.strip().split(" ", 1)
            if len(words) == 2:
                symbol, _, library = words[1].rpartition(" (")
                if symbol.startswith(
                    "[unknown]"
                ):  # a library without symbols still says which it is
                    symbol = f"[{library.rstrip(')').rsplit('/', 1)[-1]}]"
                frames.append(re.sub(r"\+0x[0-9a-f]+$", "", symbol))
    return folded


def stage_of(stack):
    for frame in reversed(stack):
        for name, pattern in COMPILED:
            if pattern.search(frame):
                return name
    return REST


def stages(folded):
    """stage -> share of all samples, the largest first."""
    total = sum(folded.values())
    found = collections.Counter()
    for stack, count in folded.items():
        found[stage_of(stack)] += count
    return [(name, count / total) for name, count in found.most_common()]


def functions(folded, limit):
    """The functions in which most samples were taken: (name, own share, share with what they
    call)."""
    total = sum(folded.values())
    own, under = collections.Counter(), collections.Counter()
    for stack, count in folded.items():
        own[stack[-1]] += count
        for frame in set(stack):
            under[frame] += count
    return [(name, count / total, under[name] / total) for name, count in own.most_common(limit)]


def shortened(name):
    """A C++ name without what makes it long."""
    name = re.sub(r"loyalty::|\(anonymous namespace\)::|std::__cxx11::|std::", "", name)
    while (shorter := re.sub(r"<[^<>]*>", "", name)) != name:
        name = shorter
    return name.split("(", 1)[0]


def colour(name):
    digest = hashlib.md5(name.encode(), usedforsecurity=False).digest()
    if re.search(r"domain::", name):
        return f"rgb({90 + digest[0] % 40},{160 + digest[1] % 50},{90 + digest[2] % 40})"
    if "loyalty::" in name:
        return f"rgb({220 + digest[0] % 30},{140 + digest[1] % 60},{60 + digest[2] % 40})"
    return f"rgb({150 + digest[0] % 40},{160 + digest[1] % 40},{190 + digest[2] % 40})"


def flame(folded, title):
    """A flame graph as SVG; hovering over a box shows its function and share."""
    total = sum(folded.values())
    root = {}

    for stack, count in folded.items():
        level = root
        for frame in stack:
            node = level.setdefault(frame, [0, {}])
            node[0] += count
            level = node[1]
    boxes = []

    def place(level, left, depth):
        deepest = depth
        for name, (count, below) in sorted(level.items()):
            width = count * WIDTH / total
            if width >= LEAST_WIDTH:
                boxes.append((left, depth, width, name, count))
                deepest = max(deepest, place(below, left, depth + 1))
            left += width
        return deepest

    height = (place(root, 0.0, 0) + 2) * BOX + 30
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        'font-family="monospace" font-size="11">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="8" y="18" font-size="14">{html.escape(title)}</text>',
    ]
    for left, depth, width, name, count in boxes:
        top = height - (depth + 1) * BOX
        shown = shortened(name)[: max(0, int(width / 6.7) - 1)]
        out.append(
            f"<g><title>{html.escape(name)} {100 * count / total:.2f} %</title>"
            f'<rect x="{left:.1f}" y="{top}" width="{max(0.4, width - 0.4):.1f}" height="{BOX - 1}" '
            f'fill="{colour(name)}"/>'
        )
        if len(shown) > 2:
            out.append(f'<text x="{left + 2:.1f}" y="{top + 11}">{html.escape(shown)}</text>')
        out.append("</g>")
    out.append("</svg>")
    return "\n".join(out) + "\n"
