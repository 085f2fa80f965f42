// SPDX-License-Identifier: Apache-2.0
#include "actors/store_lane.hpp"

#include <pthread.h>

#include <algorithm>

#include "persistence/failpoint.hpp"
#include "persistence/faults.hpp"

namespace loyalty::actors {
namespace {

using persistence::failpoint;
using persistence::ShardId;
using persistence::StoreFault;
using persistence::StoreResult;
using Steady = std::chrono::steady_clock;

/// A group waits for company no longer than that, however slow the store is.
constexpr Steady::duration longest_grace = std::chrono::milliseconds(1);

/// The store as one reading job sees it: passes everything on, and notes whether the job waited in
/// vain. Told that the store is silent, it answers that and asks nobody.
class ReadStore final : public persistence::Store {
 public:
  enum class Voice : std::uint8_t { speaks, silent };

  ReadStore(persistence::Store& store, Voice voice, std::chrono::milliseconds silent_after)
      : store_(store), voice_(voice), silent_after_(silent_after) {}

  /// Whether an answer failed to come.
  bool waited_in_vain() const { return waited_in_vain_; }

  ShardId shards() const override { return store_.shards(); }
  std::string describe() const override { return store_.describe(); }
  bool may_regress() const override { return store_.may_regress(); }

  StoreResult<persistence::OwnerRecord> owner(ShardId shard) override {
    return ask([&] { return store_.owner(shard); });
  }
  StoreResult<persistence::OwnerRecord> claim(ShardId shard, const persistence::Fence& seen,
                                              persistence::OwnerNonce me,
                                              std::int64_t now_ms) override {
    return ask([&] { return store_.claim(shard, seen, me, now_ms); });
  }
  StoreResult<bool> release(ShardId shard, const persistence::Fence& fence) override {
    return ask([&] { return store_.release(shard, fence); });
  }
  StoreResult<bool> settle(ShardId shard) override {
    return ask([&] { return store_.settle(shard); });
  }
  std::vector<persistence::CommitResult> commit(
      std::span<const persistence::Commit> commits) override {
    return {commits.size(),
            {.status = persistence::CommitStatus::unavailable, .head = {}, .detail = "a reader"}};
  }
  StoreResult<persistence::Loaded> load(ShardId shard,
                                        std::span<const std::string> entities) override {
    return ask([&] { return store_.load(shard, entities); });
  }
  StoreResult<std::vector<persistence::Snapshot>> pinned(ShardId shard) override {
    return ask([&] { return store_.pinned(shard); });
  }
  StoreResult<bool> entities(ShardId shard,
                             const std::function<bool(const std::string&)>& visit) override {
    return ask([&] { return store_.entities(shard, visit); });
  }
  StoreResult<bool> blocks(ShardId shard, std::uint64_t after,
                           const std::function<bool(const persistence::Block&)>& visit) override {
    return ask([&] { return store_.blocks(shard, after, visit); });
  }
  StoreResult<bool> history(
      ShardId shard, std::string_view entity,
      const std::function<bool(const persistence::Segment&)>& visit) override {
    return ask([&] { return store_.history(shard, entity, visit); });
  }
  StoreResult<bool> history_from(
      ShardId shard, std::string_view entity, std::uint64_t first_sequence,
      const std::function<bool(const persistence::Segment&)>& visit) override {
    return ask([&] { return store_.history_from(shard, entity, first_sequence, visit); });
  }
  StoreResult<std::vector<persistence::DueEntry>> due(ShardId shard, std::int64_t from_ms,
                                                      std::int64_t until_ms,
                                                      std::size_t limit) override {
    return ask([&] { return store_.due(shard, from_ms, until_ms, limit); });
  }
  StoreResult<bool> trim(ShardId shard, std::uint64_t up_to) override {
    return ask([&] { return store_.trim(shard, up_to); });
  }
  StoreResult<std::uint64_t> stable(ShardId shard) override {
    return ask([&] { return store_.stable(shard); });
  }
  StoreResult<std::optional<persistence::Head>> projection_cursor(ShardId shard,
                                                                  std::string_view name) override {
    return ask([&] { return store_.projection_cursor(shard, name); });
  }
  StoreResult<bool> put_projection_cursor(ShardId shard, std::string_view name,
                                          persistence::Head cursor) override {
    return ask([&] { return store_.put_projection_cursor(shard, name, cursor); });
  }

