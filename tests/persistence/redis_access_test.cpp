// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <sstream>

#include "tests/persistence/redis_fixture.hpp"

namespace loyalty::persistence {
namespace {

using testing::HasSubstr;

/// The line of docs/redis.md that makes the least-privileged user, as words.
std::vector<std::string> documented_user() {
  std::istringstream text(read_file(LOYALTY_SOURCE_DIR "/docs/redis.md"));
  std::string line;
  while (std::getline(text, line) && !line.starts_with("ACL SETUSER loyalty ")) continue;
  std::istringstream words(line);
  std::vector<std::string> all;
  for (std::string word; words >> word;) all.push_back(word);
  std::ranges::replace(all, ">PASSWORD", ">s3cret");
  return all;
}

class RedisAccess : public RedisTest {
 protected:
  RedisAccess() {
    const auto user = documented_user();
    EXPECT_GT(user.size(), 10U) << "docs/redis.md has no line ACL SETUSER loyalty ...";
    EXPECT_EQ(server_.ask_all(user), "OK");
    write_file(scratch_ / "password", "s3cret\n");
    url_ += "?user=loyalty&password_file=" + (scratch_ / "password").string();
  }
  /// The user without one of its rights.
  void take(const std::string& right) { server_.ask({"ACL", "SETUSER", "loyalty", "-" + right}); }
};

TEST_F(RedisAccess, TheDocumentedUserMayDoAllThatIsNeeded) {
  open();
  Commit one = next_commit(2);
  one.snapshots = {{.entity = "m", .position = 1, .bytes = "s", .pinned = false},
                   {.entity = "p", .position = 1, .bytes = "s", .pinned = true}};
  one.segments = {{.entity = "m", .first_sequence = 1, .bytes = "h"}};
  one.due = {{.entity = "m", .from_ms = 3, .to_ms = 4}};
  one.checkpoint = 2;
  must_commit(one);
  Commit two = next_commit(1);
  two.merged = {{"m", 1}};
  two.segments = {{.entity = "m", .first_sequence = 1, .bytes = "h"}};
  must_commit(two);
  const auto all = [](const auto&) { return true; };
  EXPECT_TRUE(store().load(0, std::vector<std::string>{"m"}));
  EXPECT_TRUE(store().pinned(0));
  EXPECT_TRUE(store().entities(0, all));
  EXPECT_TRUE(store().blocks(0, 0, all));
  EXPECT_TRUE(store().history(0, "m", all));
  EXPECT_TRUE(store().due(0, 0, 9, 9));
  EXPECT_TRUE(store().put_projection_cursor(0, "q", {}));
  EXPECT_TRUE(store().projection_cursor(0, "q"));
  EXPECT_TRUE(store().stable(0));
  EXPECT_TRUE(store().trim(0, 2));
  EXPECT_TRUE(store().release(0, two.fence));
  close();
  EXPECT_EQ(server_.ask({"ACL", "LOG"}), "") << "nothing was denied";
}

TEST_F(RedisAccess, TheDocumentedUserMayDoNothingElse) {
  for (const auto& command :
       std::vector<std::vector<std::string>>{{"FLUSHALL"},
                                             {"KEYS", "*"},
                                             {"CONFIG", "SET", "appendonly", "no"},
                                             {"EVAL", "", "0"},
                                             {"DEL", "loy:x"},
                                             {"SHUTDOWN"},
                                             {"GET", "loy:x"},
                                             {"HGET", "other", "x"},
                                             {"SCRIPT", "FLUSH"},
                                             {"REPLICAOF", "NO", "ONE"},
                                             {"ACL", "LIST"}}) {
    std::vector<std::string> words = {"ACL", "DRYRUN", "loyalty"};
    words.insert(words.end(), command.begin(), command.end());
    EXPECT_THAT(server_.ask_all(words), testing::Not("OK")) << command[0];
  }
}

TEST_F(RedisAccess, WhatIsMissingIsNamed) {
  for (const std::string right :
       {"config|get", "info", "hset", "xadd", "xtrim", "zrangebylex", "xrange", "hscan"}) {
    take(right);
    const auto fault = refused();
    EXPECT_EQ(fault.kind, StoreFault::Kind::unavailable);
    EXPECT_THAT(fault.message, HasSubstr("lacks the permission +" + right));
    server_.ask({"ACL", "SETUSER", "loyalty", "+" + right});
  }
  open();
}

TEST_F(RedisAccess, AWrongPasswordIsRefused) {
  write_file(scratch_ / "password", "guess\n");
  EXPECT_THAT(refused().message, HasSubstr("WRONGPASS"));
  write_file(scratch_ / "password", "");
  EXPECT_EQ(refused().kind, StoreFault::Kind::invalid);
}

TEST_F(RedisAccess, ANewPasswordIsReadWithoutARestart) {
  open();
  server_.ask({"ACL", "SETUSER", "loyalty", "resetpass", ">another"});
  server_.ask({"CLIENT", "KILL", "USER", "loyalty"});
  const Commit one{};
  EXPECT_EQ(commit(one).status, CommitStatus::unavailable);
  write_file(scratch_ / "password", "another\n");
  EXPECT_TRUE(store().owner(0));
}

}  // namespace
}  // namespace loyalty::persistence
