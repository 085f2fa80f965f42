// SPDX-License-Identifier: Apache-2.0
#include "tests/net/test_server.hpp"

#include <gtest/gtest.h>

#include "net/msgpack_writer.hpp"
#include "tests/net/wire.hpp"

namespace loyalty::net {

TestServer::TestServer(Limits limits, std::size_t threads) {
  auto server =
      Server::start({.host = "127.0.0.1", .port = 0, .threads = threads, .limits = limits},
                    [this](std::span<const Incoming> calls) { handle(calls); }, {"echo", "refuse"});
  if (!server) {
    ADD_FAILURE() << server.error();
    return;
  }
  server_ = std::move(*server);
}

void TestServer::handle(std::span<const Incoming> calls) {
  const std::lock_guard lock(mutex_);
  batches_.push_back(calls.size());
  for (const Incoming& call : calls) {
    if (call.method == "echo") {
      answer(call.reply, std::string(call.params));
    } else if (call.method == "refuse") {
      refuse(call.reply, {.code = "NO_POINTS",
                          .text = "too few",
                          .param = "amount",
                          .callers_fault = true,
                          .retryable = true,
                          .retry_after_ms = 250});
    } else {
      held_.push_back({std::string(call.method), std::string(call.params),
                       std::string(call.program), call.reply});
    }
  }
  changed_.notify_all();
}

std::vector<TestServer::HeldCall> TestServer::wait_for_held(std::size_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [&] { return held_.size() >= count; });
  EXPECT_GE(held_.size(), count);
  return held_;
}

std::size_t TestServer::held() const {
  const std::lock_guard lock(mutex_);
  return held_.size();
}

std::vector<std::size_t> TestServer::batches() const {
  const std::lock_guard lock(mutex_);
  return batches_;
}

void answer(const api::ReplySlot& slot, std::string body, bool replayed) {
  std::vector<api::Outgoing> messages;
  messages.emplace_back(api::Reply{slot.msgid, api::Result{std::move(body), replayed}});
  slot.peer->send(std::move(messages));
}

void refuse(const api::ReplySlot& slot, api::Error error) {
  std::vector<api::Outgoing> messages;
  messages.emplace_back(api::Reply{slot.msgid, std::move(error)});
  slot.peer->send(std::move(messages));
}

void notify(const api::ReplySlot& slot, std::string_view method, std::string body) {
  std::vector<api::Outgoing> messages;
  messages.emplace_back(api::Notice{method, std::move(body)});
  slot.peer->send(std::move(messages));
}

std::string map_of(std::size_t pairs) {
  std::string body;
  pack::map(body, pairs);
  for (std::size_t i = 0; i < pairs; ++i) {
    const std::string digits = std::to_string(1000 + i);
    pack::string(body, "k" + digits.substr(1));
    pack::unsigned_integer(body, i);
  }
  return body;
}

}  // namespace loyalty::net
