// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace loyalty::test {

/// A TCP proxy on 127.0.0.1 that can be told to misbehave.
class TcpProxy {
 public:
  explicit TcpProxy(std::uint16_t target);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  std::uint16_t port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  /// From now on each message of a client is answered with this and goes no further; empty: the
  /// truth again.
  void answer_with(std::string lie);
  /// From now on what the target answers is lost (true), or comes through (false).
  void swallow_answers(bool swallow) { swallow_ = swallow; }
  /// From now on nothing at all passes, and nobody is told.
  void freeze(bool frozen) { frozen_ = frozen; }

 private:
  void run();

  const std::uint16_t target_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> swallow_{false};
  std::atomic<bool> frozen_{false};
  std::atomic<bool> closing_{false};
  std::mutex mutex_;
  std::string lie_;
  std::thread thread_;
};

}  // namespace loyalty::test
