// SPDX-License-Identifier: Apache-2.0
#include "persistence/watermark_keeper.hpp"

#include <pthread.h>

#include <chrono>
#include <utility>

namespace loyalty::persistence {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto longest_wait = std::chrono::seconds(1);
constexpr auto shortest_wait = std::chrono::milliseconds(500);
constexpr std::uint64_t many_records = 1000;

}  // namespace

WatermarkKeeper::WatermarkKeeper(std::filesystem::path file, Watermark saved,
                                 std::function<bool()> make_durable)
    : file_(std::move(file)),
      make_durable_(std::move(make_durable)),
      latest_(std::move(saved)),
      thread_([this] { run(); }) {}

WatermarkKeeper::~WatermarkKeeper() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void WatermarkKeeper::advance(ShardId shard, const Head& head, std::uint64_t records) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (head.position < latest_[shard].position) return;  // what is written again was known
    const std::uint64_t before = std::exchange(unsaved_, unsaved_ + records);
    latest_[shard] = head;
    wake = before == 0 || (before < many_records && unsaved_ >= many_records);
  }
  if (wake) wake_.notify_one();
}

void WatermarkKeeper::run() {
  ::pthread_setname_np(::pthread_self(), "watermark");
  std::unique_lock lock(mutex_);
  auto last = Clock::now() - longest_wait;
  while (!closing_) {
    wake_.wait(lock, [&] { return closing_ || unsaved_ > 0; });
    wake_.wait_until(lock, last + longest_wait,
                     [&] { return closing_ || unsaved_ >= many_records; });
    wake_.wait_until(lock, last + shortest_wait, [&] { return closing_; });
    if (unsaved_ > 0) save(lock);
    last = Clock::now();
  }
  // What came in while the last save was under way.
  if (unsaved_ > 0) save(lock);
}

bool WatermarkKeeper::save(std::unique_lock<std::mutex>& lock) {
  const Watermark taken = latest_;
  const std::uint64_t records = std::exchange(unsaved_, 0);
  lock.unlock();
  const bool saved = make_durable_() && write_watermark(file_, taken);
  lock.lock();
  if (!saved) unsaved_ += records;
  return saved;
}

}  // namespace loyalty::persistence
