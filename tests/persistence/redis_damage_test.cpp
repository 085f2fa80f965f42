// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "persistence/redis_format.hpp"
#include "tests/persistence/redis_fixture.hpp"

namespace loyalty::persistence {
namespace {

using testing::HasSubstr;

/// A store with something of each kind, and the verbs to change bytes behind its back: Redis loads
/// a log with a flipped bit without a complaint.
class RedisDamage : public RedisTest {
 protected:
  RedisDamage() {
    open();
    Commit one = next_commit(3);
    one.snapshots = {{.entity = "m", .position = 3, .bytes = "member", .pinned = false},
                     {.entity = "p", .position = 3, .bytes = "program", .pinned = true}};
    one.segments = {{.entity = "m", .first_sequence = 1, .bytes = "one"},
                    {.entity = "m", .first_sequence = 3, .bytes = "two"}};
    one.due = {{.entity = "m", .from_ms = 0, .to_ms = 50}};
    must_commit(one);
    must_commit(2);
    EXPECT_TRUE(store().put_projection_cursor(0, "q", {5, 6}));
  }

  std::string get(const std::string& hash, const std::string& field) {
    return server_.ask({"HGET", hash, field});
  }
  void put(const std::string& hash, const std::string& field, const std::string& value) {
    server_.ask({"HSET", hash, field, value});
  }
  /// Each bit of a hash's field in turn; `found` says whether somebody noticed.
  void flip_each_bit(const std::string& hash, const std::string& field,
                     const std::function<bool()>& found) {
    const std::string value = get(hash, field);
    ASSERT_TRUE(!found()) << "the value is good";
    for (std::size_t bit = 0; bit < value.size() * 8; ++bit) {
      std::string flipped = value;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
      put(hash, field, flipped);
      EXPECT_TRUE(found()) << hash << " " << field << ", bit " << bit;
    }
    put(hash, field, value.substr(0, value.size() / 2));
    EXPECT_TRUE(found());
    put(hash, field, "");
    EXPECT_TRUE(found());
    put(hash, field, value);
    EXPECT_FALSE(found());
  }
  template <class T>
  static bool damage(const StoreResult<T>& result) {
    return !result && result.error().kind == StoreFault::Kind::damaged;
  }

