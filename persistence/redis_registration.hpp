// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "persistence/redis_client.hpp"

/// One server at a time, without a cluster: who uses the store is written in `loy:{m}:nodes`, one
/// record per running server with a counter that moves once a second. A server that finds a record
/// whose counter moves is refused. Clocks are not compared. The fence of each shard is what keeps
/// the data safe; this only keeps two servers from fencing each other by mistake.
namespace loyalty::persistence {

class RedisRegistration {
 public:
  static constexpr std::chrono::milliseconds beat{1000};
  /// Longer than two beats: one may be late.
  static constexpr std::chrono::milliseconds patience{2500};

  /// Enters this process, waits until it is certain that nobody else is there, and goes on beating
  /// in the background. `unavailable` names the other one.
  static StoreResult<std::unique_ptr<RedisRegistration>> enter(RedisClient::Options options);
  /// For a node of a cluster: makes certain that no such server is there, and enters nothing.
  static StoreResult<bool> nobody_alone(RedisClient::Options options);
  /// Takes the record away.
  ~RedisRegistration();

  RedisRegistration(const RedisRegistration&) = delete;
  RedisRegistration& operator=(const RedisRegistration&) = delete;

 private:
  explicit RedisRegistration(RedisClient::Options options);

  StoreResult<bool> join();
  StoreResult<bool> outlive_all(ReplyView records, bool nodes_too);
  StoreResult<bool> outlive(const std::string& nonce, const std::string& record);
  void run();
  std::string record(std::uint64_t counter) const;
  bool forget(const std::string& nonce);
  bool pause(std::chrono::milliseconds time);

  const std::string place_;
  const std::string nonce_;
  RedisClient client_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool leaving_ = false;
  std::thread thread_;
};

}  // namespace loyalty::persistence
