// SPDX-License-Identifier: Apache-2.0
#include "actors/node.hpp"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <future>
#include <mutex>
#include <random>
#include <thread>

#include "actors/at_last.hpp"
#include "actors/elsewhere.hpp"
#include "actors/entity_key.hpp"
#include "actors/own_shards.hpp"
#include "actors/program_reader.hpp"
#include "actors/shard_executor.hpp"
#include "actors/shard_moves.hpp"
#include "api/errors.hpp"
#include "api/methods.hpp"
#include "api/server_results.hpp"
#include "codec/stored.hpp"
#include "codec/stored_entities.hpp"
#include "codec/wire.hpp"
#include "domain/report/rows.hpp"
#include "persistence/failpoint.hpp"

namespace loyalty::actors {
namespace {

using persistence::failpoint;

/// Of commits that are not known to be stable, for all shards together (runtime.md 2.5).
constexpr std::size_t max_kept_bytes = std::size_t{256} << 20;
constexpr std::size_t min_kept_bytes = std::size_t{4} << 20;
/// Reports at once: they are for a few people, and each looks at all shards.
constexpr std::size_t max_reports = 16;

persistence::OwnerNonce fresh_nonce() {
  std::random_device random;
  const auto word = [&] { return std::uint64_t{random()} << 32 | random(); };
  return {word() | 1, word()};  // never all zero, which means nobody
}

}  // namespace

class Node::Impl final : public Here {
 public:
  Impl(NodeOptions options, persistence::Store& store, Clock& clock)
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
      executors_.push_back(std::make_unique<ShardExecutor>(system_, registry_, clock_,
                                                           store.shards(), executor_services()));
    }
    for (persistence::ShardId id = 0; id < store.shards(); ++id) all_shards_.push_back(id);
    if (!options_.cluster) return;
    neighbours_ = options_.cluster->neighbours;
    moves_.emplace(ShardMoves::Services{
        .store = store_,
        .executor_of = [this](persistence::ShardId id) -> ShardExecutor& {
          return executor_of(id);
        },
        .make = [this](persistence::ShardId id,
                       const persistence::OwnerRecord& owner) { return make_shard(id, owner); },
        .log = options_.log});
  }

  ~Impl() override {
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

  persistence::StoreResult<bool> recover() {
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

  ShardMoves& moves() { return *moves_; }
  std::span<const std::unique_ptr<ShardExecutor>> executors() const { return executors_; }

  persistence::StoreResult<bool> learn_programs() {
    const auto programs = read_programs(store_);
    if (!programs) return domain::Unexpected{programs.error()};
    for (const auto& view : *programs) registry_.publish(view);  // unless there is a later one
    return true;
  }

  void submit(std::vector<api::Call>&& calls) override {
    const bool in_touch = !options_.cluster || options_.cluster->may_begin();
    Batches batches(executors_.size());
    for (auto& batch : batches) batch.reserve(calls.size());
    for (auto& call : calls) {
      if (call.target.kind == api::EntityKind::server) {
        serve(std::move(call));
      } else if (!in_touch) {
        answer(call.reply, api::out_of_touch());
      } else if (auto key = entity_of(call)) {
        route(std::move(*key), std::move(call), batches);
      }
    }
    for (std::size_t i = 0; i < batches.size(); ++i) {
      if (batches[i].empty()) continue;
      executors_[i]->post(
          [executor = executors_[i].get(), batch = std::move(batches[i])]() mutable {
            executor->submit(std::move(batch));
          });
    }
  }

  void take(persistence::ShardId shard, WorkPtr work) override {
    ShardExecutor& executor = executor_of(shard);
    executor.post([&executor, shard, work = std::move(work)]() mutable {
      executor.submit(shard, std::move(work));
    });
  }

  void confirm(OutboxReceipt receipt) override {
    const auto id = static_cast<persistence::ShardId>(receipt.source);
    with_shard(id, [receipt = std::move(receipt)](Shard& shard) { shard.confirmed(receipt); });
  }

  void grant(BudgetGrant grant) override {
    const auto id = static_cast<persistence::ShardId>(grant.source);
    with_shard(id, [grant = std::move(grant)](Shard& shard) { shard.granted(grant); });
  }

  void on_shards(const Everywhere& what, const std::vector<persistence::ShardId>& shards,
                 std::function<void(EverywhereAnswer)> done) override {
    own_.bring(what, shards, std::move(done));
  }

  bool adopt(const ProgramState& program) override {
    domain::Program read;
    const std::string bytes(program.state.begin(), program.state.end());
    codec::Reader in(bytes);
    if (!codec::read_stored(in, read) || !in.at_end()) return false;
    read.id = program.id;
    const auto programs = registry_.table();
    const auto known = programs->find(program.id);
    const domain::ProgramView* before = known == programs->end() ? nullptr : known->second.get();
    if (before == nullptr || before->sequence < read.sequence) {
      registry_.publish(domain::view_of(read, before));
    }
    return true;
  }

  std::uint32_t program_version(std::string_view id) const {
    const auto programs = registry_.table();
    const auto found = programs->find(id);
    return found == programs->end() ? 0 : found->second->catalogue.version;
  }

  void wait_until_quiet(std::chrono::milliseconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < end) {
      if (in_flight_ == 0) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

 private:
  using Batches = std::vector<ShardExecutor::Batch>;

  using Programs = persistence::StoreResult<std::vector<std::string>>;

  /// On all cores: this is what takes long, and shards do not depend on each other.
  std::vector<Programs> read_journals(const std::vector<Shard*>& shards) {
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

  ShardExecutor& executor_of(persistence::ShardId id) {
    return *executors_[id % executors_.size()];
  }

  ShardExecutor::Services executor_services() {
    ShardExecutor::Services services{
        .replied = [this](std::size_t replies) { in_flight_ -= replies; },
        .elsewhere = [this](ShardExecutor& executor, persistence::ShardId id,
                            WorkPtr work) { pass_on(executor, id, *work); },
        .lost = {}};
    if (options_.cluster) services.lost = options_.cluster->lost;
    return services;
  }

  /// A message for a shard that is not here.
  void pass_on(ShardExecutor& executor, persistence::ShardId id, Work& work) {
    auto* call = std::get_if<api::Call>(&work.task);
    const bool is_from_elsewhere = work.passed_on || (call != nullptr && call->passed_on);
    if (neighbours_ != nullptr && !is_from_elsewhere) {
      if (call != nullptr) {
        --in_flight_;  // it is answered past this node's executors
        call->target.program = program_of(work.entity);
        return neighbours_->call(id, std::move(*call));
      }
      if (auto* message = std::get_if<OutboxMessage>(&work.task)) {
        return neighbours_->send(id, std::move(*message));
      }
      if (auto* ask = std::get_if<BudgetAsk>(&work.task)) {
        return neighbours_->ask(id, std::move(*ask));
      }
      if (auto* question = std::get_if<PeerQuestion>(&work.task)) {
        return neighbours_->look_at(id, std::move(work.entity), std::move(question->tell));
      }
    }
    // What came from elsewhere is not passed on once more: its sender does that.
    if (work.passed_on && std::holds_alternative<OutboxMessage>(work.task)) return;
    if (work.passed_on && std::holds_alternative<BudgetAsk>(work.task)) return;
    const bool known = options_.cluster.has_value();
    turn_away(executor, work,
              {.owner = known ? options_.cluster->address_of(id) : std::string(),
               .send = [this](OutboxMessage message) { send(std::move(message)); },
               .grant = [this](const BudgetGrant& one) { grant(one); }});
  }

  /// Brings something to all shards, of all nodes.
  void everywhere(Everywhere what, std::function<void(EverywhereAnswer)> done) {
    if (neighbours_ != nullptr) {
      neighbours_->everywhere(std::move(what), std::move(done));
    } else {
      own_.bring(what, all_shards_, std::move(done));
    }
  }

  std::unique_ptr<Resident> make_shard(persistence::ShardId id,
                                       const persistence::OwnerRecord& owner) {
    auto resident = std::make_unique<Resident>();
    resident->lane = std::make_unique<HeldLane>(lane_, resident->life);
    resident->shard = std::make_unique<Shard>(
        id, owner, services_for(executor_of(id), *resident->lane, resident->life));
    return resident;
  }

  /// Whatever may come back to the shard from elsewhere holds on to its life.
  ShardServices services_for(ShardExecutor& executor, StoreLane& lane, const Lifeline& life) {
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
        .post = [&executor,
                 held](std::function<void()> job) { executor.post(held(std::move(job))); },
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
            [this, life](std::string member,
                         std::function<void(std::optional<domain::Peer>)> tell) {
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
        .lost = [this](const ShardWriter::Loss& loss) { report(loss); },
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

  /// Tells the operator, and keeps what is missing where an auditor can read it (docs/format.md).
  void report(const ShardWriter::Loss& loss) {
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

  void send(OutboxMessage message) {
    failpoint("outbox.send");
    std::string destination = message.destination;
    submit(std::move(destination), std::move(message));
  }

  /// Hands something that is no call to the shard of an entity.
  void submit(std::string entity, decltype(Work::task) task) {
    const persistence::ShardId id = shard_of(entity, store_.shards());
    auto work = std::make_unique<Work>();
    work->entity = std::move(entity);
    work->task = std::move(task);
    take(id, std::move(work));
  }

  void send(OutboxReceipt receipt) {
    failpoint("outbox.confirm");
    const auto id = static_cast<persistence::ShardId>(receipt.source);
    ShardExecutor& executor = executor_of(id);
    executor.post([this, &executor, id, receipt = std::move(receipt)] {
      Shard* const shard = executor.shard(id);
      if (shard != nullptr) return shard->confirmed(receipt);
      if (neighbours_ != nullptr) neighbours_->confirm(receipt);
    });
  }

  void send(BudgetGrant grant) {
    const auto id = static_cast<persistence::ShardId>(grant.source);
    ShardExecutor& executor = executor_of(id);
    executor.post([this, &executor, id, grant = std::move(grant)] {
      Shard* const shard = executor.shard(id);
      if (shard != nullptr) return shard->granted(grant);
      if (neighbours_ != nullptr) neighbours_->grant(grant);
    });
  }

  /// Does it where the shard is, if it is here.
  void with_shard(persistence::ShardId id, std::function<void(Shard&)> what) {
    ShardExecutor& executor = executor_of(id);
    executor.post([&executor, id, what = std::move(what)] {
      if (Shard* shard = executor.shard(id)) what(*shard);
    });
  }

  void answer(const api::ReplySlot& to, std::variant<api::Result, api::Error> outcome) {
    if (!to.peer) return;
    std::vector<api::Outgoing> messages;
    messages.push_back(api::Reply{to.msgid, std::move(outcome)});
    to.peer->send(std::move(messages));
  }

  /// The key of the entity a call is for; when there is none, the caller has been told.
  std::optional<std::string> entity_of(const api::Call& call) {
    std::string program = call.target.program;
    if (const auto* command = std::get_if<api::BoxedProgramCommand>(&call.operation)) {
      const auto* apply = std::get_if<domain::ApplyProgram>(command->get());
      if (program.empty() && apply != nullptr) program = apply->definition.id;
    } else if (const auto* replay = std::get_if<api::BoxedReplay>(&call.operation)) {
      if (program.empty()) program = (*replay)->definition.id;
    }
    if (program.empty()) {
      const auto programs = registry_.table();
      if (programs->size() != 1) {
        answer(call.reply, api::Error{.code = "INVALID_PARAM",
                                      .text = "program: expected the id of a program; there are " +
                                              std::to_string(programs->size()),
                                      .param = "program"});
        return std::nullopt;
      }
      program = programs->begin()->first;
    }
    switch (call.target.kind) {
      case api::EntityKind::member: return member_key(program, call.target.id);
      case api::EntityKind::partner: return partner_key(program, call.target.id);
      case api::EntityKind::promotion: return budget_key(program, call.target.id);
      case api::EntityKind::program: return program_key(program);
      case api::EntityKind::server: break;
    }
    return std::nullopt;
  }

  /// A program; when there is none, the caller has been told.
  ProgramRegistry::View program_for(std::string_view id, const api::ReplySlot& to) {
    const auto programs = registry_.table();
    const auto known = programs->find(id);
    if (known != programs->end()) return known->second;
    answer(to, api::to_error({domain::RefusalCode::unknown_program, "program", "no such program"}));
    return nullptr;
  }

  /// Every shard tells what it has; the sum is put into words where the last one told it.
  void report(const std::string& key, api::Call call) {
    const std::string program(program_of(key));
    const auto view = program_for(program, call.reply);
    if (!view) return;
    const auto& query = std::get<domain::ReportQuery>(call.operation);
    const auto wanted = domain::check(query, view->catalogue, clock_.now());
    if (!wanted) {
      answer(call.reply, api::to_error(wanted.error()));
      return;
    }
    if (reports_.fetch_add(1) >= max_reports) {
      --reports_;
      answer(call.reply, api::overloaded("too many reports at once", 1000));
      return;
    }
    everywhere(ReportPart{program, query, clock_.now()},
               [this, view, wanted = *wanted, to = call.reply](const EverywhereAnswer& parts) {
                 --reports_;
                 domain::ReportRows rows;
                 if (!parts.missed.empty() || !rows.add_stored(parts.rows)) {
                   return answer(to, api::unavailable("a part of the program is not served now"));
                 }
                 const auto said = domain::answer(wanted, view->catalogue, rows);
                 if (!said) return answer(to, api::to_error(said.error()));
                 answer(to, api::Result{.body = codec::to_wire(*said)});
               });
  }

  void route(std::string key, api::Call&& call, Batches& batches) {
    if (std::holds_alternative<domain::ReportQuery>(call.operation)) {
      report(key, std::move(call));
      return;
    }
    if (std::holds_alternative<api::BoxedReplay>(call.operation)) {
      if (!options_.replay) return answer(call.reply, api::unavailable("replays are not served"));
      if (!program_for(program_of(key), call.reply)) return;
      call.target.program = program_of(key);
      return options_.replay(std::move(call));
    }
    const persistence::ShardId id = shard_of(key, store_.shards());
    if (neighbours_ != nullptr && passes_on(id, call)) {
      call.target.program = program_of(key);
      neighbours_->call(id, std::move(call));
      return;
    }
    if (std::holds_alternative<api::Route>(call.operation)) {
      tell_route(id, call.reply);
      return;
    }
    if (in_flight_.fetch_add(1) >= options_.max_in_flight) {
      --in_flight_;
      answer(call.reply, api::overloaded("too many calls at once", 100));
      return;
    }
    const bool looks_at_effects = std::holds_alternative<domain::PartnerQuery>(call.operation) ||
                                  std::holds_alternative<domain::PartnerCommand>(call.operation) ||
                                  std::holds_alternative<domain::BudgetQuery>(call.operation);
    auto work = std::make_unique<Work>();
    work->entity = std::move(key);
    work->task = std::move(call);
    if (!looks_at_effects) {
      batches[id % executors_.size()].emplace_back(id, std::move(work));
      return;
    }
    // Whoever was answered about a purchase finds it in the partner's position: effects that are
    // durable at their source are applied first.
    const std::string destination = work->entity;
    everywhere(EffectsApplied{destination},
               [this, id,
                shared = std::make_shared<WorkPtr>(std::move(work))](const EverywhereAnswer& said) {
                 ShardExecutor& executor = executor_of(id);
                 const bool clear = said.clear && said.missed.empty();
                 executor.post([&executor, id, clear, shared] {
                   Shard* const shard = executor.shard(id);
                   if (clear || shard == nullptr) {
                     executor.submit(id, std::move(*shared));
                   } else {
                     shard->refuse(**shared, api::unavailable("effects on it are still under way"));
                   }
                 });
               });
  }

  /// Whether a call goes to the neighbours at once: its shard is theirs, or may become so while
  /// somebody listens.
  bool passes_on(persistence::ShardId id, const api::Call& call) const {
    if (call.passed_on || std::holds_alternative<api::Route>(call.operation)) return false;
    return std::holds_alternative<api::Subscribe>(call.operation) ||
           std::holds_alternative<api::Unsubscribe>(call.operation) || !neighbours_->is_here(id);
  }

  void tell_route(persistence::ShardId id, const api::ReplySlot& to) {
    const auto address =
        neighbours_ == nullptr ? std::optional<std::string>("") : neighbours_->client_address(id);
    if (!address) return answer(to, api::not_owner({}));
    answer(to, api::Result{.body = codec::to_wire(api::RouteResult{
                               .shard = id, .here = address->empty(), .address = *address})});
  }

  void serve(api::Call call) {
    const bool of_cluster = std::holds_alternative<api::GetCluster>(call.operation) ||
                            std::holds_alternative<api::DrainNode>(call.operation) ||
                            std::holds_alternative<api::MoveShard>(call.operation);
    if (of_cluster && options_.cluster) {
      options_.cluster->administer(std::move(call));
    } else if (of_cluster) {
      answer(call.reply, api::no_cluster());
    } else if (const auto* wanted = std::get_if<api::SetClock>(&call.operation)) {
      set_clock(call.reply, wanted->now);
    } else if (std::holds_alternative<api::GetServerInfo>(call.operation)) {
      answer(call.reply, api::Result{.body = codec::to_wire(server_info())});
    } else {
      answer(call.reply, api::Result{.body = codec::to_wire(api::PingResult{.now = clock_.now()})});
    }
  }

  void set_clock(const api::ReplySlot& to, domain::Instant now) {
    if (!clock_.manual()) {
      answer(to, api::Error{.code = "CLOCK_IS_REAL",
                            .text = "the clock can be set only with --clock manual",
                            .param = "now"});
      return;
    }
    if (!clock_.set(now)) {
      answer(to, api::Error{.code = "INVALID_PARAM",
                            .text = "now: expected an instant that is not before the present one",
                            .param = "now"});
      return;
    }
    // All clocks go before what is due is done: it may concern members of other nodes.
    everywhere(MoveClock{now, false}, [this, to, now](const EverywhereAnswer& clocks) {
      if (!clocks.missed.empty()) return answer(to, api::unavailable("a node cannot be reached"));
      everywhere(MoveClock{now, true}, [this, to](const EverywhereAnswer& done) {
        if (!done.missed.empty()) {
          return answer(to, api::unavailable("a part of the program is not served now"));
        }
        answer(to, api::Result{.body = codec::to_wire(api::ClockResult{clock_.now()})});
      });
    });
  }

  api::ServerInfoResult server_info() const {
    api::ServerInfoResult info{.version = options_.version,
                               .store = store_.describe(),
                               .durability = options_.durability,
                               .shards = store_.shards(),
                               .clock = clock_.manual() ? "manual" : "real",
                               .now = clock_.now(),
                               .programs = {},
                               .methods = api::method_names()};
    for (const auto& [id, view] : *registry_.table()) info.programs.push_back(id);
    return info;
  }

  NodeOptions options_;
  persistence::Store& store_;
  Clock& clock_;
  ProgramRegistry registry_;
  std::atomic<std::size_t> in_flight_{0};
  std::atomic<std::size_t> reports_{0};  ///< under way
  ActorSystem system_;
  const std::shared_ptr<std::atomic<bool>> ending_ = std::make_shared<std::atomic<bool>>(false);
  std::vector<std::unique_ptr<ShardExecutor>> executors_;
  OwnShards own_{executors_, registry_, clock_, ending_};
  std::vector<persistence::ShardId> all_shards_;
  ThreadedStoreLane lane_;
  std::optional<ShardMoves> moves_;  // in a cluster
  Neighbours* neighbours_ = nullptr;
};

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
