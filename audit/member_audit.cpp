// SPDX-License-Identifier: Apache-2.0
#include "audit/member_audit.hpp"

#include <algorithm>

#include "actors/entity_key.hpp"
#include "audit/answer_audit.hpp"
#include "codec/stored_entities.hpp"
#include "domain/ledger/ledger.hpp"
#include "domain/member/settle.hpp"

namespace loyalty::audit {

using namespace domain;

namespace {

/// Facts that only a command states. All others also come by themselves when their time is due
/// (domain/member/settle.hpp), so they may stand beside a refusal.
template <class Event>
constexpr bool needs_a_command =
    std::is_same_v<Event, MemberEnrolled> || std::is_same_v<Event, JournalRecorded> ||
    std::is_same_v<Event, PointsScheduled> || std::is_same_v<Event, PointsDebited> ||
    std::is_same_v<Event, PromotionEnrolled> || std::is_same_v<Event, PromotionLeft> ||
    std::is_same_v<Event, ProgressUpdated> || std::is_same_v<Event, MilestoneReached> ||
    std::is_same_v<Event, PromotionCompleted> || std::is_same_v<Event, RewardIssued> ||
    std::is_same_v<Event, VoucherUsed> || std::is_same_v<Event, VoucherCancelled> ||
    std::is_same_v<Event, RedemptionMade> || std::is_same_v<Event, PartnerLiabilityArisen> ||
    std::is_same_v<Event, JournalReversed> || std::is_same_v<Event, MemberStatusChanged> ||
    std::is_same_v<Event, SegmentsChanged> || std::is_same_v<Event, CapUsed> ||
    std::is_same_v<Event, EscrowCancelled> || std::is_same_v<Event, ScheduledCancelled> ||
    std::is_same_v<Event, ArrearsCreated> || std::is_same_v<Event, PointsClawedBack> ||
    std::is_same_v<Event, ClawbackWaived> || std::is_same_v<Event, PointsHeld> ||
    std::is_same_v<Event, PointsReinstated> || std::is_same_v<Event, TierOverridden> ||
    std::is_same_v<Event, VoucherReserved> || std::is_same_v<Event, RedemptionCancelled> ||
    std::is_same_v<Event, RewardWithheld> || std::is_same_v<Event, CompletionRevoked> ||
    std::is_same_v<Event, BenefitWon> || std::is_same_v<Event, RewardReturned> ||
    std::is_same_v<Event, BenefitRevoked>;

bool is_commanded(const MemberEvent& event) {
  if (const auto* credit = get_if<PointsCredited>(&event)) return credit->scheduled == 0;
  if (const auto* credit = get_if<PointsEscrowed>(&event)) return credit->scheduled == 0;
  // A benefit that comes with a tier may bring one, also when the tier is kept at its time.
  if (const auto* voucher = get_if<VoucherIssued>(&event)) {
    return voucher->journal != 0 || voucher->promotion;
  }
  return visit([]<class Event>(const Event&) { return needs_a_command<Event>; }, event);
}

std::string name_of_fact(const MemberEvent& event) {
  return visit([](const auto& e) { return std::string(e.name); }, event);
}

/// "member:ada:available" is "members", "member:ada:held" is "members:held".
std::string shared_account(const std::string& account) {
  if (!account.starts_with("member:")) return account;
  const std::string part = account.substr(account.rfind(':'));
  return part == ":available" ? members_account : members_account + part;
}

std::string ms_text(Instant at) { return std::to_string(at.ms) + " ms"; }

}  // namespace

/// One overload per fact of which more is known than that it can be applied.
struct MemberAudit::Facts {
  MemberAudit& audit;
  Instant at;
  Sequence sequence;
  const Place& place;

