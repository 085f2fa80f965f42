// SPDX-License-Identifier: Apache-2.0
#include "actors/node.hpp"

#include <algorithm>
#include <fstream>
#include <future>
#include <random>
#include <thread>

#include "actors/node_impl.hpp"
#include "actors/program_reader.hpp"
#include "persistence/failpoint.hpp"

namespace loyalty::actors {
namespace {

using persistence::failpoint;

/// Of commits that are not known to be stable, for all shards together (runtime.md 2.5).
constexpr std::size_t max_kept_bytes = std::size_t{256} << 20;
constexpr std::size_t min_kept_bytes = std::size_t{4} << 20;

persistence::OwnerNonce fresh_nonce() {
  std::random_device random;
  const auto word = [&] { return std::uint64_t{random()} << 32 | random(); };
  return {word() | 1, word()};  // never all zero, which means nobody
}

}  // namespace

Node::Impl::Impl(NodeOptions options, persistence::Store& store, Clock& clock)
    : options_(std::move(options)),
      store_(store),
      clock_(clock),
      lane_(store, ThreadedStoreLane::silence, [this] {
        for (const auto& executor : executors_) executor->wake();
      }) {
  std::size_t count = options_.executors;
  if (count == 0) count = std::max(2U, std::thread::hardware_concurrency() / 2);
  count = std::min<std::size_t>(count, store.shards());
  for (std::size_t i = 0; i < count; ++i) {
    executors_.push_back(std::make_unique<ShardExecutor>(system_, registry_, clock_, store.shards(),
                                                         executor_services()));
  }
  for (persistence::ShardId id = 0; id < store.shards(); ++id) all_shards_.push_back(id);
  if (!options_.cluster) return;
  neighbours_ = options_.cluster->neighbours;
  moves_.emplace(ShardMoves::Services{
      .store = store_,
      .executor_of = [this](persistence::ShardId id) -> ShardExecutor& { return executor_of(id); },
      .make = [this](persistence::ShardId id,
                     const persistence::OwnerRecord& owner) { return make_shard(id, owner); },
      .log = options_.log});
}

Node::Impl::~Impl() {
  *ending_ = true;
  if (moves_) moves_->close();
  for (auto& executor : executors_) executor->stop();
  for (const auto& executor : executors_) {
    for (const auto& resident : executor->residents()) {
      const Shard& shard = *resident->shard;
      if (!shard.lost()) (void)store_.release(shard.id(), shard.fence());
    }
  }
}

persistence::StoreResult<bool> Node::Impl::recover() {
  std::vector<Shard*> shards;
  for (persistence::ShardId id = 0; id < store_.shards() && !options_.cluster; ++id) {
    const auto seen = store_.owner(id);
    if (!seen) return domain::Unexpected{seen.error()};
    failpoint("claim.before");
    const auto claimed = store_.claim(id, seen->fence, fresh_nonce(), RealClock().now().ms);
    failpoint("claim.after");
    if (!claimed) return domain::Unexpected{claimed.error()};
    auto resident = make_shard(id, *claimed);
    shards.push_back(resident->shard.get());
    executor_of(id).add(std::move(resident));
  }
  const auto programs = read_journals(shards);
  for (std::size_t i = 0; i < shards.size(); ++i) {
    if (!programs[i]) return domain::Unexpected{programs[i].error()};
    if (auto begun = shards[i]->take_up(store_, *programs[i]); !begun) return begun;
  }
  for (Shard* shard : shards) {
    const auto complete = shard->complete_reports(store_, options_.rebuild_reports);
    if (!complete) return complete;
  }
  for (auto& executor : executors_) executor->start();
  return true;
}

std::vector<Node::Impl::Programs> Node::Impl::read_journals(const std::vector<Shard*>& shards) {
  std::vector<Programs> programs(shards.size(), std::vector<std::string>{});
  std::atomic<std::size_t> next{0};
  const auto read = [&] {
    for (std::size_t i = next++; i < shards.size(); i = next++) {
      programs[i] = shards[i]->read_journal(store_);
    }
  };
  const std::size_t threads =
      std::min<std::size_t>(shards.size(), std::max(1U, std::thread::hardware_concurrency()));
  std::vector<std::future<void>> readers;
  while (readers.size() < threads) readers.push_back(std::async(std::launch::async, read));
  for (auto& reader : readers) reader.get();
  return programs;
}

persistence::StoreResult<bool> Node::Impl::learn_programs() {
  const auto programs = read_programs(store_);
  if (!programs) return domain::Unexpected{programs.error()};
  for (const auto& view : *programs) registry_.publish(view);  // unless there is a later one
  return true;
}

std::uint32_t Node::Impl::program_version(std::string_view id) const {
  const auto programs = registry_.table();
  const auto found = programs->find(id);
  return found == programs->end() ? 0 : found->second->catalogue.version;
}

void Node::Impl::wait_until_quiet(std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < end) {
    if (in_flight_ == 0) return;
    // Asked again and again: it is done once, when a server ends, and counting is to stay cheap.
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

ShardExecutor::Services Node::Impl::executor_services() {
  ShardExecutor::Services services{
      .replied = [this](std::size_t replies) { in_flight_ -= replies; },
      .elsewhere = [this](ShardExecutor& executor, persistence::ShardId id,
                          WorkPtr work) { pass_on(executor, id, *work); },
      .lost = {}};
  if (options_.cluster) services.lost = options_.cluster->lost;
  return services;
}

std::unique_ptr<Resident> Node::Impl::make_shard(persistence::ShardId id,
                                                 const persistence::OwnerRecord& owner) {
  auto resident = std::make_unique<Resident>();
  resident->lane = std::make_unique<HeldLane>(lane_, resident->life);
  resident->shard = std::make_unique<Shard>(
      id, owner, services_for(executor_of(id), *resident->lane, resident->life));
  return resident;
}

ShardServices Node::Impl::services_for(ShardExecutor& executor, StoreLane& lane,
                                       const Lifeline& life) {
  const auto held = [life](std::function<void()> job) {
    return [hold = life.hold(), job = std::move(job)] { job(); };
  };
  ShardServices services{
      .lane = lane,
      .host = executor.host(),
      .clock = clock_,
      .outbound = executor.outbound(),
      .max_active = options_.active_entities / store_.shards() + 1,
      .max_idle = options_.max_idle,
      .snapshot_age = options_.snapshot_age,
      .store_may_regress = store_.may_regress(),
      .max_kept_bytes = std::max(max_kept_bytes / store_.shards(), min_kept_bytes),
      .gather_effects = !clock_.manual(),
      .post = [&executor, held](std::function<void()> job) { executor.post(held(std::move(job))); },
      .leave = [&executor,
                held](std::function<void()> job) { executor.leave(held(std::move(job))); },
      .later = [&executor,
                held](std::function<void()> job) { executor.later(held(std::move(job))); },
      .program = [&executor](std::string_view id) { return executor.program(id); },
      .publish = [this](ProgramRegistry::View view) { registry_.publish(std::move(view)); },
      .send = [this](OutboxMessage message) { send(std::move(message)); },
      .confirm = [this](OutboxReceipt receipt) { send(std::move(receipt)); },
      .ask =
          [this](BudgetAsk ask) {
            std::string owner = ask.budget;
            submit(std::move(owner), std::move(ask));
          },
      .grant = [this](BudgetGrant grant) { send(std::move(grant)); },
      .programs =
          [this] {
            std::vector<ProgramRegistry::View> views;
            for (const auto& [id, view] : *registry_.table()) views.push_back(view);
            return views;
          },
      .look_at =
          [this, life](std::string member, std::function<void(std::optional<domain::Peer>)> tell) {
            submit(std::move(member),
                   PeerQuestion{[hold = life.hold(), tell = std::move(tell)](
                                    std::optional<domain::Peer> found) { tell(found); }});
          },
      .wake_batch =
          [this, &executor, held](std::function<void()> done) {
            everywhere(WakeBatch{}, [&executor, done = held(std::move(done))](
                                        const EverywhereAnswer&) { executor.post(done); });
          },
      .nonce = options_.cluster ? options_.cluster->nonce : fresh_nonce,
      .may_speak = options_.cluster ? options_.cluster->may_speak : std::function<bool()>(),
      .lost = [this](const ShardWriter::Loss& loss) { tell_loss(loss); },
      .log = options_.log};
  if (neighbours_ != nullptr) {
    services.spread = [this, &executor, held](ProgramState program, std::function<void()> done) {
      neighbours_->spread(std::move(program),
                          [&executor, job = held(std::move(done))] { executor.post(job); });
    };
    services.fetch = [this, &executor, held](const std::string& program,
                                             std::function<void(Neighbours::Found)> done) {
      auto found = std::make_shared<Neighbours::Found>(Neighbours::Found::unknown);
      neighbours_->fetch(program, [&executor, found, job = held([found, done = std::move(done)] {
                                                       done(*found);
                                                     })](Neighbours::Found said) {
        *found = said;
        executor.post(job);
      });
    };
  }
  return services;
}

void Node::Impl::tell_loss(const ShardWriter::Loss& loss) {
  options_.log(loss.reason);
  if (loss.blocks.empty() || options_.lost_writes.empty()) return;
  const auto& last = loss.blocks.back();
  const auto file = options_.lost_writes / ("lost-" + std::to_string(last.last_position) + "-" +
                                            std::to_string(last.chain) + ".blocks");
  std::ofstream out(file, std::ios::binary);
  for (const auto& block : loss.blocks) out << block.bytes;
  out.close();
  options_.log((out ? "its last blocks are kept in " : "its last blocks cannot be written to ") +
               file.string());
}

Node::Node(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Node::~Node() = default;

persistence::StoreResult<std::unique_ptr<Node>> Node::start(NodeOptions options,
                                                            persistence::Store& store,
                                                            Clock& clock) {
  auto impl = std::make_unique<Impl>(std::move(options), store, clock);
  if (auto recovered = impl->recover(); !recovered) return domain::Unexpected{recovered.error()};
  return std::unique_ptr<Node>(new Node(std::move(impl)));
}

void Node::submit(std::vector<api::Call>&& calls) { impl_->submit(std::move(calls)); }

Here& Node::here() { return *impl_; }

std::uint32_t Node::program_version(std::string_view id) const {
  return impl_->program_version(id);
}

void Node::take(persistence::ShardId shard, const persistence::Fence& seen,
                persistence::OwnerNonce me,
                std::function<void(persistence::StoreResult<persistence::Fence>)> done) {
  impl_->moves().take(shard, seen, me, std::move(done));
}

void Node::give(persistence::ShardId shard, std::chrono::milliseconds drain,
                std::function<void(persistence::StoreResult<bool>)> done) {
  impl_->moves().give(shard, drain, std::move(done));
}

void Node::drop_all() { impl_->moves().drop_all(impl_->executors()); }

persistence::StoreResult<bool> Node::learn_programs() { return impl_->learn_programs(); }

void Node::wait_until_quiet(std::chrono::milliseconds patience) {
  impl_->wait_until_quiet(patience);
}

}  // namespace loyalty::actors
