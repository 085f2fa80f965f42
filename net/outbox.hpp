// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "api/exchange.hpp"
#include "net/limits.hpp"
#include "net/outgoing.hpp"

namespace loyalty::net {

/// The bytes that wait for one client, and the count of replies still owed to it. Any thread sends;
/// the connection's io thread takes. It outlives its connection as long as somebody owes a reply,
/// and forgets what is sent after that.
class Outbox final : public api::Peer {
 public:
  /// `wake` asks the io thread to take; it is called once per burst, under the lock, from any
  /// thread, and never after close().
  Outbox(const Limits& limits, std::function<void()> wake);

  void send(std::vector<api::Outgoing>&& messages) override;
  std::size_t backlog() const override { return waiting(); }

  // What follows is for the io thread only.

  /// Until the next take() nobody is woken: the io thread is about to take anyway.
  void hold();
  void expect(std::size_t replies) { in_flight_.fetch_add(replies, std::memory_order_relaxed); }
  void append(std::string_view bytes);
  void append_error(std::uint32_t msgid, const api::Error& error);
  void set_error_form(ErrorForm form);

  /// Exchanges what waits with `written`, which is emptied.
  void take(std::string& written);
  /// The socket takes no more for now and left `unsent` of the bytes taken last.
  void set_blocked(std::size_t unsent);
  /// Later messages are dropped.
  void close();

  std::size_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }
  /// Bytes not yet given to the socket.
  std::size_t waiting() const;
  /// More waited than the hard bound allows; the rest was dropped.
  bool overflown() const;

 private:
  bool over_the_bound() const;

  const std::size_t hard_bytes_;
  std::atomic<std::size_t> in_flight_{0};

  mutable std::mutex mutex_;
  std::function<void()> wake_;
  std::string pending_;
  std::size_t unsent_ = 0;
  ErrorForm form_ = ErrorForm::triple;
  bool woken_ = false;
  bool blocked_ = false;
  bool closed_ = false;
  bool overflown_ = false;
};

}  // namespace loyalty::net