  void operator()(const MemberEnrolled& e) const { audit.last_activity_ = e.day; }
  void operator()(const JournalRecorded& e) const {
    if (e.restarts_clock) audit.last_activity_ = std::max(audit.last_activity_, e.day);
    audit.journals_.push_back(sequence);
  }
  void operator()(const PointsScheduled& e) const { audit.scheduled_.emplace(sequence, e); }
  void operator()(const ScheduledCancelled& e) const {
    const auto promised = audit.scheduled_.find(e.scheduled);
    if (promised == audit.scheduled_.end() || promised->second.points < e.points) {
      place.report(Invariant::double_entry, "to cancel points that were to come",
                   std::to_string(e.points.value) + " of " + std::to_string(e.scheduled));
      return;
    }
    promised->second.points -= e.points;
    if (promised->second.points == Points{0}) audit.scheduled_.erase(promised);
  }
  void operator()(const PointsCredited& e) const {
    if (e.scheduled != 0) fulfil(e);
    book(e);
  }
  void operator()(const PointsEscrowed& e) const {
    if (e.scheduled != 0) fulfil(e);
    book(e);
  }
  void operator()(const VoucherIssued& e) const {
    audit.vouchers_[sequence] = {e.value, e.expires};
  }
  void operator()(const VoucherUsed& e) const {
    const auto open = audit.vouchers_.find(e.voucher);
    if (open == audit.vouchers_.end()) return no_voucher(e.voucher);
    if (open->second.expires <= at) {
      place.report(Invariant::time, "a voucher used before it expires",
                   "used at " + ms_text(at) + ", expired at " + ms_text(open->second.expires));
    }
    const Money left = open->second.remaining - e.value;
    if (e.remaining != left || e.spent != (left == Money{0})) {
      place.report(Invariant::double_entry,
                   "a voucher with " + std::to_string(left.value) + " left",
                   std::to_string(e.remaining.value) + (e.spent ? ", spent" : ""));
    }
    if (left < Money{0}) {
      place.report(Invariant::no_debt, "a voucher used for no more than is left of it",
                   std::to_string(left.value) + " left");
    }
    open->second.remaining = left;
    if (e.spent) audit.vouchers_.erase(open);
  }
  void operator()(const VoucherExpired& e) const {
    const auto open = audit.vouchers_.find(e.voucher);
    if (open == audit.vouchers_.end()) return no_voucher(e.voucher);
    if (open->second.expires > at) {
      place.report(Invariant::time, "a voucher not to expire before its time",
                   "expired at " + ms_text(at) + ", due at " + ms_text(open->second.expires));
    }
    audit.vouchers_.erase(open);
  }
  void operator()(const VoucherCancelled& e) const {
    if (audit.vouchers_.erase(e.voucher) == 0) no_voucher(e.voucher);
  }
  void operator()(const VoucherReserved& e) const {
    if (!audit.vouchers_.contains(e.voucher)) no_voucher(e.voucher);
  }
  void operator()(const RedemptionCancelled& e) const {
    // The answer names the redemption's own journal, which an earlier record made.
    audit.journals_.push_back(e.journal);
    book(e);
  }
  void operator()(const PartnerLiabilityArisen& e) const {
    audit.liabilities_.emplace_back(sequence, e);
    audit.liability_times_.push_back(at);
  }
  void operator()(const PointsSent& e) const {
    audit.sent_.emplace_back(sequence, e.to, e.points);
    book(e);
  }
  template <class Fact>
  void operator()(const Fact& e) const {
    if constexpr (requires { book(e); }) book(e);
  }

 private:
  /// Facts that move points are booked a second time.
  template <class Fact>
  auto book(const Fact& e) const
      -> decltype(std::declval<LotBook&>().book(std::declval<const LotBook::Entry&>(), e)) {
    Instant lapsed = never;
    if constexpr (std::is_same_v<Fact, PointsExpired>) {
      // Who leaves loses what is left, whenever it would have expired.
      lapsed = audit.leaves_ ? at : audit.lapse(e.currency);
    }
    audit.lots_.book({at, sequence, lapsed, place}, e);
  }

  void fulfil(const auto& e) const {
    const auto promised = audit.scheduled_.find(e.scheduled);
    if (promised == audit.scheduled_.end()) {
      place.report(Invariant::double_entry, "a scheduled credit to be made once",
                   "a credit for " + std::to_string(e.scheduled) + ", which is not scheduled");
      return;
    }
    const PointsScheduled& what = promised->second;
    if (what.points != e.points || what.currency != e.currency || what.journal != e.journal) {
      place.report(Invariant::double_entry,
                   "the credit that was scheduled, " + std::to_string(what.points.value),
                   std::to_string(e.points.value));
    }
    if (what.due != never && at < what.due) {
      place.report(Invariant::time, "a credit not before " + ms_text(what.due),
                   "one at " + ms_text(at));
    }
    audit.scheduled_.erase(promised);
  }

