// SPDX-License-Identifier: Apache-2.0
#include "actors/store_lane.hpp"

#include "persistence/failpoint.hpp"

namespace loyalty::actors {

using persistence::failpoint;

template <class Item>
void ThreadedStoreLane::Queue<Item>::push(Item item) {
  {
    const std::lock_guard lock(mutex);
    items.push_back(std::move(item));
  }
  filled.notify_one();
}

template <class Item>
std::vector<Item> ThreadedStoreLane::Queue<Item>::take() {
  std::unique_lock lock(mutex);
  filled.wait(lock, [&] { return closed || !items.empty(); });
  return std::exchange(items, {});
}

template <class Item>
void ThreadedStoreLane::Queue<Item>::close() {
  {
    const std::lock_guard lock(mutex);
    closed = true;
  }
  filled.notify_one();
}

ThreadedStoreLane::ThreadedStoreLane(persistence::Store& store)
    : store_(store), writer_([this] { write_loop(); }), reader_([this] { read_loop(); }) {}

ThreadedStoreLane::~ThreadedStoreLane() {
  writes_.close();
  reads_.close();
  writer_.join();
  reader_.join();
}

void ThreadedStoreLane::commit(persistence::Commit commit, Committed done) {
  writes_.push({std::move(commit), std::move(done)});
}

void ThreadedStoreLane::read(Job job) { reads_.push(std::move(job)); }

void ThreadedStoreLane::write_loop() {
  for (auto batch = writes_.take(); !batch.empty(); batch = writes_.take()) {
    std::vector<persistence::Commit> commits;
    commits.reserve(batch.size());
    for (auto& [commit, done] : batch) commits.push_back(std::move(commit));
    failpoint("commit.before");
    auto results = store_.commit(commits);
    failpoint("commit.after");
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch[i].second(std::move(results[i]), std::move(commits[i]));
    }
  }
}

void ThreadedStoreLane::read_loop() {
  for (auto jobs = reads_.take(); !jobs.empty(); jobs = reads_.take()) {
    for (auto& job : jobs) job(store_);
  }
}

}  // namespace loyalty::actors
