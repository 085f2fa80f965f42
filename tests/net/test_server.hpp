// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/server.hpp"

namespace loyalty::net {

/// A server whose handler answers some methods itself and leaves the others to the test:
///   echo    the params
///   refuse  an error with every field set
///   others  held until the test answers
class TestServer {
 public:
  struct HeldCall {
    std::string method;
    std::string params;
    std::string program;
    api::ReplySlot reply;
  };

  explicit TestServer(Limits limits = {}, std::size_t threads = 1);

  std::uint16_t port() const { return server_->port(); }
  Server& server() { return *server_; }
  Statistics statistics() const { return server_->statistics(); }
  /// Destroys the server; the held calls stay.
  void end() { server_.reset(); }

  /// The first `count` held calls so far, waiting for them; fewer when patience ends.
  std::vector<HeldCall> wait_for_held(std::size_t count);
  std::size_t held() const;
  /// How many calls each call of the handler brought.
  std::vector<std::size_t> batches() const;

 private:
  void handle(std::span<const Incoming> calls);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<HeldCall> held_;
  std::vector<std::size_t> batches_;
  std::unique_ptr<Server> server_;
};

/// Answers with a map.
void answer(const api::ReplySlot& slot, std::string body = "\x80", bool replayed = false);
void refuse(const api::ReplySlot& slot, api::Error error);
/// Sends a notice of the given size at least.
void notify(const api::ReplySlot& slot, std::string_view method, std::string body = "\x80");

/// A map of `pairs` pairs "k000": 0, "k001": 1 and so on.
std::string map_of(std::size_t pairs);

}  // namespace loyalty::net
