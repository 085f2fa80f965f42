# SPDX-License-Identifier: Apache-2.0
"""The layer table of ARCHITECTURE.md as data: who may include what.

A pattern is a path of the project; `*` matches anything, folders below included.
"""

# Files that may include everything: the composition root, and what is never linked into it.
UNRESTRICTED = ["main.cpp", "tests/*", "bench/*"]

# folder -> what its files may include of the project, besides their own folder.
PROJECT = {
    "domain": [],
    "codec": ["domain/*"],
    "api": ["codec/*", "domain/*"],
    "persistence": ["domain/*", "codec/*"],
    "config": ["domain/*", "codec/*"],
    "actors": ["api/*", "codec/*", "domain/*", "persistence/store.hpp", "persistence/block.hpp",
               "persistence/lz4.hpp", "persistence/packed_block.hpp", "persistence/faults.hpp",
               "persistence/failpoint.hpp"],
    "audit": ["actors/*", "persistence/*", "api/*", "codec/*", "domain/*"],
    "replay": ["actors/*", "persistence/*", "api/*", "codec/*", "domain/*"],
    "cluster": ["actors/*", "persistence/*", "api/*", "codec/*", "domain/*"],
    "net": ["api/*", "codec/*", "domain/*"],
    "cli": ["audit/*", "replay/*", "net/*", "config/*", "api/*", "codec/*", "domain/*", "persistence/*"],
}

# Single files that may do more than their folder: `loyalty serve` puts the server together.
PROJECT_EXCEPTIONS = {
    "cli/serve*": ["actors/*", "cluster/*"],
}

# library -> (its headers, who may include them). The first library whose headers match counts.
LIBRARIES = {
    "CAF": (["caf/*"], ["actors/*", "cluster/*"]),
    "Boost.Asio": (["boost/asio.hpp", "boost/asio/*", "boost/system/*"], ["net/*"]),
    "Boost.Beast": (["boost/beast.hpp", "boost/beast/*"], ["net/*"]),
    "Boost.Variant2": (  # in place of the standard's (ARCHITECTURE.md): wherever there are folders
        ["boost/variant2/*"], [f"{folder}/*" for folder in PROJECT]),
    "Boost.Histogram": (["boost/histogram.hpp", "boost/histogram/*"], ["cli/*"]),
    "OpenSSL": (["openssl/*"], ["net/*"]),
    "RocksDB": (["rocksdb/*"], ["persistence/rocksdb_*"]),
    "hiredis": (["hiredis/*"], ["persistence/redis_*"]),
    "LZ4": (["lz4.h"], ["persistence/lz4.cpp"]),
    "zstd": (["zstd.h"], ["actors/segment.cpp"]),
    "xxHash": (["xxhash.h"], ["persistence/*", "api/*", "actors/*", "audit/*", "replay/*"]),
    "msgpack-c": (["msgpack.hpp", "msgpack/*"], ["codec/*"]),
    "toml++": (["toml++/*"], ["config/*"]),
    "CLI11": (["CLI/*"], ["cli/*"]),
    "nlohmann json": (["nlohmann/*"], ["cli/*"]),
    "spdlog": (["spdlog/*", "fmt/*"], ["cli/*"]),
    "date": (["date/*"], ["domain/*", "config/*", "cli/*"]),
    "GoogleTest, RapidCheck, Google Benchmark": (
        ["gtest/*", "gmock/*", "rapidcheck.h", "rapidcheck/*", "benchmark/*"], []),
    "compiler intrinsics": (["*intrin.h"], ["codec/*", "persistence/*"]),
    "the operating system": (
        ["*.h"], ["persistence/*", "config/*", "actors/*", "cluster/*", "net/*", "cli/*"]),
}

# The domain is pure and integer-only. Standard headers that would say otherwise:
DOMAIN_HEADERS = {
    "a clock, a thread or a lock": [
        "atomic", "barrier", "condition_variable", "future", "latch", "mutex", "semaphore",
        "shared_mutex", "stop_token", "thread"],
    "randomness": ["random"],
    "input or output": [
        "cstdio", "filesystem", "fstream", "iomanip", "iostream", "istream", "ostream", "sstream",
        "syncstream"],
    "floating point": ["cfloat", "cmath", "complex", "numbers"],
    "an order that differs from run to run": ["unordered_map", "unordered_set"],
}

# ... and code (regular expressions) that would.
DOMAIN_CODE = {
    "floating point": r"\b(?:float|double)\b",
    "a clock": r"\b\w*_clock::now\b|\btime\s*\(\s*(?:nullptr|NULL|0|&)|\bgettimeofday\b",
    "randomness": r"\brandom_device\b|\bmt19937\w*\b|\bs?rand\s*\(",
    "a thread or a lock": r"\bstd::(?:j?thread|\w*mutex|atomic\w*|async)\b|\bthread_local\b",
    "input or output": r"\bstd::(?:cout|cerr|cin|clog)\b|\b\w*printf\s*\(|\bgetenv\s*\(",
    "an order that differs from run to run": r"\bunordered_\w+",
}
