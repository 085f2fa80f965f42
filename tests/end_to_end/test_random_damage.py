# SPDX-License-Identifier: Apache-2.0
"""Random damage to a store: it is found, or what is read is what was written. Never something else.

On its own: LOYALTY=build/loyalty python3 test_random_damage.py [--edits N] [--seed N]
"""

import argparse
import pathlib
import random
import shutil
import subprocess
import sys
import unittest

from load import Load
from redis_server import RedisServer
from server import ServerCase, program_under_test

arguments = argparse.Namespace(edits=60, seed=None)

PAGE = 4096

# One change to one key of Redis, chosen by the two numbers in ARGV.
EDIT_IN_REDIS = """
local keys = redis.call('KEYS', 'loy:*')
table.sort(keys)
local a, b = tonumber(ARGV[1]), tonumber(ARGV[2])
local key = keys[a % #keys + 1]
local kind = redis.call('TYPE', key).ok
local function flipped(bytes)
  if #bytes == 0 then return 'x' end
  local at = b % #bytes + 1
  return bytes:sub(1, at - 1) .. string.char((bytes:byte(at) + 1) % 256) .. bytes:sub(at + 1)
end
if b % 7 == 0 then
  redis.call('DEL', key)
  return 'deleted ' .. key
end
if kind == 'string' then
  redis.call('SET', key, flipped(redis.call('GET', key)))
  return 'flipped a byte of ' .. key
end
if kind == 'hash' then
  local fields = redis.call('HKEYS', key)
  table.sort(fields)
  local one, other = fields[a % #fields + 1], fields[b % #fields + 1]
  local value = redis.call('HGET', key, one)
  if b % 3 == 0 then
    redis.call('HDEL', key, one)
    return 'deleted ' .. one .. ' of ' .. key
  elseif b % 3 == 1 and one ~= other then
    redis.call('HSET', key, one, redis.call('HGET', key, other), other, value)
    return 'swapped ' .. one .. ' and ' .. other .. ' of ' .. key
  end
  redis.call('HSET', key, one, flipped(value))
  return 'flipped a byte in ' .. one .. ' of ' .. key
end
if kind == 'stream' then
  local entries = redis.call('XRANGE', key, '-', '+')
  local entry = entries[a % #entries + 1]
  redis.call('XDEL', key, entry[1])
  return 'deleted block ' .. entry[1] .. ' of ' .. key
end
if kind == 'zset' then
  local members = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
  local at = (a % (#members / 2)) * 2 + 1
  redis.call('ZREM', key, members[at])
  if b % 2 == 0 then redis.call('ZADD', key, members[at + 1] + 1000, members[at]) end
  return 'moved or deleted a row of ' .. key
end
return 'unknown kind ' .. kind
"""


