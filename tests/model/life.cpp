// SPDX-License-Identifier: Apache-2.0
#include "tests/model/life.hpp"

#include <gtest/gtest.h>

#include "codec/stored.hpp"
#include "domain/ledger/ledger.hpp"
#include "domain/member/settle.hpp"
#include "tests/support/invariants.hpp"

namespace loyalty::model {

using namespace domain;

namespace {

constexpr std::int64_t no_journal = 999'999;
constexpr const char* no_hold = "h999999";

template <class T>
T nth(const std::vector<T>& all, const std::optional<std::size_t>& target, T none) {
  return target ? all.at(*target) : none;
}

}  // namespace

Life::Life(const Settings& settings) {
  const ProgramDefinition definition = program_of(settings);
  program_.id = definition.id;
  const auto applied = domain::execute(program_, ApplyProgram{definition}, {settings.start});
  if (!applied.result) {
    ADD_FAILURE() << "the program is refused: " << applied.result.error().detail;
  }
  view_ = view_of(program_);
  member_.id = "ada";
  execute(EnrollMember{}, settings.start);
}

MemberOutcome Life::execute(const MemberCommand& command, Ms now) {
  MemberContext context{view_->catalogue, batch_runs_, {now}, {}, &view_->versions};
  if (needs_history(command)) context.history = history_;
  MemberOutcome outcome = domain::execute(member_, command, context);
  history_.insert(history_.end(), outcome.facts.begin(), outcome.facts.end());
  return outcome;
}

Answer Life::take(const Ask& ask, Ms now) {
  if (ask.deed == Deed::run_batch) batch_runs_.push_back({now});
  const MemberOutcome outcome = execute(command_of(ask), now);
  Answer answer;
  for (const auto& entry : outcome.owed) {
    for (const Currency currency : all_currencies) {
      if (catalogue().currency(currency_names[currency])->id == entry.currency) {
        answer.owed.push_back({currency, entry.money.value});
      }
    }
  }
  if (outcome.result) {
    remember(ask, *outcome.result);
  } else {
    answer.refused = outcome.result.error().code;
  }
  return answer;
}

void Life::remember(const Ask& ask, const MemberResult& result) {
  const auto* activity = get_if<ActivityResult>(&result);
  switch (ask.deed) {
    case Deed::purchase:
    case Deed::review:
    case Deed::training: activities_.push_back(static_cast<std::int64_t>(activity->journal)); break;
    case Deed::redeem:
    case Deed::debit:
    case Deed::capture:
      redemptions_.push_back(static_cast<std::int64_t>(get<RedeemResult>(result).journal));
      break;
    case Deed::hold: holds_.push_back(get<HoldResult>(result).hold.hold); break;
    default: break;
  }
}

MemberCommand Life::command_of(const Ask& ask) const {
  const std::string currency = currency_names[ask.currency];
  const std::string partner = ask.at_partner ? "hotel" : "";
  switch (ask.deed) {
    case Deed::wait:
    case Deed::run_batch: return Wake{};
    case Deed::purchase:
      return Purchase{.amount = ask.amount,
                      .at = Instant{ask.at},
                      .category = ask.shoes ? "shoes" : "",
                      .partner = partner,
                      .units = ask.units};
    case Deed::review: return Review{.at = Instant{ask.at}};
    case Deed::training:
      return RecordActivity{.type = "training", .at = Instant{ask.at}, .units = ask.units};
    case Deed::redeem: return Redeem{.offer = ask.offer, .quantity = ask.quantity};
    case Deed::debit: return DebitPoints{.currency = currency, .points = ask.quantity};
    case Deed::hold: {
      HoldPoints hold{.ttl_s = ask.ttl / 1'000};
      if (ask.offer.empty()) {
        hold.currency = currency;
        hold.points = ask.quantity;
      } else {
        hold.offer = ask.offer;
        hold.quantity = ask.quantity;
      }
      return hold;
    }
    case Deed::capture: return CaptureHold{.hold = nth<std::string>(holds_, ask.target, no_hold)};
    case Deed::release: return ReleaseHold{.hold = nth<std::string>(holds_, ask.target, no_hold)};
    case Deed::cancel:
      return CancelRedemption{.journal = nth(redemptions_, ask.target, no_journal),
                              .by_staff = ask.by_staff};
    case Deed::bring_back:
      return ReverseActivity{.journal = nth(activities_, ask.target, no_journal),
                             .kept_amount = ask.kept};
    case Deed::adjust:
      return AdjustPoints{.currency = currency,
                          .points = ask.quantity,
                          .reason = "correction",
                          .subtype = subtype_names[ask.subtype]};
    case Deed::credit: return CreditPoints{.currency = currency, .points = ask.quantity};
    case Deed::progress: return UpdateProgress{.promotion = "laps", .increment = ask.quantity};
    case Deed::release_escrow:
      return ReleaseEscrow{.journal = nth(activities_, ask.target, no_journal)};
  }
  return Wake{};
}

void Life::wake_on_time(Ms now) {
  for (;;) {
    const Instant due = next_due(member_, catalogue(), batch_runs_);
    if (due.ms > now) return;
    execute(Wake{}, due.ms);
    if (next_due(member_, catalogue(), batch_runs_) <= due) {
      ADD_FAILURE() << "what was due is still due";
      return;
    }
  }
}

void Life::restart() {
  const std::string bytes = stored();
  Member fresh;
  codec::Reader in(bytes);
  if (!codec::read_stored(in, fresh) || !in.at_end()) ADD_FAILURE() << "the state cannot be read";
  fresh.id = member_.id;
  member_ = std::move(fresh);
}

std::string Life::stored() const { return codec::to_stored(member_); }

std::string Life::replayed(const std::string& snapshot, std::size_t from,
                           const std::vector<MemberFact>& facts) {
  Member member;
  codec::Reader in(snapshot);
  if (!codec::read_stored(in, member)) return "the snapshot cannot be read";
  for (std::size_t i = from; i < facts.size(); ++i) {
    const std::string bytes = codec::to_stored(facts[i].event);
    MemberEvent event;
    codec::Reader fact(bytes);
    if (!codec::read_stored(fact, event)) return "a fact cannot be read";
    evolve(member, facts[i].at, event);
  }
  return codec::to_stored(member);
}

std::string Life::broken_law() {
  std::map<CurrencyId, std::int64_t> sums;
  for (; accounted_ < history_.size(); ++accounted_) {
    const auto moved = transfer_of(history_[accounted_].event, member_.id, catalogue());
    if (!moved) continue;
    if (moved->points <= Points{0}) return "a transfer moves at least one point";
    accounts_[{moved->currency, moved->from}] -= moved->points.value;
    accounts_[{moved->currency, moved->to}] += moved->points.value;
  }
  for (const auto& [account, points] : accounts_) sums[account.first] += points;
  for (const auto& [currency, sum] : sums) {
    if (sum != 0) return "all accounts of a currency sum to zero";
  }
  for (const Purse& purse : member_.purses) {
    const auto account = [&](const char* name) {
      return domain::Points{accounts_[{purse.currency, "member:ada:" + std::string(name)}]};
    };
    if (account("available") != purse.available) return "the available account is the balance";
    if (account("escrow") != purse.escrowed()) return "the escrow account is what is held back";
    domain::Points held;
    for (const Hold& hold : member_.set_aside) {
      if (hold.currency == purse.currency) held += hold.points;
    }
    if (account("held") != held) return "the account of holds is what is set aside";
    if (purse.qualifying) continue;
    domain::Points sum;
    for (const domain::Lot& lot : purse.lots) sum += lot.remaining;
    if (sum - purse.owed() != purse.available) return "lots less arrears are the balance";
  }
  return {};
}

std::string Life::broken_history() const {
  return support::broken_invariant(member_, history_, catalogue());
}

}  // namespace loyalty::model
