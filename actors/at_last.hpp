// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

namespace loyalty::actors {

/// Does something when the last of several has said that it is done, or is gone without a word:
/// whoever waits for many shards does not wait for one that left meanwhile.
class AtLast {
 public:
  /// Nothing is done any more once `ending` is set.
  AtLast(std::function<void()> what, std::shared_ptr<const std::atomic<bool>> ending)
      : what_(std::move(what)), ending_(std::move(ending)) {}
  ~AtLast() {
    if (!*ending_) what_();
  }
  AtLast(const AtLast&) = delete;
  AtLast& operator=(const AtLast&) = delete;

  /// One that is to be done; it says so by calling it, or by dropping it.
  static std::function<void()> one_of(const std::shared_ptr<AtLast>& all) {
    return [share = std::make_shared<std::shared_ptr<AtLast>>(all)] { share->reset(); };
  }

 private:
  const std::function<void()> what_;
  const std::shared_ptr<const std::atomic<bool>> ending_;
};

}  // namespace loyalty::actors
