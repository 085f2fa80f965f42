// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/domain_server.hpp"

#include <gtest/gtest.h>

#include "api/errors.hpp"
#include "api/methods.hpp"
#include "api/server_results.hpp"
#include "cli/value.hpp"
#include "codec/wire.hpp"
#include "config/program_loader.hpp"
#include "domain/member/settle.hpp"
#include "domain/member/views.hpp"

namespace loyalty::cli {
namespace {

using Outcome = boost::variant2::variant<api::Result, api::Error>;
using domain::MemberCommand;

template <class T>
api::Result result_of(const T& value) {
  return {codec::to_wire(value), false};
}

api::Error conflict() {
  return {
      .code = "IDEMPOTENCY_CONFLICT", .text = "the key was used for another call", .param = "key"};
}

api::Error unknown_member() {
  return {.code = "UNKNOWN_MEMBER", .text = "no such member", .param = "member"};
}

}  // namespace

DomainServer::DomainServer(std::string_view program_text, net::Limits limits) : limits_(limits) {
  auto loaded = program_text.empty()
                    ? config::load_program(LOYALTY_SOURCE_DIR "/config/programs/cloud-kicks.toml")
                    : config::parse_program(program_text, "program.toml");
  if (!loaded) {
    ADD_FAILURE() << config::to_string(loaded.error().front());
    return;
  }
  program_.id = loaded->definition.id;
  domain::execute(program_, domain::ApplyProgram{loaded->definition}, now);
  view_ = domain::view_of(program_);
  listen();
}

DomainServer::~DomainServer() = default;

void DomainServer::listen() {
  auto server = net::Server::start(
      {.host = "127.0.0.1", .port = port_, .threads = 1, .limits = limits_},
      [this](auto calls) { handle(calls); }, api::method_names());
  if (!server) {
    ADD_FAILURE() << server.error();
    return;
  }
  server_ = std::move(*server);
  port_ = server_->port();
}

void DomainServer::refuse_next(int calls) {
  const std::lock_guard lock(mutex_);
  overloaded_ = calls;
}

void DomainServer::fall_silent_after(int writes) {
  const std::lock_guard lock(mutex_);
  silent_after_ = writes_ + writes;
}

void DomainServer::wait_until_silent() {
  std::unique_lock lock(mutex_);
  EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(30),
                                [this] { return writes_ >= silent_after_; }));
}

void DomainServer::wait_for_subscriber() {
  std::unique_lock lock(mutex_);
  EXPECT_TRUE(
      changed_.wait_for(lock, std::chrono::seconds(30), [this] { return !subscribers_.empty(); }));
}

void DomainServer::wait_for_pings(int count) {
  std::unique_lock lock(mutex_);
  EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(30), [&] { return pings_ >= count; }));
}

int DomainServer::writes() const {
  const std::lock_guard lock(mutex_);
  return writes_;
}

void DomainServer::restart() {
  server_.reset();
  {
    const std::lock_guard lock(mutex_);
    silent_after_ = -1;
    subscribers_.clear();
  }
  listen();
}

void DomainServer::handle(std::span<const net::Incoming> calls) {
  const std::lock_guard lock(mutex_);
  for (const net::Incoming& call : calls) {
    const bool silent = silent_after_ >= 0 && writes_ >= silent_after_;
    if (silent) continue;
    auto reply = reply_to(call);
    // As if the process were killed: the last write is done, and nobody hears of it.
    if (silent_after_ >= 0 && writes_ >= silent_after_) {
      changed_.notify_all();
      continue;
    }
    std::vector<api::Outgoing> messages;
    messages.emplace_back(std::move(reply));
    call.reply.peer->send(std::move(messages));
  }
}

api::Reply DomainServer::reply_to(const net::Incoming& incoming) {
  auto call = api::decode_call(incoming.method, incoming.params, std::chrono::steady_clock::now());
  if (!call) return {incoming.reply.msgid, call.error()};
  call->reply = incoming.reply;
  if (!call->key.empty() && overloaded_ > 0) {
    --overloaded_;
    return {incoming.reply.msgid, api::overloaded("come back later", 1)};
  }
  return {incoming.reply.msgid, perform(*call)};
}

