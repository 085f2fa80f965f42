// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/member/commands.hpp"
#include "domain/member/execute.hpp"
#include "domain/member/member.hpp"
#include "domain/partner/partner.hpp"
#include "domain/program/program.hpp"
#include "domain/report/rows.hpp"
#include "tests/support/shop.hpp"

namespace loyalty::support {

/// One member's life, told as given / when / then. Times are local to the program. Every step is
/// also checked for what must always hold: the lots sum to the balance, the accounts sum to zero,
/// the facts replay to the same state, and a refusal changes nothing.
class Story {
 public:
  /// A place in a test. (clang 14 has no std::source_location.)
  struct Where {
    const char* file;
    int line;
    static Where current(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
      return {file, line};
    }
  };

  /// A member "ada" of the program who enrolled on 5 January 2026 at noon.
  explicit Story(domain::ProgramDefinition program = shop());
  /// A program without a member.
  static Story without_member(domain::ProgramDefinition program = shop());

  /// Moves the clock to a local time, "2026-03-10 12:00".
  Story& at(std::string_view local_time);
  /// A step that must be accepted.
  Story& given(const domain::MemberCommand& command, Where where = Where::current());
  Story& when(const domain::MemberCommand& command);
  /// Asks for the batch credits, now.
  Story& run_batch(Where where = Where::current());
  /// Lets the member do what is due.
  Story& wake() { return when(domain::Wake{}); }
  /// Brings the program to another definition.
  Story& change(const domain::ProgramDefinition& program, Where where = Where::current());
  Story& deactivate();

  Story& then_accepted(Where where = Where::current());
  Story& then_refused(domain::RefusalCode code, std::string_view param,
                      Where where = Where::current());
  /// The facts of the last step, by their names, in order.
  Story& then_facts(const std::vector<std::string_view>& names, Where where = Where::current());
  Story& then_balance(std::string_view currency, std::int64_t points,
                      Where where = Where::current());
  Story& then_pending(std::string_view currency, std::int64_t points,
                      Where where = Where::current());
  Story& then_tier(std::string_view tier, Where where = Where::current());
  Story& then_benefits(const std::vector<std::string_view>& benefits,
                       Where where = Where::current());

  /// Facts of one kind that the last step stated.
  template <class Event>
  std::vector<Event> facts() const {
    std::vector<Event> result;
    for (const auto& fact : last_) {
      if (const auto* event = get_if<Event>(&fact.event)) result.push_back(*event);
    }
    return result;
  }
  /// When the last fact of one kind of the last step happened, local.
  template <class Event>
  std::string time_of() const {
    for (auto fact = last_.rbegin(); fact != last_.rend(); ++fact) {
      if (holds_alternative<Event>(fact->event)) return local(fact->at);
    }
    return "no such fact";
  }
  /// The result of the last step, which was accepted.
  template <class Result>
  const Result& result() const {
    return get<Result>(**last_result_);
  }
  /// The answer to a query that must not be refused.
  template <class Answer>
  Answer ask(const domain::MemberQuery& query) const {
    return get<Answer>(*answer(query));
  }
  domain::Expected<domain::MemberAnswer, domain::Refusal> answer(
      const domain::MemberQuery& query) const;

  const domain::Member& member() const { return member_; }
  const domain::Catalogue& catalogue() const { return views_.back()->catalogue; }
  const std::vector<domain::MemberFact>& history() const { return history_; }
  const std::vector<domain::PartnerEntry>& owed() const { return owed_; }
  /// What all facts so far count for reports.
  const domain::ReportRows& counted() const { return counted_; }
  domain::Instant now() const { return now_; }
  domain::Instant instant(std::string_view local_time) const;
  /// "2026-03-10 12:00", or "never".
  std::string local(domain::Instant instant) const;
  const domain::Participation* participation(std::string_view promotion) const;
  /// The tier held in the first tier group, and when it is assessed again.
  std::string_view tier() const;
  std::string tier_expires() const;

 private:
  struct NoMember {};
  Story(NoMember, domain::ProgramDefinition program);
  void step(const domain::MemberCommand& command);
  void check_invariants() const;
  void check_stored_result() const;

  domain::Program program_;
  std::vector<std::shared_ptr<const domain::ProgramView>> views_;  // results look into them
  domain::Member member_;
  domain::Instant now_;
  std::vector<domain::MemberFact> history_;
  std::vector<domain::MemberFact> last_;
  std::vector<domain::PartnerEntry> owed_;
  domain::ReportRows counted_;
  std::optional<domain::Expected<domain::MemberResult, domain::Refusal>> last_result_;
  bool changed_by_refusal_ = false;
};

/// The value of a name in a small map; the name must be there.
template <class Values>
auto named(const Values& values, std::string_view name) ->
    typename Values::value_type::second_type {
  for (const auto& [known, value] : values) {
    if (known == name) return value;
  }
  ADD_FAILURE() << "nothing is named " << name;
  return {};
}

std::vector<std::string_view> names_of(const std::vector<domain::MemberFact>& facts);

}  // namespace loyalty::support
