// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "persistence/store.hpp"

namespace loyalty::actors {

/// How executors reach the store without waiting for it. Callbacks run on a thread of the lane:
/// they post to their executor and return.
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
class ThreadedStoreLane final : public StoreLane {
 public:
  explicit ThreadedStoreLane(persistence::Store& store);
  ~ThreadedStoreLane() override;

  void commit(persistence::Commit commit, Committed done) override;
  void read(Job job) override;

 private:
  template <class Item>
  struct Queue {
    std::mutex mutex;
    std::condition_variable filled;
    std::vector<Item> items;
    bool closed = false;

    void push(Item item);
    /// Everything there is, waiting for the first; empty when closed.
    std::vector<Item> take();
    void close();
  };

  void write_loop();
  void read_loop();

  persistence::Store& store_;
  Queue<std::pair<persistence::Commit, Committed>> writes_;
  Queue<Job> reads_;
  std::thread writer_;
  std::thread reader_;
};

}  // namespace loyalty::actors