 private:
  template <class Question>
  auto ask(Question question) -> decltype(question()) {
    if (voice_ == Voice::silent || waited_in_vain_) {
      return persistence::unavailable("the store does not answer");
    }
    const auto begin = Steady::now();
    auto answer = question();
    const bool failed = !answer && answer.error().kind == StoreFault::Kind::unavailable;
    waited_in_vain_ = failed && Steady::now() - begin >= silent_after_;
    return answer;
  }

  persistence::Store& store_;
  const Voice voice_;
  const std::chrono::milliseconds silent_after_;
  bool waited_in_vain_ = false;
};

}  // namespace

template <class Item>
void ThreadedStoreLane::Queue<Item>::push(Item item) {
  {
    const std::lock_guard lock(mutex);
    if (closed) return;
    items.push_back(std::move(item));
    if (items.size() < wanted) return;
  }
  filled.notify_one();
}

template <class Item>
std::vector<Item> ThreadedStoreLane::Queue<Item>::take(std::size_t enough,
                                                       Steady::time_point until) {
  std::unique_lock lock(mutex);
  wanted = enough;
  filled.wait_until(lock, until, [&] { return closed || items.size() >= enough; });
  wanted = 1;
  filled.wait(lock, [&] { return closed || !items.empty(); });
  return std::exchange(items, {});
}

template <class Item>
std::vector<Item> ThreadedStoreLane::Queue<Item>::take_waiting() {
  const std::lock_guard lock(mutex);
  return std::exchange(items, {});
}

template <class Item>
bool ThreadedStoreLane::Queue<Item>::is_closed() {
  const std::lock_guard lock(mutex);
  return closed;
}

template <class Item>
void ThreadedStoreLane::Queue<Item>::close() {
  std::vector<Item> dropped;  // outside of the lock: what it holds on to may be anything
  {
    const std::lock_guard lock(mutex);
    closed = true;
    dropped.swap(items);
  }
  filled.notify_one();
}

ThreadedStoreLane::ThreadedStoreLane(persistence::Store& store,
                                     std::chrono::milliseconds silent_after,
                                     std::function<void()> told)
    : store_(store),
      silent_after_(silent_after),
      told_(std::move(told)),
      writer_([this] { write_loop(); }),
      reader_([this] { read_loop(); }) {}

ThreadedStoreLane::~ThreadedStoreLane() {
  close();
  writer_.join();
  reader_.join();
}

void ThreadedStoreLane::close() {
  writes_.close();
  reads_.close();
}

void ThreadedStoreLane::commit(persistence::Commit commit, Committed done) {
  writes_.push({std::move(commit), std::move(done)});
}

void ThreadedStoreLane::read(Job job) { reads_.push(std::move(job)); }

void ThreadedStoreLane::write_loop() {
  ::pthread_setname_np(::pthread_self(), "store-writer");
  auto batch = writes_.take();
  while (!batch.empty()) {
    std::vector<persistence::Commit> commits;
    commits.reserve(batch.size());
    for (auto& [commit, done] : batch) commits.push_back(std::move(commit));
    failpoint("commit.before");
    const auto begin = Steady::now();
    auto results = store_.commit(commits);
    const auto end = Steady::now();
    failpoint("commit.after");
    const std::size_t group = batch.size();
    for (std::size_t i = 0; i < group; ++i) {
      batch[i].second(std::move(results[i]), std::move(commits[i]));
    }
    if (told_) told_();
    batch = writes_.take(group, end + std::min(end - begin, longest_grace));
  }
}

void ThreadedStoreLane::read_loop() {
  ::pthread_setname_np(::pthread_self(), "store-reader");
  using Voice = ReadStore::Voice;
  for (auto jobs = reads_.take(); !jobs.empty(); jobs = reads_.take()) {
    Voice voice = Voice::speaks;
    for (std::size_t i = 0; i < jobs.size() && !reads_.is_closed(); ++i) {
      ReadStore store(store_, voice, silent_after_);
      jobs[i](store);
      if (!store.waited_in_vain()) continue;
      // All that came until now has waited as long as this one, or will not be better off.
      voice = Voice::silent;
      for (auto& waiting : reads_.take_waiting()) jobs.push_back(std::move(waiting));
    }
  }
}

}  // namespace loyalty::actors
