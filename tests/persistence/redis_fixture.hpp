// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "persistence/block.hpp"
#include "persistence/open_store.hpp"
#include "tests/persistence/scratch_directory.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/tcp_proxy.hpp"

namespace loyalty::persistence {

/// A redis-server, a Redis store of two shards in it, and the verbs to use them.
class RedisTest : public testing::Test {
 protected:
  explicit RedisTest(test::RedisServer::Options server = {}) : server_(std::move(server)) {
    url_ = "redis+unix:" + server_.socket();
    options_.shards = 2;
    options_.state_directory = (scratch_ / "state").string();
  }

  StoreResult<std::unique_ptr<Store>> try_open() { return open_store(url_, options_); }
  /// Opens, and claims shard 0 unless it is ours already.
  void open();
  void close() { store_.reset(); }
  Store& store() { return *store_; }
  /// The fault that opening must end in.
  StoreFault refused();

  /// A block of that many records for shard 0, as would be accepted now.
  Commit next_commit(std::uint32_t records = 1);
  CommitResult commit(const Commit& one) { return store().commit({&one, 1}).at(0); }
  Head must_commit(const Commit& one);
  Head must_commit(std::uint32_t records = 1) { return must_commit(next_commit(records)); }
  /// Tries the same commit until it is decided, as a writer does; whether it was written.
  bool insist(const Commit& one);
  Head head();
  std::vector<std::uint64_t> block_ends();

  ScratchDirectory scratch_;
  test::RedisServer server_;
  std::string url_;
  StoreOptions options_;

 private:
  std::unique_ptr<Store> store_;
};

/// The same over TCP, through a proxy that can misbehave.
class RedisLinkTest : public RedisTest {
 protected:
  RedisLinkTest() : RedisTest({.tcp = true}), proxy_(server_.port()) {
    url_ = "redis://" + proxy_.address() + "/0";
    options_.request_timeout = std::chrono::milliseconds(400);
  }
  test::TcpProxy proxy_;
};

}  // namespace loyalty::persistence
