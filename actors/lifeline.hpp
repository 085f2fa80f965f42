// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

#include "actors/store_lane.hpp"

namespace loyalty::actors {

/// Counts what will still come back to an object: callbacks under way to other threads, each of
/// which keeps a hold. The object may go when it is alone. New holds are taken by its own thread,
/// or by somebody who has one.
class Lifeline {
 public:
  class Hold {
   public:
    explicit Hold(std::shared_ptr<std::atomic<std::size_t>> count) : count_(std::move(count)) {
      ++*count_;
    }
    Hold(const Hold& other) : Hold(other.count_) {}
    Hold(Hold&& other) noexcept : count_(std::move(other.count_)) {}
    Hold& operator=(const Hold&) = delete;
    Hold& operator=(Hold&&) = delete;
    ~Hold() {
      if (count_) --*count_;
    }

   private:
    std::shared_ptr<std::atomic<std::size_t>> count_;
  };

  Hold hold() const { return Hold(count_); }
  bool alone() const { return *count_ == 0; }

 private:
  std::shared_ptr<std::atomic<std::size_t>> count_ = std::make_shared<std::atomic<std::size_t>>(0);
};

/// A lane whose user may not go before everything it asked of the lane is done or dropped.
class HeldLane final : public StoreLane {
 public:
  HeldLane(StoreLane& lane, Lifeline life) : lane_(lane), life_(std::move(life)) {}

  void commit(persistence::Commit commit, Committed done) override {
    lane_.commit(std::move(commit),
                 [hold = life_.hold(), done = std::move(done)](persistence::CommitResult result,
                                                               persistence::Commit sent) {
                   done(std::move(result), std::move(sent));
                 });
  }
  void read(Job job) override {
    lane_.read(
        [hold = life_.hold(), job = std::move(job)](persistence::Store& store) { job(store); });
  }

 private:
  StoreLane& lane_;
  const Lifeline life_;
};

}  // namespace loyalty::actors
