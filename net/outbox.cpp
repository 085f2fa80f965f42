// SPDX-License-Identifier: Apache-2.0
#include "net/outbox.hpp"

#include <algorithm>
#include <utility>

namespace loyalty::net {
namespace {

/// One burst of replies may pass the hard bound before the socket was asked to take any of it; this
/// many times the bound it may not.
constexpr std::size_t burst_factor = 16;

/// An emptied buffer keeps this much for the next burst.
constexpr std::size_t kept_bytes = 32 * 1024;

}  // namespace

Outbox::Outbox(const Limits& limits, std::function<void()> wake)
    : hard_bytes_(limits.output_hard_bytes), wake_(std::move(wake)) {}

void Outbox::send(std::vector<api::Outgoing>&& messages) {
  const std::lock_guard lock(mutex_);
  if (closed_ || overflown_ || messages.empty()) return;
  std::size_t replies = 0;
  for (const api::Outgoing& message : messages) {
    if (const auto* reply = get_if<api::Reply>(&message)) {
      append_reply(pending_, *reply, form_);
      ++replies;
    } else {
      const auto& notice = get<api::Notice>(message);
      append_notice(pending_, notice.method, notice.body);
    }
  }
  // A reply too many is its sender's mistake; it must not make the count wrap around.
  in_flight_.fetch_sub(std::min(replies, in_flight()), std::memory_order_relaxed);
  if (over_the_bound()) {
    overflown_ = true;
    pending_ = {};
    // Whoever was woken before may be waiting for a socket that never takes more.
    woken_ = false;
  }
  if (!std::exchange(woken_, true)) wake_();
}

bool Outbox::over_the_bound() const {
  return pending_.size() + unsent_ > hard_bytes_ * (blocked_ ? 1 : burst_factor);
}

void Outbox::hold() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
}

void Outbox::append(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  if (!closed_ && !overflown_) pending_.append(bytes);
}

void Outbox::append_error(std::uint32_t msgid, const api::Error& error) {
  const std::lock_guard lock(mutex_);
  if (!closed_ && !overflown_) net::append_error(pending_, msgid, error, form_);
}

void Outbox::set_error_form(ErrorForm form) {
  const std::lock_guard lock(mutex_);
  form_ = form;
}

void Outbox::take(std::string& written) {
  written.clear();
  if (written.capacity() > kept_bytes) written = {};
  const std::lock_guard lock(mutex_);
  pending_.swap(written);
  unsent_ = 0;
  blocked_ = false;
  woken_ = false;
}

void Outbox::set_blocked(std::size_t unsent) {
  const std::lock_guard lock(mutex_);
  unsent_ = unsent;
  blocked_ = unsent > 0;
  if (over_the_bound()) overflown_ = true;
}

void Outbox::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  wake_ = nullptr;
  pending_ = {};
  unsent_ = 0;
}

std::size_t Outbox::waiting() const {
  const std::lock_guard lock(mutex_);
  return pending_.size() + unsent_;
}

bool Outbox::overflown() const {
  const std::lock_guard lock(mutex_);
  return overflown_;
}

}  // namespace loyalty::net