Outcome DomainServer::perform(api::Call& call) {
  using domain::MemberContext;
  using domain::MemberQuery;
  using domain::MemberTurn;
  using domain::PartnerQuery;
  using domain::ProgramQuery;
  if (holds_alternative<api::Ping>(call.operation)) {
    ++pings_;
    changed_.notify_all();
    return result_of(api::PingResult{.now = now});
  }
  if (!call.target.program.empty() && call.target.program != program_.id) {
    return api::Error{.code = "UNKNOWN_PROGRAM", .text = "no such program", .param = "program"};
  }
  if (const auto* command = get_if<api::BoxedMemberCommand>(&call.operation)) {
    return perform_write(call, **command);
  }
  if (holds_alternative<api::BoxedProgramCommand>(call.operation)) return run_batch(call);
  if (holds_alternative<api::Subscribe>(call.operation)) return subscribe(call);
  if (const auto* query = get_if<ProgramQuery>(&call.operation)) {
    const auto answered = answer(*query, program_);
    if (!answered) return api::to_error(answered.error());
    return result_of(*answered);
  }
  if (const auto* query = get_if<PartnerQuery>(&call.operation)) {
    auto& ledger = partners_[call.target.id];
    ledger.id = call.target.id;
    const auto answered = answer(*query, ledger, view_->catalogue, {});
    if (!answered) return api::to_error(answered.error());
    return result_of(*answered);
  }
  if (const auto* query = get_if<MemberQuery>(&call.operation)) {
    const auto found = members_.find(call.target.id);
    if (found == members_.end()) return unknown_member();
    auto& [member, history, keys] = found->second;
    const MemberContext context{view_->catalogue, view_->batch_runs, now};
    MemberTurn turn(member, context);
    settle(turn, now);
    const auto answered = answer(*query, member, view_->catalogue, now, history);
    if (!answered) return api::to_error(answered.error());
    return result_of(*answered);
  }
  return api::internal("not a method of this server");
}

Outcome DomainServer::perform_write(api::Call& call, const MemberCommand& command) {
  Entity& entity = members_[call.target.id];
  entity.member.id = call.target.id;
  if (const auto known = entity.keys.find(call.key); known != entity.keys.end()) {
    if (known->second.payload != call.payload) return conflict();
    return api::Result{known->second.body, true};
  }
  const domain::MemberContext context{view_->catalogue, view_->batch_runs, now};
  auto outcome = domain::execute(entity.member, command, context);
  for (auto& entry : outcome.owed) {
    entry.member = call.target.id;
    const std::string partner(view_->catalogue.text(entry.partner));
    domain::evolve(partners_[partner], now,
                   domain::PartnerEntriesBooked{{0, {1, ++outbox_}}, {entry}});
  }
  for (const auto& fact : outcome.facts) {
    entity.history.push_back(fact);
    for (const auto& subscriber : subscribers_) {
      const auto peer = subscriber.peer.lock();
      if (peer && subscriber.member == call.target.id) notify(entity, fact, *peer);
    }
  }
  if (!outcome.result) return api::to_error(outcome.result.error());
  ++writes_;
  auto result = result_of(*outcome.result);
  entity.keys[call.key] = {call.payload, result.body};
  return result;
}

Outcome DomainServer::run_batch(api::Call& call) {
  if (const auto known = program_keys_.find(call.key); known != program_keys_.end()) {
    return api::Result{known->second.body, true};
  }
  const auto outcome =
      domain::execute(program_, *get<api::BoxedProgramCommand>(call.operation), now);
  if (!outcome.result) return api::to_error(outcome.result.error());
  view_ = domain::view_of(program_);
  auto result = result_of(*outcome.result);
  program_keys_[call.key] = {call.payload, result.body};
  return result;
}

Outcome DomainServer::subscribe(const api::Call& call) {
  const auto found = members_.find(call.target.id);
  if (found == members_.end()) return unknown_member();
  const Entity& entity = found->second;
  const auto& wanted = get<api::Subscribe>(call.operation);
  for (const auto& fact : entity.history) {
    if (wanted.from && static_cast<std::int64_t>(fact.sequence) > *wanted.from) {
      notify(entity, fact, *call.reply.peer);
    }
  }
  subscribers_.push_back({call.target.id, call.reply.peer});
  changed_.notify_all();
  return result_of(api::SubscriptionResult{entity.member.sequence});
}

void DomainServer::notify(const Entity& entity, const domain::MemberFact& fact,
                          api::Peer& peer) const {
  Value notice{Value::Fields{{"program", program_.id},
                             {"member", entity.member.id},
                             {"sequence", static_cast<std::int64_t>(fact.sequence)},
                             {"at", fact.at.ms}}};
  std::string_view name;
  visit([&](const auto& event) { name = event.name; }, fact.event);
  notice.set("event", name);
  if (const auto* progress = get_if<domain::ProgressUpdated>(&fact.event)) {
    const auto* promotion = view_->catalogue.promotion(progress->promotion);
    notice.set("promotion", view_->catalogue.text(progress->promotion));
    notice.set("completed", progress->completed);
    notice.set("target", progress->target);
    notice.set("text", domain::progress_text(*promotion, progress->completed));
  }
  std::vector<api::Outgoing> messages;
  messages.emplace_back(api::Notice{name, notice.encoded()});
  peer.send(std::move(messages));
}

}  // namespace loyalty::cli
