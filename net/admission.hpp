// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "net/limits.hpp"

namespace loyalty::net {

/// An IPv6 address, or an IPv4 address mapped into one.
using SourceAddress = std::array<unsigned char, 16>;

/// Counts the open connections, all and per source address, against their limits. Any thread.
class Admission {
 public:
  explicit Admission(const Limits& limits)
      : max_connections_(limits.max_connections), max_per_source_(limits.max_per_source) {}

  /// The right to one connection; destroying it gives the right back.
  class Ticket {
   public:
    Ticket(Admission& admission, const SourceAddress& source)
        : admission_(&admission), source_(source) {}
    Ticket(Ticket&& other) noexcept
        : admission_(std::exchange(other.admission_, nullptr)), source_(other.source_) {}
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket() {
      if (admission_ != nullptr) admission_->release(source_);
    }

   private:
    Admission* admission_;
    SourceAddress source_;
  };

  std::optional<Ticket> admit(const SourceAddress& source) {
    const std::lock_guard lock(mutex_);
    if (open_ >= max_connections_) return std::nullopt;
    std::size_t& of_source = by_source_[source];
    if (of_source >= max_per_source_) return std::nullopt;
    ++of_source;
    ++open_;
    return std::optional<Ticket>(std::in_place, *this, source);
  }

  std::size_t open() const {
    const std::lock_guard lock(mutex_);
    return open_;
  }

  /// Whether the last connection went before `deadline`.
  bool wait_until_empty(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    return empty_.wait_until(lock, deadline, [this] { return open_ == 0; });
  }

 private:
  void release(const SourceAddress& source) {
    const std::lock_guard lock(mutex_);
    const auto at = by_source_.find(source);
    if (--at->second == 0) by_source_.erase(at);
    if (--open_ == 0) empty_.notify_all();
  }

  const std::size_t max_connections_;
  const std::size_t max_per_source_;
  mutable std::mutex mutex_;
  std::condition_variable empty_;
  std::map<SourceAddress, std::size_t> by_source_;
  std::size_t open_ = 0;
};

}  // namespace loyalty::net
