// SPDX-License-Identifier: Apache-2.0
#include "actors/shard_executor.hpp"

#include <pthread.h>

#include <algorithm>

#include "api/errors.hpp"
#include "persistence/failpoint.hpp"

namespace loyalty::actors {
namespace {

constexpr std::chrono::milliseconds a_short_while{50};
/// Timers are looked at no more often than this.
constexpr std::chrono::milliseconds timer_tick{20};
/// An executor looks after its shards even if nobody calls.
constexpr std::chrono::seconds longest_wait{1};
constexpr std::chrono::milliseconds departure_tick{5};
/// Calls that wait for a shard on its way; more are told to come back.
constexpr std::size_t max_waiting = 1'000;
/// So long a shard that is not here any more is looked after: whoever still waits inside of it is
/// answered within that time.
constexpr std::chrono::seconds retirement{5};

}  // namespace

ShardExecutor::ShardExecutor(ActorSystem& system, const ProgramRegistry& registry,
                             const Clock& clock, persistence::ShardId shards, Services services)
    : registry_(registry),
      clock_(clock),
      services_(std::move(services)),
      host_(system),
      places_(shards),
      programs_(registry.table()) {}

ShardExecutor::~ShardExecutor() { stop(); }

void ShardExecutor::post(Job job) {
  {
    const std::lock_guard lock(mutex_);
    inbox_.push_back(std::move(job));
  }
  posted_.notify_one();
}

void ShardExecutor::leave(Job job) {
  const std::lock_guard lock(mutex_);
  inbox_.push_back(std::move(job));
}

void ShardExecutor::wake() {
  {
    const std::lock_guard lock(mutex_);
    if (inbox_.empty()) return;
  }
  posted_.notify_one();
}

void ShardExecutor::start() {
  thread_ = std::thread([this] {
    ::pthread_setname_np(::pthread_self(), "executor");
    loop();
  });
}

void ShardExecutor::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  posted_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void ShardExecutor::add(std::unique_ptr<Resident> resident) {
  const persistence::ShardId id = resident->shard->id();
  places_[id].shard = resident->shard.get();
  residents_.push_back(std::move(resident));
  let_go(id);
}

Shard* ShardExecutor::shard(persistence::ShardId id) { return places_[id].shard; }

void ShardExecutor::submit(persistence::ShardId id, WorkPtr work) {
  Place& place = places_[id];
  if (place.held) {
    const auto* call = get_if<api::Call>(&work->task);
    if (call != nullptr && place.waiting.size() >= max_waiting) {
      outbound_.add(call->reply.peer,
                    api::Reply{call->reply.msgid,
                               api::overloaded("the shard is on its way to another node", 100)});
      return;
    }
    place.waiting.push_back(std::move(work));
  } else if (place.shard != nullptr) {
    place.shard->submit(std::move(work));
  } else {
    services_.elsewhere(*this, id, std::move(work));
  }
}

void ShardExecutor::submit(Batch batch) {
  for (const auto& [id, work] : batch) {
    if (places_[id].shard != nullptr && !places_[id].held) places_[id].shard->look_up(*work);
  }
  for (const auto& [id, work] : batch) Shard::prefetch(*work);
  for (auto& [id, work] : batch) submit(id, std::move(work));
}

void ShardExecutor::let_go(persistence::ShardId id) {
  places_[id].held = false;
  for (auto& work : std::exchange(places_[id].waiting, {})) submit(id, std::move(work));
}

void ShardExecutor::retire(persistence::ShardId id) {
  const auto found = std::find_if(residents_.begin(), residents_.end(), [&](const auto& resident) {
    return resident->shard.get() == places_[id].shard;
  });
  places_[id].shard = nullptr;
  if (found == residents_.end()) return;
  (*found)->shard->close();
  retired_.push_back({std::move(*found), std::chrono::steady_clock::now()});
  residents_.erase(found);
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
    for (auto& resident : residents_) {
      if (resident->shard->next_wake_ms() <= now) resident->shard->wake_due();
    }
  }
  // What the gate lets out may bring new messages.
  do {
    run_actors();
    for (auto& resident : residents_) resident->shard->ship();
  } while (has_round());
  // Before the answers go out: who leaves memory has left when the next call comes.
  for (auto& resident : residents_) resident->shard->tend();
  if (services_.lost) see_off();
  if (outbound_.empty()) return;
  services_.replied(outbound_.replies());  // first: a client that calls again at once is let in
  outbound_.flush();
  persistence::failpoint("ack.after");
}

/// Shards that leave, were lost, or have left.
void ShardExecutor::see_off() {
  const Time now = std::chrono::steady_clock::now();
  std::erase_if(leaving_, [&](auto& departure) { return departure->advance(now); });
  std::vector<persistence::ShardId> lost;
  for (const auto& resident : residents_) {
    if (resident->shard->lost()) lost.push_back(resident->shard->id());
  }
  for (const auto id : lost) {
    retire(id);
    services_.lost(id);
  }
  for (auto& retired : retired_) retired.resident->shard->tend();
  std::erase_if(retired_, [&](const Retired& retired) {
    return now - retired.since >= retirement && !retired.resident->shard->has_round() &&
           retired.resident->life.alone();
  });
}

void ShardExecutor::run_actors() {
  while (has_round()) {
    for (auto& resident : residents_) resident->shard->prefetch_round();
    host_.run();
    for (auto& resident : residents_) resident->shard->finish_round();
    for (auto& retired : retired_) retired.resident->shard->finish_round();
  }
}

bool ShardExecutor::has_round() const {
  return std::any_of(residents_.begin(), residents_.end(),
                     [](const auto& resident) { return resident->shard->has_round(); }) ||
         std::any_of(retired_.begin(), retired_.end(),
                     [](const Retired& retired) { return retired.resident->shard->has_round(); });
}

ShardExecutor::Time ShardExecutor::next_look() const {
  const Time now = std::chrono::steady_clock::now();
  Time look = now + longest_wait;
  for (const auto& [at, job] : later_) look = std::min(look, at);
  if (!leaving_.empty()) look = std::min(look, now + departure_tick);
  if (clock_.manual()) return look;
  const std::int64_t now_ms = clock_.now().ms;
  for (const auto& resident : residents_) {
    const std::int64_t left = std::max<std::int64_t>(resident->shard->next_wake_ms() - now_ms, 0);
    if (left >= 1'000) continue;
    look = std::min(look, now + std::max(std::chrono::milliseconds(left), timer_tick));
  }
  return look;
}

}  // namespace loyalty::actors
