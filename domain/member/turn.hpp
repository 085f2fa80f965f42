// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "domain/member/allowance.hpp"
#include "domain/member/delivery.hpp"
#include "domain/member/events.hpp"
#include "domain/member/evolve/apply.hpp"
#include "domain/member/member.hpp"
#include "domain/member/results.hpp"
#include "domain/partner/entry.hpp"
#include "domain/program/catalogue.hpp"
#include "domain/program/versions.hpp"
#include "domain/report/fact_counter.hpp"

namespace loyalty::domain {

/// What is known of the other member that a command names, when it was asked just before.
enum class Peer : std::uint8_t { unasked, unknown, inactive, active };

/// What a member is decided with. Time comes in from outside.
struct MemberContext {
  const Catalogue& catalogue;
  std::span<const Instant> batch_runs;  ///< when `run_batch` was asked for, ascending
  Instant now;
  /// All facts so far, for the commands that look back (`needs_history`), else nothing.
  std::span<const MemberFact> history = {};
  /// The versions that those facts name; null where no command looks back.
  const CatalogueVersions* versions = nullptr;
  /// What may be given of promotions with limits for all members.
  std::span<const Allowance> allowances = {};
  Peer peer = Peer::unasked;
  /// Whether to count the facts for reports: what is only tried out is not counted.
  bool counted = false;
};

/// One step in a member's life. Effects chain (a credit lifts the tier, which changes the
/// benefits), so a decision has to see what it has decided so far: each fact is applied as soon as
/// it is stated, by the same `evolve` that replays it. All refusals come before the first fact of
/// a command, so a refused command states none.
class MemberTurn {
 public:
  MemberTurn(Member& member, const MemberContext& context)
      : member_(member),
        context_(context),
        at_(std::max(context.now, member.last_event)),
        today_(zone().day_of(at_)),
        counter_(context.catalogue) {}

  const Member& member() const { return member_; }
  const MemberContext& context() const { return context_; }
  const Catalogue& catalogue() const { return context_.catalogue; }
  std::span<const Instant> batch_runs() const { return context_.batch_runs; }
  const Zone& zone() const { return context_.catalogue.zone; }

  /// The time of the facts to be stated: never before the last one.
  Instant at() const { return at_; }
  LocalDay today() const { return today_; }
  void move_to(Instant at) {
    at = std::max(at, member_.last_event);
    if (at == at_) return;
    at_ = at;
    today_ = zone().day_of(at_);
  }

  /// States a fact: it is applied and kept. Returns its sequence.
  template <class Fact>
  Sequence state(Fact&& fact) {
    using Event = std::remove_cvref_t<Fact>;
    MemberEvent& event = next_event();
    return apply_stated(event, event.template emplace<Event>(std::forward<Fact>(fact)));
  }
  /// The same of a large fact, which `fill` completes where it is kept.
  template <class Event, class Fill>
  Sequence state_filled(Fill fill) {
    MemberEvent& event = next_event();
    Event& stated = event.template emplace<Event>();
    fill(stated);
    return apply_stated(event, stated);
  }

  /// Carries a liability to its partner when this turn is durable.
  void owe(PartnerEntry&& entry) { owed_.push_back(std::move(entry)); }

  /// Sends something to another member when this turn is durable.
  void deliver(MemberDelivery delivery) { deliveries_.push_back(std::move(delivery)); }

  std::span<const MemberFact> facts() const { return facts_; }
  /// Those from a place in the list on.
  std::span<const MemberFact> facts_from(std::size_t first) const {
    return std::span(facts_).subspan(first);
  }
  std::vector<MemberFact>& facts() { return facts_; }
  std::vector<PartnerEntry>& owed() { return owed_; }
  std::span<const PartnerEntry> owed() const { return owed_; }
  std::vector<MemberDelivery>& deliveries() { return deliveries_; }
  ReportCounts take_counts() { return counter_.take(); }

  /// How the present command came to its points, for the answer.
  RuleLines rules;
  std::vector<SkippedPromotion> skipped;

 private:
  /// The place of the fact that comes next, in the list of facts.
  MemberEvent& next_event();
  template <class Event>
  Sequence apply_stated(const MemberEvent& event, const Event& stated) {
    if (context_.counted) counter_.see(member_, at_, event);
    evolve_by(member_, at_, stated);
    return member_.sequence;
  }

  Member& member_;
  const MemberContext& context_;
  Instant at_;
  LocalDay today_;
  std::vector<MemberFact> facts_;
  std::vector<PartnerEntry> owed_;
  std::vector<MemberDelivery> deliveries_;
  FactCounter counter_;
};

}  // namespace loyalty::domain
