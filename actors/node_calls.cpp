// SPDX-License-Identifier: Apache-2.0
#include "actors/entity_key.hpp"
#include "actors/node_impl.hpp"
#include "api/errors.hpp"
#include "api/methods.hpp"
#include "api/server_results.hpp"
#include "codec/wire.hpp"
#include "domain/report/rows.hpp"

/// How a node takes calls: to the actor they are for, to a neighbour, or to itself.
namespace loyalty::actors {
namespace {

/// Reports at once: they are for a few people, and each looks at all shards.
constexpr std::size_t max_reports = 16;

}  // namespace

void Node::Impl::submit(std::vector<api::Call>&& calls) {
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
    executors_[i]->post([executor = executors_[i].get(), batch = std::move(batches[i])]() mutable {
      executor->submit(std::move(batch));
    });
  }
}

void Node::Impl::route(std::string key, api::Call&& call, Batches& batches) {
  if (holds_alternative<domain::ReportQuery>(call.operation)) {
    report(key, std::move(call));
    return;
  }
  if (holds_alternative<api::BoxedReplay>(call.operation)) {
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
  if (holds_alternative<api::Route>(call.operation)) {
    tell_route(id, call.reply);
    return;
  }
  if (in_flight_.fetch_add(1) >= options_.max_in_flight) {
    --in_flight_;
    answer(call.reply, api::overloaded("too many calls at once", 100));
    return;
  }
  const bool looks_at_effects = holds_alternative<domain::PartnerQuery>(call.operation) ||
                                holds_alternative<domain::PartnerCommand>(call.operation) ||
                                holds_alternative<domain::BudgetQuery>(call.operation);
  auto work = std::make_unique<Work>();
  work->entity = std::move(key);
  work->task.emplace<api::Call>(std::move(call));
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

std::optional<std::string> Node::Impl::entity_of(const api::Call& call) {
  std::string program = call.target.program;
  if (const auto* command = get_if<api::BoxedProgramCommand>(&call.operation)) {
    const auto* apply = get_if<domain::ApplyProgram>(command->get());
    if (program.empty() && apply != nullptr) program = apply->definition.id;
  } else if (const auto* replay = get_if<api::BoxedReplay>(&call.operation)) {
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

ProgramRegistry::View Node::Impl::program_for(std::string_view id, const api::ReplySlot& to) {
  const auto programs = registry_.table();
  const auto known = programs->find(id);
  if (known != programs->end()) return known->second;
  answer(to, api::to_error({domain::RefusalCode::unknown_program, "program", "no such program"}));
  return nullptr;
}

bool Node::Impl::passes_on(persistence::ShardId id, const api::Call& call) const {
  if (call.passed_on || holds_alternative<api::Route>(call.operation)) return false;
  return holds_alternative<api::Subscribe>(call.operation) ||
         holds_alternative<api::Unsubscribe>(call.operation) || !neighbours_->is_here(id);
}

void Node::Impl::tell_route(persistence::ShardId id, const api::ReplySlot& to) {
  const auto address =
      neighbours_ == nullptr ? std::optional<std::string>("") : neighbours_->client_address(id);
  if (!address) return answer(to, api::not_owner({}));
  answer(to, api::Result{.body = codec::to_wire(api::RouteResult{
                             .shard = id, .here = address->empty(), .address = *address})});
}

void Node::Impl::report(const std::string& key, api::Call call) {
  const std::string program(program_of(key));
  const auto view = program_for(program, call.reply);
  if (!view) return;
  const auto& query = get<domain::ReportQuery>(call.operation);
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

void Node::Impl::serve(api::Call call) {
  const bool of_cluster = holds_alternative<api::GetCluster>(call.operation) ||
                          holds_alternative<api::DrainNode>(call.operation) ||
                          holds_alternative<api::MoveShard>(call.operation);
  if (of_cluster && options_.cluster) {
    options_.cluster->administer(std::move(call));
  } else if (of_cluster) {
    answer(call.reply, api::no_cluster());
  } else if (const auto* wanted = get_if<api::SetClock>(&call.operation)) {
    set_clock(call.reply, wanted->now);
  } else if (holds_alternative<api::GetServerInfo>(call.operation)) {
    answer(call.reply, api::Result{.body = codec::to_wire(server_info())});
  } else {
    answer(call.reply, api::Result{.body = codec::to_wire(api::PingResult{.now = clock_.now()})});
  }
}

void Node::Impl::set_clock(const api::ReplySlot& to, domain::Instant now) {
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

api::ServerInfoResult Node::Impl::server_info() const {
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

void Node::Impl::answer(const api::ReplySlot& to,
                        boost::variant2::variant<api::Result, api::Error> outcome) {
  if (!to.peer) return;
  std::vector<api::Outgoing> messages;
  messages.push_back(api::Reply{to.msgid, std::move(outcome)});
  to.peer->send(std::move(messages));
}

}  // namespace loyalty::actors
