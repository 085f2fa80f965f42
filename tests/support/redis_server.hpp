// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

/// Real Redis processes for tests: started by the test, gone with it even when it crashes.
namespace loyalty::test {

/// A port of this machine that nobody listens on at the moment.
std::uint16_t free_port();

/// Looks again and again until it is so; fails the test after half a minute.
bool eventually(const std::function<bool()>& it_is_so);

/// One redis-server (or sentinel) in a folder of its own.
class RedisServer {
 public:
  struct Options {
    bool tcp = false;                 ///< on a free port of 127.0.0.1 as well as on a Unix socket
    bool sentinel = false;            ///< runs `config` as a sentinel
    std::vector<std::string> config;  ///< further lines of redis.conf
  };

  explicit RedisServer(Options options);
  RedisServer() : RedisServer(Options{}) {}
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  const std::filesystem::path& directory() const { return directory_; }
  std::string socket() const { return (directory_ / "socket").string(); }
  std::uint16_t port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  /// Sends a command; arrays come back with their elements joined by spaces, errors as they are.
  std::string ask(std::initializer_list<std::string> command) const;
  /// The same from a list that was put together.
  std::string ask_all(const std::vector<std::string>& command) const;

  void start();
  void kill();    ///< kill -9, and waits for its end
  void freeze();  ///< SIGSTOP
  void thaw();

 private:
  const Options options_;
  std::filesystem::path directory_;
  std::uint16_t port_ = 0;
  pid_t pid_ = 0;
};

/// Three primaries without replicas.
class RedisCluster {
 public:
  RedisCluster();
  const std::vector<std::unique_ptr<RedisServer>>& servers() const { return servers_; }
  std::string url() const;
  void clear() const;

 private:
  std::vector<std::unique_ptr<RedisServer>> servers_;
};

/// A primary, its replica, and a sentinel that watches them.
class RedisPair {
 public:
  /// Lines of redis.conf for both.
  explicit RedisPair(std::vector<std::string> config, bool with_sentinel = true);
  RedisServer& primary() { return *primary_; }
  RedisServer& replica() { return *replica_; }
  RedisServer& sentinel() { return *sentinel_; }
  std::string url() const { return "redis-sentinel://" + sentinel_->address() + "/shop"; }

 private:
  std::unique_ptr<RedisServer> primary_;
  std::unique_ptr<RedisServer> replica_;
  std::unique_ptr<RedisServer> sentinel_;
};

}  // namespace loyalty::test
