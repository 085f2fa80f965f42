// SPDX-License-Identifier: Apache-2.0
#include "actors/shard_executor.hpp"

#include <algorithm>

#include "persistence/failpoint.hpp"

namespace loyalty::actors {
namespace {

constexpr std::chrono::milliseconds a_short_while{50};
/// Timers are looked at no more often than this.
constexpr std::chrono::milliseconds timer_tick{20};
/// An executor looks after its shards even if nobody calls.
constexpr std::chrono::seconds longest_wait{1};

}  // namespace

ShardExecutor::ShardExecutor(ActorSystem& system, const ProgramRegistry& registry,
                             const Clock& clock, std::function<void(std::size_t)> replied)
    : registry_(registry),
      clock_(clock),
      replied_(std::move(replied)),
      host_(system),
      programs_(registry.table()) {}

ShardExecutor::~ShardExecutor() { stop(); }

void ShardExecutor::post(Job job) {
  {
    const std::lock_guard lock(mutex_);
    inbox_.push_back(std::move(job));
  }
  posted_.notify_one();
}

void ShardExecutor::start() {
  thread_ = std::thread([this] { loop(); });
}

void ShardExecutor::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  posted_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void ShardExecutor::later(Job job) {
  later_.emplace_back(std::chrono::steady_clock::now() + a_short_while, std::move(job));
}

ProgramRegistry::View ShardExecutor::program(std::string_view id) {
  const std::uint64_t generation = registry_.generation();
  if (generation != programs_generation_) {
    programs_ = registry_.table();
    programs_generation_ = generation;
  }
  const auto found = programs_->find(id);
  return found == programs_->end() ? nullptr : found->second;
}

std::vector<ShardExecutor::Job> ShardExecutor::take() {
  const Time look = next_look();
  std::unique_lock lock(mutex_);
  posted_.wait_until(lock, look, [&] { return stopping_ || !inbox_.empty(); });
  return std::exchange(inbox_, {});
}

void ShardExecutor::loop() {
  while (true) {
    std::vector<Job> jobs = take();
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    const Time now = std::chrono::steady_clock::now();
    for (auto& [at, job] : std::exchange(later_, {})) {
      at <= now ? jobs.push_back(std::move(job)) : (void)later_.emplace_back(at, std::move(job));
    }
    for (auto& job : jobs) job();
    round();
  }
}

void ShardExecutor::round() {
  if (!clock_.manual()) {
    const std::int64_t now = clock_.now().ms;
    for (auto& shard : shards_) {
      if (shard->next_wake_ms() <= now) shard->wake_due();
    }
  }
  // What the gate lets out may bring new messages.
  do {
    run_actors();
    for (auto& shard : shards_) shard->ship();
  } while (has_round());
  // Before the answers go out: who leaves memory has left when the next call comes.
  for (auto& shard : shards_) shard->tend();
  if (outbound_.empty()) return;
  replied_(outbound_.replies());  // first, so that a client that calls again at once is let in
  outbound_.flush();
  persistence::failpoint("ack.after");
}

void ShardExecutor::run_actors() {
  while (has_round()) {
    host_.run();
    for (auto& shard : shards_) shard->finish_round();
  }
}

bool ShardExecutor::has_round() const {
  return std::any_of(shards_.begin(), shards_.end(),
                     [](const auto& shard) { return shard->has_round(); });
}

ShardExecutor::Time ShardExecutor::next_look() const {
  const Time now = std::chrono::steady_clock::now();
  Time look = now + longest_wait;
  for (const auto& [at, job] : later_) look = std::min(look, at);
  if (clock_.manual()) return look;
  const std::int64_t now_ms = clock_.now().ms;
  for (const auto& shard : shards_) {
    const std::int64_t left = std::max<std::int64_t>(shard->next_wake_ms() - now_ms, 0);
    if (left >= 1'000) continue;
    look = std::min(look, now + std::max(std::chrono::milliseconds(left), timer_tick));
  }
  return look;
}

}  // namespace loyalty::actors