  const std::string own_ = "loy:{p:000}:own";
};

TEST_F(RedisDamage, InTheOwnerRecordIsFound) {
  for (const auto* field : {"e", "o", "h", "c", "x", "cp", "y"}) {
    flip_each_bit(own_, field, [&] { return damage(store().owner(0)); });
  }
}

TEST_F(RedisDamage, InTheOwnerRecordStopsItsOwner) {
  const Commit one = next_commit();
  put(own_, "h", "6");
  const auto result = commit(one);
  EXPECT_EQ(result.status, CommitStatus::fenced);
  EXPECT_THAT(result.detail, HasSubstr("checksum"));
  close();
  EXPECT_EQ(refused().kind, StoreFault::Kind::damaged);
}

TEST_F(RedisDamage, InASnapshotIsFound) {
  flip_each_bit("loy:{p:000}:s", "m",
                [&] { return damage(store().load(0, std::vector<std::string>{"m"})); });
  flip_each_bit("loy:{p:000}:pin", "p", [&] { return damage(store().pinned(0)); });
}

TEST_F(RedisDamage, ASnapshotUnderAnotherNameIsFound) {
  put("loy:{p:000}:s", "n", get("loy:{p:000}:s", "m"));
  EXPECT_TRUE(damage(store().load(0, std::vector<std::string>{"n"})));
  put("loy:{p:001}:s", "m", get("loy:{p:000}:s", "m"));
  EXPECT_TRUE(damage(store().load(1, std::vector<std::string>{"m"})));
  put("loy:{p:000}:s", "p", get("loy:{p:000}:pin", "p"));
  EXPECT_TRUE(damage(store().load(0, std::vector<std::string>{"p"}))) << "pinned and not pinned";
}

TEST_F(RedisDamage, InTheHistoryIsFound) {
  const auto read = [&] {
    return damage(store().history(0, "m", [](const Segment&) { return true; }));
  };
  flip_each_bit("loy:{p:000}:h", segment_field("m", 1), read);
  const std::string index = get("loy:{p:000}:hx", "m");
  ASSERT_EQ(index, hex64(1) + hex64(3));
  for (const auto& wrong : {hex64(1) + hex64(2), hex64(3) + hex64(1), hex64(1) + "z" + hex64(3),
                            index + "0", std::string("nonsense")}) {
    put("loy:{p:000}:hx", "m", wrong);
    EXPECT_TRUE(read()) << wrong;
  }
  put("loy:{p:000}:hx", "m", index);
  server_.ask({"HDEL", "loy:{p:000}:h", segment_field("m", 3)});
  EXPECT_TRUE(read()) << "a segment that is gone";
}

TEST_F(RedisDamage, InACursorIsFound) {
  flip_each_bit("loy:{p:000}:q", "q", [&] { return damage(store().projection_cursor(0, "q")); });
}

TEST_F(RedisDamage, InTheDueIndexIsFound) {
  server_.ask({"ZADD", "loy:{p:000}:t", "0", timer_bound(40) + "m"});
  EXPECT_TRUE(damage(store().due(0, 0, 100, 10)));
}

TEST_F(RedisDamage, InTheFormatRecordIsFound) {
  close();
  const std::string shards = get("loy:{m}:cfg", "n");
  put("loy:{m}:cfg", "n", "3");
  EXPECT_EQ(refused().kind, StoreFault::Kind::damaged);
  put("loy:{m}:cfg", "n", shards);
  server_.ask({"HDEL", "loy:{m}:cfg", "id"});
  EXPECT_EQ(refused().kind, StoreFault::Kind::damaged);
}

TEST_F(RedisDamage, InTheLogOfRedisIsFound) {
  const auto describe = [](Store& any) {
    std::string all;
    bool good = true;
    Head previous;
    const auto record = any.owner(0);
    good = good && record;
    const auto read = any.blocks(0, 0, [&](const Block& block) {
      const auto parsed = parse_block(0, previous, block);
      good = good && parsed;
      previous = {block.last_position, block.chain};
      all += block.bytes;
      return true;
    });
    good = good && read;
    const auto loaded = any.load(0, std::vector<std::string>{"m", "p"});
    good = good && loaded;
    if (loaded) {
      for (const auto& snapshot : loaded->snapshots) all += snapshot ? snapshot->bytes : "none";
    }
    const auto past = any.history(0, "m", [&](const Segment& segment) {
      all += segment.bytes;
      return true;
    });
    good = good && past;
    const auto due = any.due(0, 0, 100, 10);
    good = good && due;
    if (due) all += std::to_string(due->size());
    if (record) all += std::to_string(record->head.position);
    return good ? all : std::string();
  };
  const std::string truth = describe(store());
  ASSERT_FALSE(truth.empty());
  close();
  server_.kill();
  const auto directory = server_.directory() / "appendonlydir";
  copy_directory(directory, scratch_ / "copy");
  std::filesystem::path log;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().string().ends_with(".incr.aof")) log = entry.path();
  }
  const std::string bytes = read_file(log);
  // The values that readers see: a flip in the frame of a command stops redis-server itself.
  std::vector<std::size_t> places;
  for (const std::string& value :
       std::vector<std::string>{"member", "program", "one", "two", "record 0", "record 1"}) {
    places.push_back(bytes.find(value));
    ASSERT_NE(places.back(), std::string::npos);
  }
  std::mt19937 random(1);
  for (const auto place : places) {
    std::string flipped = bytes;
    flipped[place] = static_cast<char>(flipped[place] ^ (1 << random() % 8));
    write_file(log, flipped);
    server_.start();
    {
      const auto opened = try_open();
      const std::string content = opened ? describe(**opened) : "";
      EXPECT_EQ(content, "") << "the flip at " << place << " went unseen";
    }
    server_.kill();
    copy_directory(scratch_ / "copy", directory);
  }
  server_.start();
  open();
  EXPECT_EQ(describe(store()), truth);
}

}  // namespace
}  // namespace loyalty::persistence
