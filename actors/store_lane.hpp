// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "persistence/store.hpp"

namespace loyalty::actors {

/// How executors reach the store without waiting for it. Callbacks run on a thread of the lane:
/// they leave something with their executor and return. When the lane ends, what still waits in it
/// is dropped.
class StoreLane {
 public:
  /// The commit comes back with its result, so that it can be tried again.
  using Committed = std::function<void(persistence::CommitResult, persistence::Commit)>;
  using Job = std::function<void(persistence::Store&)>;

  virtual ~StoreLane() = default;
  virtual void commit(persistence::Commit commit, Committed done) = 0;
  virtual void read(Job job) = 0;
};

/// Two threads: one writes, and merges what gathered while the last write ran into one group; one
/// reads, so that reads do not wait for a sync.
///
/// Those who were answered with one group are often about to come back, and would miss the next one
/// by a moment: a writer that has fewer commits than the last time waits for as many, no longer
/// than the last write took.
///
/// A store that is silent costs its time-out once: the reads that waited behind the one that found
/// out are answered `unavailable` together, and the next one tries the store again.
class ThreadedStoreLane final : public StoreLane {
 public:
  /// A read that fails and took longer than this has waited in vain for the store.
  static constexpr std::chrono::milliseconds silence{500};

  /// `told` is called when everybody who waited for a group of commits has been called back.
  explicit ThreadedStoreLane(persistence::Store& store,
                             std::chrono::milliseconds silent_after = silence,
                             std::function<void()> told = {});
  ~ThreadedStoreLane() override;

  void commit(persistence::Commit commit, Committed done) override;
  void read(Job job) override;

  /// Drops what waits and takes no more; what is under way ends. Does not wait for that.
  void close();

 private:
  template <class Item>
  struct Queue {
    std::mutex mutex;
    std::condition_variable filled;
    std::vector<Item> items;
    std::size_t wanted = 1;  ///< before the one who takes is woken
    bool closed = false;

    void push(Item item);
    /// Everything there is, waiting for the first, and until then for as many; empty when closed.
    std::vector<Item> take(std::size_t enough = 1,
                           std::chrono::steady_clock::time_point until = {});
    /// Everything there is now.
    std::vector<Item> take_waiting();
    bool is_closed();
    void close();
  };

  void write_loop();
  void read_loop();

  persistence::Store& store_;
  const std::chrono::milliseconds silent_after_;
  const std::function<void()> told_;
  Queue<std::pair<persistence::Commit, Committed>> writes_;
  Queue<Job> reads_;
  std::thread writer_;
  std::thread reader_;
};

}  // namespace loyalty::actors
