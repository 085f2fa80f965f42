// SPDX-License-Identifier: Apache-2.0
#include "tests/support/story.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "codec/stored_entities.hpp"
#include "codec/wire.hpp"
#include "domain/ledger/ledger.hpp"
#include "domain/member/views.hpp"
#include "tests/support/invariants.hpp"

namespace loyalty::support {

using namespace domain;

namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t day_ms = 24 * 60 * minute_ms;

/// A failure that points at the line of the story, not at this file.
void fail(const Story::Where& where, const std::string& message) {
  ADD_FAILURE_AT(where.file, where.line) << message;
}

std::string join(const std::vector<std::string_view>& words) {
  std::string text;
  for (const auto word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

std::string describe(const Refusal& refusal) {
  return std::string(name_of(refusal.code)) + " " + refusal.param + " (" + refusal.detail + ")";
}

}  // namespace

Story::Story(NoMember, ProgramDefinition program) {
  program_.id = program.id;
  member_.id = "ada";
  change(program);
  at("2026-01-05 12:00");
}

Story::Story(ProgramDefinition program) : Story(NoMember{}, std::move(program)) {
  given(EnrollMember{});
}

Story Story::without_member(ProgramDefinition program) { return {NoMember{}, std::move(program)}; }

Story& Story::at(std::string_view local_time) {
  now_ = instant(local_time);
  return *this;
}

Story& Story::given(const MemberCommand& command, Where where) {
  step(command);
  return then_accepted(where);
}

Story& Story::when(const MemberCommand& command) {
  step(command);
  return *this;
}

Story& Story::run_batch(Where where) {
  const auto outcome = execute(program_, RunBatch{}, now_);
  if (!outcome.result) fail(where, "run_batch: " + describe(outcome.result.error()));
  views_.push_back(view_of(program_));
  return *this;
}

Story& Story::change(const ProgramDefinition& program, Where where) {
  const auto outcome = execute(program_, ApplyProgram{program}, now_);
  if (!outcome.result) fail(where, "apply_program: " + describe(outcome.result.error()));
  views_.push_back(view_of(program_));
  return *this;
}

Story& Story::deactivate() {
  execute(program_, DeactivateProgram{}, now_);
  views_.push_back(view_of(program_));
  return *this;
}

void Story::step(const MemberCommand& command) {
  MemberContext context{.catalogue = catalogue(),
                        .batch_runs = views_.back()->batch_runs,
                        .now = now_,
                        .versions = &views_.back()->versions};
  if (needs_history(command)) context.history = history_;
  Member settled = member_;
  (void)execute(settled, Wake{}, context);
  context.counted = true;
  MemberOutcome outcome = execute(member_, command, context);
  counted_.add(outcome.counts);
  changed_by_refusal_ = codec::to_stored(settled) != codec::to_stored(member_);
  last_ = std::move(outcome.facts);
  history_.insert(history_.end(), last_.begin(), last_.end());
  owed_.insert(owed_.end(), outcome.owed.begin(), outcome.owed.end());
  last_result_ = std::move(outcome.result);
  check_invariants();
  check_stored_result();
}

void Story::check_invariants() const {
  EXPECT_EQ(broken_invariant(member_, history_, catalogue()), "");
}

/// Who repeats a key is answered from the stored form, and from what the program tells.
void Story::check_stored_result() const {
  if (!*last_result_) return;
  const std::string stored = codec::to_stored(**last_result_);
  codec::Reader in(stored);
  MemberResult read;
  EXPECT_TRUE(codec::read_stored(in, read) && in.at_end());
  EXPECT_TRUE(derive(read, &catalogue()));
  EXPECT_EQ(codec::to_wire(read), codec::to_wire(**last_result_));
}

Story& Story::then_accepted(Where where) {
  if (!*last_result_) fail(where, "refused: " + describe(last_result_->error()));
  return *this;
}

Story& Story::then_refused(RefusalCode code, std::string_view param, Where where) {
  if (*last_result_) {
    fail(where, "accepted, but " + std::string(name_of(code)) + " was expected");
    return *this;
  }
  const Refusal& refusal = last_result_->error();
  if (refusal.code != code || refusal.param != param) {
    fail(where, "refused with " + describe(refusal) + " instead of " + std::string(name_of(code)) +
                    " " + std::string(param));
  }
  if (refusal.detail.empty()) fail(where, "the refusal has no sentence for people");
  if (changed_by_refusal_) fail(where, "the refused command changed the member");
  return *this;
}

Story& Story::then_facts(const std::vector<std::string_view>& names, Where where) {
  const auto stated = names_of(last_);
  if (stated != names) {
    fail(where, "stated   " + join(stated) + "\nexpected " + join(names));
  }
  return *this;
}

Story& Story::then_balance(std::string_view currency, std::int64_t points, Where where) {
  const auto balance = named(ask<BalancesResult>(GetBalances{}).balances, currency);
  if (balance.available != Points{points}) {
    fail(where, std::string(currency) + ": " + std::to_string(balance.available.value) +
                    " instead of " + std::to_string(points));
  }
  return *this;
}

Story& Story::then_pending(std::string_view currency, std::int64_t points, Where where) {
  const auto balance = named(ask<BalancesResult>(GetBalances{}).balances, currency);
  if (balance.pending != Points{points}) {
    fail(where, std::string(currency) + " pending: " + std::to_string(balance.pending.value) +
                    " instead of " + std::to_string(points));
  }
  return *this;
}

Story& Story::then_tier(std::string_view expected, Where where) {
  if (tier() != expected) {
    fail(where, "tier " + std::string(tier()) + " instead of " + std::string(expected));
  }
  return *this;
}

Story& Story::then_benefits(const std::vector<std::string_view>& benefits, Where where) {
  std::vector<std::string_view> held;
  for (const auto& view : ask<BenefitsResult>(GetBenefits{}).benefits) held.push_back(view.benefit);
  if (held != benefits) fail(where, "holds " + join(held) + " instead of " + join(benefits));
  return *this;
}

Expected<MemberAnswer, Refusal> Story::answer(const MemberQuery& query) const {
  const bool looks_back = needs_history(query);
  return domain::answer(
      query, member_, catalogue(), now_,
      looks_back ? std::span<const MemberFact>(history_) : std::span<const MemberFact>());
}

Instant Story::instant(std::string_view local_time) const {
  const Zone& zone = catalogue().zone;
  const LocalDay day = *parse_day(local_time.substr(0, 10));
  const int hour = std::stoi(std::string(local_time.substr(11, 2)));
  const int minute = std::stoi(std::string(local_time.substr(14, 2)));
  Instant result{zone.start_of(day).ms + (hour * 60 + minute) * minute_ms};
  // Clocks change in the night: later that day they differ from midnight's by the change.
  const std::int64_t length = zone.start_of(LocalDay{day.days + 1}).ms - zone.start_of(day).ms;
  if (hour >= 3) result.ms += length - day_ms;
  return result;
}

std::string Story::local(Instant instant) const {
  if (instant == never) return "never";
  const Zone& zone = catalogue().zone;
  const LocalDay day = zone.day_of(instant);
  const Instant start = zone.start_of(day);
  const std::int64_t length = zone.start_of(LocalDay{day.days + 1}).ms - start.ms;
  std::int64_t minutes = (instant.ms - start.ms) / minute_ms;
  if (minutes >= 180) minutes -= (length - day_ms) / minute_ms;
  const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return to_string(day) + " " + two(minutes / 60) + ":" + two(minutes % 60);
}

const Participation* Story::participation(std::string_view promotion) const {
  return member_.participation(catalogue().promotion(promotion)->id);
}

std::string_view Story::tier() const {
  return member_.tiers.empty() ? "" : catalogue().text(member_.tiers.front().tier);
}

std::string Story::tier_expires() const { return local(member_.tiers.front().expires); }

std::vector<std::string_view> names_of(const std::vector<MemberFact>& facts) {
  std::vector<std::string_view> names;
  for (const auto& fact : facts) {
    names.push_back(visit([](const auto& event) { return event.name; }, fact.event));
  }
  return names;
}

}  // namespace loyalty::support