class RandomDamage(ServerCase):
    def setUp(self):
        super().setUp()
        self.seed = arguments.seed if arguments.seed is not None else random.randrange(1 << 32)
        self.chance = random.Random(self.seed)
        self.found = self.harmless = 0
        self.state = self.folder / "state"

    def work_on(self, server, count, load, **options):
        server.start(**options)
        done = load.done
        load.run(server.address, connections=2, until=lambda: load.done >= done + count)
        load.finish(server.address)
        self.assertEqual(server.terminate(), 0)

    def offline(self, command, store, state):
        more = ["--state-directory", str(state)]
        return subprocess.run([program_under_test(), command, "--store", store, *more],
                              capture_output=True, check=False)

    def judge(self, store, state, golden, what):
        """Damage is found by whoever opens or checks the store, or there is none to be seen."""
        checked = self.offline("verify", store, state)
        if checked.returncode != 0:
            self.assertIn(checked.returncode, (1, 3, 78), (what, checked.stderr))
            self.found += 1
            return
        exported = self.offline("export", store, state)
        if exported.returncode != 0:
            self.found += 1
            return
        self.assertEqual(exported.stdout, golden, f"seed {self.seed}: {what} went unseen")
        self.harmless += 1

    def edit_a_file(self, folder, earlier):
        """Damages one file of a folder, somehow."""
        chance = self.chance
        files = sorted(file for file in folder.rglob("*") if file.is_file() and file.stat().st_size)
        file = chance.choice(files)
        name = file.relative_to(folder)
        content = bytearray(file.read_bytes())
        kind = chance.randrange(7)
        if kind == 0:
            at = chance.randrange(len(content))
            content[at] ^= 1 << chance.randrange(8)
            what = f"bit {at} of {name} flipped"
        elif kind == 1:
            at = chance.randrange(len(content))
            del content[at:]
            what = f"{name} cut at {at}"
        elif kind == 2:
            at = chance.randrange(len(content)) // PAGE * PAGE
            content[at:at + PAGE] = bytes(len(content[at:at + PAGE]))
            what = f"page {at} of {name} zeroed"
        elif kind == 3:
            one, other = (chance.randrange(len(content)) for _ in range(2))
            size = chance.randrange(1, 256)
            size = min(size, len(content) - max(one, other))
            content[one:one + size], content[other:other + size] = (
                content[other:other + size], content[one:one + size])
            what = f"{size} bytes of {name} swapped between {one} and {other}"
        elif kind == 4:
            file.unlink()
            return f"{name} deleted"
        elif kind == 5 and (earlier / name).exists():
            content = (earlier / name).read_bytes()
            what = f"an earlier {name} put back"
        else:
            other = chance.choice(files)
            content = other.read_bytes()
            what = f"{name} replaced by {other.relative_to(folder)}"
        file.write_bytes(content)
        return what

    def report(self, store):
        print(f"seed {self.seed}, {store}: {arguments.edits} edits, {self.found} found, "
              f"{self.harmless} without effect", flush=True)
        self.assertEqual(self.found + self.harmless, arguments.edits)
        self.assertGreater(self.found, arguments.edits // 4)

    def test_rocksdb(self):
        load = Load(self.chance)
        server = self.server()
        self.work_on(server, 150, load)
        earlier = self.folder / "earlier"
        shutil.copytree(server.data, earlier)
        self.work_on(server, 150, load, program=None)
        golden = self.offline("export", f"rocksdb:{server.data}", self.state).stdout
        self.assertGreater(len(golden), 10_000)
        damaged = self.folder / "damaged"
        for _ in range(arguments.edits):
            shutil.rmtree(damaged, ignore_errors=True)
            shutil.copytree(server.data, damaged)
            if self.chance.randrange(20) == 0:
                watermark = (damaged / "watermark").read_bytes()
                shutil.rmtree(damaged)
                shutil.copytree(earlier, damaged)
                (damaged / "watermark").write_bytes(watermark)
                what = "the whole database as it was earlier"
            else:
                what = self.edit_a_file(damaged, earlier)
            self.judge(f"rocksdb:{damaged}", self.state, golden, what)
        self.report("rocksdb")

    def test_redis(self):
        redis = RedisServer(self.folder / "redis").start()
        self.addCleanup(redis.kill)
        options = {"store": redis.url,
                   "more": ("--shards", "4", "--state-directory", str(self.state))}
        load = Load(self.chance)
        server = self.server()
        self.work_on(server, 150, load, **options)
        redis.kill()
        earlier = self.folder / "earlier"
        shutil.copytree(redis.folder, earlier)
        redis.start()
        self.work_on(server, 150, load, program=None, **options)
        golden = self.offline("export", redis.url, self.state).stdout
        self.assertGreater(len(golden), 10_000)
        redis.kill()
        good = self.folder / "good"
        shutil.copytree(redis.folder, good)
        state = self.folder / "state-copy"
        for _ in range(arguments.edits):
            redis.kill()
            shutil.rmtree(redis.folder)
            shutil.copytree(good, redis.folder)
            shutil.rmtree(state, ignore_errors=True)
            shutil.copytree(self.state, state)
            what = self.damage_redis(redis, earlier, state)
            if redis.process is None:
                self.found += 1  # Redis itself refuses to start
                continue
            self.judge(redis.url, state, golden, what)
        self.report("redis")

    def damage_redis(self, redis, earlier, state):
        kind = self.chance.randrange(20)
        if kind < 12:
            redis.start()
            return redis.ask("EVAL", EDIT_IN_REDIS, "0", str(self.chance.randrange(1 << 30)),
                             str(self.chance.randrange(1 << 30)))
        if kind == 12:
            what = self.edit_a_file(state, state)
        elif kind == 13:
            shutil.rmtree(redis.folder)
            shutil.copytree(earlier, redis.folder)
            what = "the whole database as it was earlier"
        else:
            log = pathlib.Path("appendonlydir")
            what = self.edit_a_file(redis.folder / log, earlier / log)
        try:
            redis.start()
        except AssertionError:
            redis.kill()
        return what


if __name__ == "__main__":
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--edits", type=int, default=60)
    parser.add_argument("--seed", type=int)
    arguments, rest = parser.parse_known_args()
    unittest.main(argv=sys.argv[:1] + rest)