  void no_voucher(Sequence voucher) const {
    place.report(Invariant::lots, "a voucher that can still be used",
                 "voucher " + std::to_string(voucher) + ", which cannot");
  }
};

MemberAudit::MemberAudit(const actors::MemberEntity& state, AuditContext context)
    : state_(state), context_(context), counter_(state.key()) {
  const auto known = context_.programs.find(actors::program_of(state.key()));
  if (known != context_.programs.end()) program_ = &known->second;
}

void MemberAudit::before(const actors::RecordView& record, const Place& place) {
  journals_.clear();
  liabilities_.clear();
  liability_times_.clear();
  sent_.clear();
  check_version(record, place);
  catalogue_ = program_ ? program_->version(record.version) : nullptr;
  // Where it cannot be counted, something else is found to be wrong with it.
  if (catalogue_ != nullptr) {
    (void)counter_.take(record, *catalogue_, context_.reports[program_->id()]);
  }

  std::vector<std::pair<Instant, MemberEvent>> facts;
  const bool good = actors::decode_facts<MemberEvent>(
      record, [&](Instant at, const MemberEvent& event) { facts.emplace_back(at, event); });
  leaves_ = std::ranges::any_of(facts, [](const auto& fact) {
    const auto* changed = get_if<MemberStatusChanged>(&fact.second);
    return changed != nullptr && has_left(changed->status);
  });
  accepted_ = record.kind == actors::OutcomeKind::result;
  const Instant newest = std::max(record.at, last_fact_);
  for (const auto& [at, event] : facts) check(event, at, newest, place);
  if (!good) place.report(Invariant::replay, "facts that can be read", "other bytes");
  check_owed(record, place);
}

void MemberAudit::check(const MemberEvent& event, Instant at, Instant newest, const Place& place) {
  ++sequence_;
  ++context_.totals.facts;
  if (at < last_fact_ || at > newest) {
    place.report(Invariant::time,
                 "fact " + std::to_string(sequence_) + " between " + ms_text(last_fact_) + " and " +
                     ms_text(newest),
                 "one of " + ms_text(at));
  }
  last_fact_ = std::max(last_fact_, at);
  if (const auto* taken = get_if<DeliveriesTaken>(&event)) {
    accepted_ = true;
    context_.effects.booked(state_.key(), taken->cursor,
                            {taken->deliveries.begin(), taken->deliveries.end()});
  }
  if (!accepted_ && is_commanded(event)) {
    place.report(Invariant::refusals, "no effect of what was refused or not asked",
                 name_of_fact(event));
  }
  if (catalogue_ != nullptr) {
    if (const auto transfer = transfer_of(event, state_.member().id, *catalogue_)) {
      const auto* received = get_if<PointsReceived>(&event);
      post(*transfer, received != nullptr && !received->returned);
    }
  }
  visit(Facts{*this, at, sequence_, place}, event);
}

void MemberAudit::post(const Transfer& transfer, bool told_by_sender) {
  const std::string available = "member:" + state_.member().id + ":available";
  if (transfer.from == available) ledger_[transfer.currency] -= transfer.points;
  if (transfer.to == available) ledger_[transfer.currency] += transfer.points;
  if (told_by_sender) return;
  auto& accounts = context_.totals.programs[catalogue_->id]
                       .currencies[std::string(catalogue_->text(transfer.currency))]
                       .accounts;
  accounts[shared_account(transfer.from)] -= transfer.points;
  accounts[shared_account(transfer.to)] += transfer.points;
}

void MemberAudit::after(const actors::RecordView& record, const Place& place) {
  check_purses(state_.member(), place);
  lots_.compare(state_.member(), place);
  if (program_ != nullptr) {
    check_answer(record, state_.member(), program_->symbols(), catalogue_, journals_, place);
  }
  check_due(record, place);
}

void MemberAudit::check_due(const actors::RecordView& record, const Place& place) const {
  if (catalogue_ == nullptr) return;
  const Instant now = std::max(record.at, last_fact_);
  const Instant due = next_due(state_.member(), *catalogue_, {});
  if (due <= now) {
    place.report(Invariant::time, "everything done that was due by " + ms_text(now),
                 "something left of " + ms_text(due));
  }
}

void MemberAudit::check_snapshot(const actors::Entity& snapshot, const Place& place) {
  check_purses(static_cast<const actors::MemberEntity&>(snapshot).member(), place);
}

void MemberAudit::finish(const Place& place) {
  if (program_ == nullptr) {
    place.report(Invariant::replay, "the program of this member", "no such program");
    return;
  }
  const Member& member = state_.member();
  if (catalogue_ != nullptr && !waits_for_batch(member, {})) {
    const Instant due = next_due(member, *catalogue_, {});
    if (state_.due_ms() != (due == never ? 0 : due.ms)) {
      place.report(Invariant::replay, "to be woken at " + ms_text(due),
                   "at " + std::to_string(state_.due_ms()) + " ms");
    }
  }
  auto& totals = context_.totals.programs[program_->id()];
  if (member.exists) ++totals.members;
  for (const auto& purse : member.purses) {
    auto& sums = totals.currencies[std::string(program_->symbols().name(purse.currency.number))];
    sums.outstanding += purse.available;
    const Points booked = ledger_[purse.currency];
    if (booked != purse.available) {
      place.report(Invariant::double_entry,
                   "an account of " + std::to_string(booked.value) + " points",
                   std::to_string(purse.available.value));
    }
  }
  for (const auto& pending : member.pending) {
    totals.currencies[std::string(program_->symbols().name(pending.what.currency.number))]
        .scheduled += pending.what.points;
  }
}

void MemberAudit::check_version(const actors::RecordView& record, const Place& place) const {
  if (program_ == nullptr || program_->version(record.version) != nullptr) return;
  place.report(Invariant::replay,
               "a version of the program from 1 to " + std::to_string(program_->state().version),
               "version " + std::to_string(record.version));
}

void MemberAudit::check_owed(const actors::RecordView& record, const Place& place) {
  std::vector<actors::OutboxEntry> owed;
  codec::Reader in(record.owed);
  if (!codec::read_stored(in, owed) || !in.at_end()) {
    place.report(Invariant::partner_ledgers, "effects that can be read", "other bytes");
    return;
  }
  std::size_t liabilities = 0;
  bool same = true;
  std::vector<std::tuple<Sequence, std::string, Points>> sent;
  for (const auto& [destination, effect] : owed) {
    context_.effects.owed(static_cast<persistence::ShardId>(place.shard), destination, effect);
    if (const auto* delivery = get_if<MemberDelivery>(&effect)) {
      Points points;
      for (const auto& lot : delivery->lots) points += lot.remaining;
      if (!delivery->lots.empty() && !delivery->returned) {
        sent.emplace_back(delivery->sent, delivery->to, points);
      }
      continue;
    }
    const auto* found = get_if<PartnerEntry>(&effect);
    if (found == nullptr) continue;
    same = same && liabilities < liabilities_.size();
    if (!same) continue;
    const PartnerEntry& entry = *found;
    const std::size_t i = liabilities++;
    const auto& [fact, liability] = liabilities_[i];
    same = entry.partner == liability.partner && entry.member == state_.member().id &&
           entry.journal == liability.journal && entry.fact == fact &&
           entry.currency == liability.currency && entry.points == liability.points &&
           entry.money == liability.money && entry.at == liability_times_[i];
    if (program_ != nullptr) {
      same = same && destination == actors::partner_key(program_->id(), program_->symbols().name(
                                                                            entry.partner.number));
    }
  }
  if (sent != sent_) {
    place.report(
        Invariant::effects_once,
        "one delivery for each of " + std::to_string(sent_.size()) + " transfers, the same",
        std::to_string(sent.size()) + " deliveries that differ");
  }
  if (!same || liabilities != liabilities_.size()) {
    place.report(
        Invariant::partner_ledgers,
        "one effect for each of " + std::to_string(liabilities_.size()) + " liabilities, the same",
        std::to_string(liabilities) + " effects that differ");
  }
}

Instant MemberAudit::lapse(CurrencyId currency) const {
  const Currency* known = catalogue_ ? catalogue_->currency(currency) : nullptr;
  if (known == nullptr || known->expiry != ExpiryModel::activity) return never;
  return catalogue_->zone.start_of(add(last_activity_, known->expiry_period));
}

}  // namespace loyalty::audit
