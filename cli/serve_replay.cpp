// SPDX-License-Identifier: Apache-2.0
#include "cli/serve_replay.hpp"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

#include "api/errors.hpp"
#include "codec/wire.hpp"
#include "domain/program/catalogue.hpp"
#include "domain/program/validation.hpp"
#include "persistence/open_store.hpp"
#include "replay/store_replay.hpp"

namespace loyalty::cli {
namespace {

using domain::RefusalCode;

/// Threads that serve come first.
constexpr int niceness = 10;
constexpr std::int64_t most_members = 1000;

api::Error refused(RefusalCode code, std::string param, std::string text) {
  return api::to_error({code, std::move(param), std::move(text)});
}

void answer(const api::ReplySlot& to, boost::variant2::variant<api::Result, api::Error> outcome) {
  if (!to.peer) return;
  std::vector<api::Outgoing> messages;
  messages.push_back(api::Reply{to.msgid, std::move(outcome)});
  to.peer->send(std::move(messages));
}

api::Error unreadable(const persistence::StoreFault& fault) {
  return fault.kind == persistence::StoreFault::Kind::unavailable ? api::unavailable(fault.message)
                                                                  : api::internal(fault.message);
}

/// What is wrong with the question, whatever the store has.
std::optional<api::Error> mistake_of(const api::Call& call, const api::ReplayProgram& wanted) {
  if (wanted.definition.id != call.target.program) {
    return refused(RefusalCode::invalid_param, "definition.id", "expected " + call.target.program);
  }
  if (wanted.members < 0 || wanted.members > most_members) {
    return refused(RefusalCode::invalid_param, "members", "expected 0 to 1000");
  }
  const auto problems = domain::mistakes(wanted.definition);
  if (!problems.empty()) return api::to_error(domain::refusal_of(problems, ""));
  const auto& currencies = wanted.definition.currencies;
  if (currencies.empty()) {
    return refused(RefusalCode::no_currency, "definition.currencies", "expected one at least");
  }
  if (!wanted.by.empty() &&
      std::ranges::find(currencies, wanted.by, &domain::CurrencyDefinition::id) ==
          currencies.end()) {
    return refused(RefusalCode::unknown_currency, "by",
                   "the proposed program has no such currency");
  }
  return std::nullopt;
}

}  // namespace

void ReplayService::take(api::Call call) {
  if (busy_.exchange(true)) {
    answer(call.reply, api::overloaded("a replay is under way", 1000));
    return;
  }
  const std::lock_guard lock(mutex_);
  if (thread_.joinable()) thread_.join();  // it is done
  if (stopping_) {
    answer(call.reply, api::unavailable("the server stops"));
    return;
  }
  thread_ = std::thread([this, call = std::move(call)] {
    ::pthread_setname_np(::pthread_self(), "replay");
    setpriority(PRIO_PROCESS, 0, niceness);  // of this thread and of those that it starts
    auto outcome = safely_run(call);
    busy_ = false;  // first: who is answered may ask for the next one
    answer(call.reply, std::move(outcome));
  });
}

// A bug that a definition brings to light ends its replay, not the server.
ReplayService::Outcome ReplayService::safely_run(const api::Call& call) {
  try {
    return run(call);
  } catch (const std::exception& bug) {
    return api::internal(std::string("the replay failed: ") + bug.what());
  }
}

void ReplayService::stop() {
  stopping_ = true;
  const std::lock_guard lock(mutex_);
  if (thread_.joinable()) thread_.join();
}

ReplayService::Outcome ReplayService::run(const api::Call& call) {
  const auto& wanted = *get<api::BoxedReplay>(call.operation);
  if (auto mistake = mistake_of(call, wanted)) return *std::move(mistake);

  // What only this process has is read where it is; all else over a door of its own.
  std::unique_ptr<persistence::Store> own;
  if (settings_.store != "memory") {
    auto opened =
        persistence::open_store(settings_.store, {.inspect = true, .beside_server = true});
    if (!opened) return unreadable(opened.error());
    own = std::move(*opened);
  }
  persistence::Store& store = own ? *own : store_;

  const auto past = replay::read_program_past(store, call.target.program);
  if (!past && past.error().kind == persistence::StoreFault::Kind::invalid) {
    return refused(RefusalCode::unknown_program, "program", "no such program");
  }
  if (!past) return unreadable(past.error());
  const auto zone = domain::Zone::find(past->program.definition.time_zone);
  if (!zone) return api::internal("this machine does not know the program's zone");
  const auto window = replay::window_between(wanted.from, wanted.to, *zone, clock_.now());
  if (!window) return refused(RefusalCode::invalid_param, "from", "expected before `to`");
  const auto notes = replay::stranding_notes(past->program.definition, wanted.definition);
  if (!notes.empty() && wanted.from) {
    return refused(RefusalCode::invalid_definition, "definition",
                   "with `from` members keep what they have, and " + notes.front());
  }

  replay::ReplayOptions options;
  options.proposed = wanted.definition;
  options.window = *window;
  options.threads = std::max(1U, std::thread::hardware_concurrency() / 2);
  options.rank_by = wanted.by;
  options.most_members = static_cast<std::size_t>(wanted.members);
  options.progress = [this](const replay::ReplayProgress&) { return !stopping_.load(); };
  auto report = replay::replay_store(store, *past, options);
  if (!report) return unreadable(report.error());
  report->notes.insert(report->notes.begin(), notes.begin(), notes.end());
  return api::Result{.body = codec::to_wire(*report)};
}

}  // namespace loyalty::cli
