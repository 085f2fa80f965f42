// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include "codec/stored.hpp"
#include "domain/member/execute.hpp"
#include "domain/program/program.hpp"
#include "tests/support/invariants.hpp"
#include "tests/support/model.hpp"
#include "tests/support/property.hpp"
#include "tests/support/shop.hpp"
#include "tests/support/steps.hpp"

/// What holds for every life that a member can lead.
namespace loyalty::domain {
namespace {

using support::Deed;
using support::Step;

constexpr int cases = 2'000;

/// A member and its program, stepped through a random life. Steps happen after noon, one
/// millisecond after the other.
class Life {
 public:
  explicit Life(const ProgramDefinition& definition) {
    program_.id = definition.id;
    execute(program_, ApplyProgram{definition}, {});
    view_ = view_of(program_);
    member_.id = "ada";
    do_at(now(), EnrollMember{});
  }

  MemberOutcome take(const Step& step) {
    wait(step.days);
    ++steps_;
    if (step.deed == Deed::run_batch) {
      execute(program_, RunBatch{}, now());
      view_ = view_of(program_);
    }
    return do_at(now(), command_of(step, now()));
  }
  /// Lets days go by; `daily` wakes the member at each midnight of them.
  void wait(int days, bool daily = false) {
    for (; days > 0; --days) {
      ++today_.days;
      if (daily) do_at(view_->catalogue.zone.start_of(today_), Wake{});
    }
  }
  MemberOutcome do_at(Instant now, const MemberCommand& command) {
    auto outcome = execute(member_, command, context(now));
    history_.insert(history_.end(), outcome.facts.begin(), outcome.facts.end());
    return outcome;
  }
  /// The member as it is when all that is due has been done, without doing it.
  std::string settled_at(const Step& step) const {
    Member copy = member_;
    const LocalDay day{today_.days + step.days};
    execute(copy, Wake{}, context(after_noon(day, steps_ + 1)));
    return codec::to_stored(copy);
  }
  Instant now() const { return after_noon(today_, steps_); }
  std::int64_t balance(std::string_view currency) const {
    return member_.balance(view_->catalogue.currency(currency)->id).value;
  }
  std::string broken_invariant() const {
    return support::broken_invariant(member_, history_, view_->catalogue);
  }

  const Member& member() const { return member_; }
  const std::vector<MemberFact>& history() const { return history_; }
  const Catalogue& catalogue() const { return view_->catalogue; }
  LocalDay today() const { return today_; }

 private:
  Instant after_noon(LocalDay day, std::int64_t steps) const {
    constexpr std::int64_t noon_ms = 12 * 3'600'000;
    return {view_->catalogue.zone.start_of(day).ms + noon_ms + steps};
  }
  MemberContext context(Instant now) const { return {view_->catalogue, view_->batch_runs, now}; }

  Program program_;
  std::shared_ptr<const ProgramView> view_;
  Member member_;
  std::vector<MemberFact> history_;
  LocalDay today_ = *parse_day("2026-01-05");
  std::int64_t steps_ = 0;
};

std::vector<std::string> stored(const std::vector<MemberFact>& facts) {
  std::vector<std::string> result;
  for (const auto& fact : facts) {
    result.push_back(std::to_string(fact.at.ms) + " " + codec::to_stored(fact.event));
  }
  return result;
}

TEST(AnyLife, AgreesWithASimpleModelOfBalancesLotsAndTiers) {
  auto program = support::shop();
  program.promotions.clear();
  support::check_property(cases, [&] {
    const auto steps = *support::simple_life();
    Life life(program);
    support::Model model(life.today());
    for (const Step& step : steps) {
      model.live_until({life.today().days + step.days});
      const bool accepted = static_cast<bool>(life.take(step).result);
      RC_ASSERT(accepted == model.take(step));
      RC_ASSERT(life.balance("points") == model.points());
      RC_ASSERT(life.balance("miles") == model.miles());
      RC_ASSERT(life.balance("stars") == model.stars());
      const auto& group = life.catalogue().tier_groups.front();
      RC_ASSERT(group.rank(life.member().tier(group.id)) == model.tier());
      const Purse* purse = life.member().purse(life.catalogue().currency("points")->id);
      const std::size_t lots = purse ? purse->lots.size() : 0;
      RC_ASSERT(lots == model.lots().size());
      for (std::size_t i = 0; i < lots; ++i) {
        RC_ASSERT(purse->lots[i].remaining.value == model.lots()[i].points);
        RC_ASSERT(purse->lots[i].earned == model.lots()[i].earned);
      }
    }
  });
}

TEST(AnyLife, ConservesPointsReplaysAndCanBeStored) {
  support::check_property(cases, [] {
    const auto steps = *support::any_life();
    Life life(support::shop());
    for (const Step& step : steps) life.take(step);
    RC_ASSERT(life.broken_invariant() == "");
  });
}

TEST(AnyLife, IsTheSameWokenAtEveryMidnightOrOnlyWhenSomethingHappens) {
  support::check_property(cases / 4, [] {
    const auto steps = *support::any_life();
    Life lazy(support::shop());
    Life eager(support::shop());
    for (Step step : steps) {
      lazy.take(step);
      eager.wait(std::exchange(step.days, 0), true);
      eager.take(step);
    }
    RC_ASSERT(stored(lazy.history()) == stored(eager.history()));
    RC_ASSERT(codec::to_stored(lazy.member()) == codec::to_stored(eager.member()));
  });
}

TEST(AnyLife, IsNotChangedByWhatIsRefused) {
  support::check_property(cases, [] {
    const auto steps = *support::any_life();
    Life life(support::shop());
    for (const Step& step : steps) {
      const std::string before = life.settled_at(step);
      const bool runs_batch = step.deed == Deed::run_batch;
      const auto outcome = life.take(step);
      if (outcome.result || runs_batch) continue;
      RC_ASSERT(codec::to_stored(life.member()) == before);
      RC_ASSERT(outcome.owed.empty());
    }
  });
}

TEST(AnyLife, GoesOnTheSameFromASnapshotTakenAnywhere) {
  support::check_property(cases / 2, [] {
    const auto steps = *support::any_life();
    Life life(support::shop());
    const auto cut = *rc::gen::inRange<std::size_t>(0, steps.size() + 1);
    std::string snapshot = codec::to_stored(life.member());
    std::size_t replay_from = life.history().size();
    for (std::size_t i = 0; i < steps.size(); ++i) {
      life.take(steps[i]);
      if (i + 1 == cut) {
        snapshot = codec::to_stored(life.member());
        replay_from = life.history().size();
      }
    }
    Member member;
    codec::Reader in(snapshot);
    RC_ASSERT(codec::read_stored(in, member));
    for (std::size_t i = replay_from; i < life.history().size(); ++i) {
      const std::string bytes = codec::to_stored(life.history()[i].event);
      MemberEvent event;
      codec::Reader fact(bytes);
      RC_ASSERT(codec::read_stored(fact, event));
      evolve(member, life.history()[i].at, event);
    }
    RC_ASSERT(codec::to_stored(member) == codec::to_stored(life.member()));
  });
}

}  // namespace
}  // namespace loyalty::domain
