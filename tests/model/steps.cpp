// SPDX-License-Identifier: Apache-2.0
#include "tests/model/steps.hpp"

#include <algorithm>
#include <ostream>

namespace loyalty::model {

namespace {

constexpr Ms minute_ms = 60'000;
constexpr Ms day_ms = 1'440 * minute_ms;
constexpr int longest = 40;

rc::Gen<Deed> any_deed() {
  return rc::gen::weightedElement<Deed>({{2, Deed::wait},
                                         {8, Deed::purchase},
                                         {1, Deed::review},
                                         {1, Deed::training},
                                         {4, Deed::redeem},
                                         {1, Deed::debit},
                                         {3, Deed::hold},
                                         {2, Deed::capture},
                                         {1, Deed::release},
                                         {3, Deed::cancel},
                                         {4, Deed::bring_back},
                                         {2, Deed::adjust},
                                         {1, Deed::credit},
                                         {1, Deed::progress},
                                         {1, Deed::release_escrow},
                                         {1, Deed::run_batch}});
}

rc::Gen<Step> any_step() {
  return rc::gen::build<Step>(rc::gen::set(&Step::deed, any_deed()),
                              rc::gen::set(&Step::wait, rc::gen::inRange(0, 12)),
                              rc::gen::set(&Step::span, rc::gen::inRange(0, 500)),
                              rc::gen::set(&Step::number, rc::gen::inRange(0, 400)),
                              rc::gen::set(&Step::which, rc::gen::inRange(0, 60)),
                              rc::gen::set(&Step::detail, rc::gen::inRange(0, 60)));
}

/// One of the last few, so that steps often meet; now and then one that is long past.
std::optional<std::size_t> pick(std::size_t count, int which) {
  if (count == 0) return std::nullopt;
  const auto n = static_cast<std::size_t>(which);
  return count - 1 - n % std::min<std::size_t>(count, n % 7 == 6 ? 40 : 4);
}

std::string offer_of(int n, const Settings& settings) {
  const auto count = static_cast<int>(settings.offers.size());
  return n % 31 == 30 ? "nothing" : settings.offers[static_cast<std::size_t>(n % count)].id;
}

}  // namespace

rc::Gen<Case> any_case() {
  return rc::gen::build<Case>(
      rc::gen::set(&Case::knobs, rc::gen::container<std::vector<int>>(
                                     knob_count, rc::gen::resize(100, rc::gen::inRange(0, 12)))),
      rc::gen::set(&Case::steps, rc::gen::resize(longest, rc::gen::container<std::vector<Step>>(
                                                              rc::gen::resize(100, any_step())))));
}

std::ostream& operator<<(std::ostream& out, const Case& what) {
  return out << what.steps.size() << " steps";
}

Ms time_of(const Step& step, Ms now, const Calendar& calendar) {
  switch (step.wait) {
    case 0:
    case 1: return now;
    case 2:
    case 3: return now + step.span * minute_ms;
    case 4:
    case 5:
    case 6: return now + (step.span % 8) * day_ms + step.number * minute_ms;
    case 7:
    case 8: return now + (step.span % 50) * day_ms;
    case 9: return now + step.span * day_ms;
    case 10: {
      const Ms midnight = calendar.midnight(calendar.day_of(now) + 1 + step.span % 8);
      return std::max(now, midnight + step.number % 3 - 1);
    }
    default: return calendar.midnight(calendar.day_of(now) + 1 + step.span % 40);
  }
}

Ask ask_of(const Step& step, const MemberModel& model, const Settings& settings) {
  Ask ask{.deed = step.deed, .at = model.now()};
  const int n = step.number;
  ask.currency = all_currencies[static_cast<std::size_t>(step.which % 3)];
  switch (step.deed) {
    case Deed::purchase:
      ask.amount = n == 399 ? -1 : n * 97;
      ask.units = 1 + step.detail % 4;
      ask.shoes = step.which % 3 == 0;
      ask.at_partner = step.which % 4 == 0;
      if (step.detail % 10 == 9) {
        ask.at = std::max(settings.start, model.now() - step.which * day_ms);
      }
      break;
    case Deed::review:
    case Deed::training: ask.units = 1 + step.detail % 4; break;
    case Deed::redeem:
      ask.offer = offer_of(step.which, settings);
      ask.quantity = step.detail % 9;
      break;
    case Deed::debit:
    case Deed::credit: ask.quantity = n; break;
    case Deed::hold: {
      constexpr Ms ttls[] = {60'000, day_ms, 5 * day_ms, 30 * day_ms};
      ask.ttl = ttls[step.detail % 4];
      ask.quantity = n;
      if (n % 2 == 0) {
        ask.offer = offer_of(step.which % 30, settings);
        ask.quantity = n % 9;
      }
      break;
    }
    case Deed::capture:
    case Deed::release: ask.target = pick(model.holds.size(), step.which); break;
    case Deed::cancel:
      ask.target = pick(model.redemptions.size(), step.which);
      ask.by_staff = step.detail % 2 == 1;
      break;
    case Deed::bring_back: {
      ask.target = pick(model.activities.size(), step.which);
      if (!ask.target) break;
      const Activity& activity = model.activities[*ask.target];
      const std::int64_t kept = activity.amount * (step.detail % 12) / 12;
      if (activity.deed == Deed::purchase && kept > 0) ask.kept = kept;
      break;
    }
    case Deed::adjust:
      ask.quantity = step.detail % 2 == 0 ? n : -n;
      if (settings.currencies[ask.currency].subtypes && ask.quantity > 0) {
        ask.subtype = static_cast<Subtype>(step.detail / 2 % 3);
      }
      break;
    case Deed::progress: ask.quantity = n % 7; break;
    case Deed::release_escrow: {
      ask.target = pick(model.activities.size(), step.which);
      if (!ask.target) break;
      const Activity& activity = model.activities[*ask.target];
      const auto is_held = [&](std::size_t lot) { return model.ledger.lots[lot].escrow > 0; };
      bool held = std::any_of(activity.rewards.begin(), activity.rewards.end(), is_held);
      for (const Grant& grant : activity.grants) held |= grant.lot && is_held(*grant.lot);
      if (!held) ask.deed = Deed::wait;
      break;
    }
    case Deed::wait:
    case Deed::run_batch: break;
  }
  return ask;
}

}  // namespace loyalty::model
