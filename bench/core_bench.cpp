// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "domain/member/execute.hpp"
#include "domain/program/program.hpp"

/// The domain core alone: settle, decide and evolve, without decoding, journal or reply.
///
///   purchase         W1: a purchase at one of 50 partners by one of N members; it advances
///                    three of six promotions; two rules, a tier ladder, a partner liability
///   redeem           W2: spends a few points on an offer, with its trace
///   settle_due       a member woken at a midnight at which a credit, a tier, a reset and the
///                    expiry of a lot are due
///   wake_idle        a member woken with nothing due
///
/// `allocs/op` counts operator new. Members are visited in a random order.

namespace {

std::atomic<std::int64_t> allocations{0};

}  // namespace

void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace loyalty::domain {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr Instant start{1'767'639'600'000};  // 5 January 2026, 19:00 UTC
constexpr int partner_count = 50;
constexpr int visits = 1 << 16;

std::string partner_name(int number) { return "partner-" + std::to_string(number); }

RuleDefinition rule(const char* id, const char* activity, const char* currency, Crediting when) {
  RuleDefinition result;
  result.id = id;
  result.when.activities = {activity};
  result.currency = currency;
  result.rate = one;
  result.crediting = when;
  return result;
}

PromotionDefinition promotion(int number) {
  PromotionDefinition result;
  result.id = "promotion-" + std::to_string(number);
  result.when.activities = {"purchase"};
  if (number % 2 == 1) result.when.categories = {"coffee"};
  result.target = 10'000'000;
  result.milestones = {{MilestoneKind::percent, 50}};
  result.reward.points = 100;
  result.repeatable = true;
  return result;
}

ProgramDefinition bench_program() {
  ProgramDefinition program;
  program.id = "bench";
  program.active = true;
  program.currencies = {{.id = "points",
                         .name = "",
                         .kind = CurrencyKind::non_qualifying,
                         .expiry = ExpiryModel::fixed,
                         .expiry_period = {1, PeriodUnit::years},
                         .primary = true},
                        {.id = "stars",
                         .name = "",
                         .kind = CurrencyKind::qualifying,
                         .expiry = ExpiryModel::none,
                         .expiry_period = {},
                         .primary = false}};
  TierGroupDefinition group;
  group.id = "club";
  group.model = TierModel::fixed;
  group.qualification_period = {1, PeriodUnit::years};
  group.tier_period = {1, PeriodUnit::years};
  group.currencies = {"stars"};
  group.tiers = {{"silver", "", {{"stars", 0}}}, {"gold", "", {{"stars", 5'000}}}};
  program.tier_groups = {group};
  program.benefit_types = {{"shipping", "", true}};
  program.benefits = {{"ground", "", "shipping", 2, {"silver"}},
                      {"express", "", "shipping", 1, {"gold"}}};
  program.rules = {rule("base", "purchase", "points", Crediting::real_time),
                   rule("stars", "purchase", "stars", Crediting::real_time),
                   rule("review", "review", "points", Crediting::next_day)};
  program.rules[0].multipliers = {{"gold", Decimal{15, 1}}};
  program.rules[2].measure = Measure::journals;
  OfferDefinition mug;
  mug.id = "mug";
  mug.currency = "points";
  mug.cost = 5;
  program.offers = {mug};
  for (int i = 0; i < 6; ++i) program.promotions.push_back(promotion(i));
  for (int i = 0; i < partner_count; ++i) {
    PartnerDefinition partner;
    partner.id = partner_name(i);
    PartnerRateDefinition rate;
    rate.currency = "points";
    rate.accrual_price = Decimal{1, 2};
    rate.redemption_price = Decimal{1, 2};
    partner.rates = {rate};
    program.partners.push_back(partner);
  }
  return program;
}

std::shared_ptr<const ProgramView> bench_view() {
  Program program;
  program.id = "bench";
  if (!execute(program, ApplyProgram{bench_program()}, start).result) std::abort();
  return view_of(program);
}

/// Runs a command that must be accepted.
MemberOutcome must(Member& member, const MemberCommand& command, const MemberContext& context) {
  auto outcome = execute(member, command, context);
  if (!outcome.result) std::abort();
  return outcome;
}

Member enrolled(const ProgramView& view, int number) {
  Member member;
  member.id = "m-" + std::to_string(number);
  must(member, EnrollMember{}, {view.catalogue, view.batch_runs, start});
  return member;
}

std::vector<Member> crowd(const ProgramView& view, std::int64_t size) {
  std::vector<Member> members;
  members.reserve(static_cast<std::size_t>(size));
  for (std::int64_t i = 0; i < size; ++i) {
    members.push_back(enrolled(view, static_cast<int>(i)));
    must(members.back(), CreditPoints{.points = 100'000}, {view.catalogue, view.batch_runs, start});
  }
  return members;
}

std::vector<std::size_t> random_visits(std::size_t members) {
  std::mt19937 random(1);
  std::vector<std::size_t> order(visits);
  for (auto& place : order) place = random() % members;
  return order;
}

/// Counts allocations of the measured part of an iteration.
class AllocationCount {
 public:
  void begin() { before_ = allocations.load(std::memory_order_relaxed); }
  void end() { sum_ += allocations.load(std::memory_order_relaxed) - before_; }
  void report(benchmark::State& state) const {
    state.counters["allocs/op"] =
        benchmark::Counter(static_cast<double>(sum_) / static_cast<double>(state.iterations()));
  }

 private:
  std::int64_t before_ = 0;
  std::int64_t sum_ = 0;
};

/// One command after the other on random members. So that members do not grow without end, each
/// is replaced by its first state after every 16 commands it saw on average.
template <class MakeCommand>
void run_commands(benchmark::State& state, MakeCommand make_command) {
  const auto view = bench_view();
  const auto fresh = crowd(*view, state.range(0));
  auto members = fresh;
  const auto order = random_visits(members.size());
  std::vector<MemberCommand> commands;
  for (int i = 0; i < 1'024; ++i) commands.push_back(make_command(i));
  const std::int64_t lifetime = 16 * state.range(0);
  AllocationCount count;
  std::int64_t done = 0;
  for (auto _ : state) {
    if (done > 0 && done % lifetime == 0) {
      state.PauseTiming();
      members = fresh;
      state.ResumeTiming();
    }
    const auto n = static_cast<std::size_t>(done++);
    Member& member = members[order[n % visits]];
    count.begin();
    auto outcome =
        execute(member, commands[n % commands.size()], {view->catalogue, view->batch_runs, start});
    benchmark::DoNotOptimize(outcome);
    count.end();
    if (!outcome.result) return state.SkipWithError(outcome.result.error().detail.c_str());
  }
  count.report(state);
  state.SetItemsProcessed(state.iterations());
}

void purchase(benchmark::State& state) {
  run_commands(state, [](int i) {
    return Purchase{.amount = 100 + i, .partner = partner_name(i % partner_count)};
  });
}
BENCHMARK(purchase)->Arg(100)->Arg(100'000);

void redeem(benchmark::State& state) {
  run_commands(state, [](int i) { return Redeem{.offer = "mug", .quantity = 1 + i % 3}; });
}
BENCHMARK(redeem)->Arg(100)->Arg(100'000);

void settle_due(benchmark::State& state) {
  const auto view = bench_view();
  const Zone& zone = view->catalogue.zone;
  Member member = enrolled(*view, 0);
  const auto at = [&](const char* day, std::int64_t ms) {
    return MemberContext{view->catalogue, view->batch_runs,
                         Instant{zone.start_of(*parse_day(day)).ms + ms}};
  };
  must(member, CreditPoints{.currency = "stars", .points = 6'000}, at("2026-03-10", 0));
  must(member, CreditPoints{.points = 50}, at("2027-01-01", 0));
  must(member, CreditPoints{.currency = "stars", .points = 10}, at("2027-01-01", 0));
  must(member, Review{}, at("2027-12-31", day_ms / 2));
  const MemberContext midnight = at("2028-01-01", 0);
  AllocationCount count;
  for (auto _ : state) {
    state.PauseTiming();
    Member sleeper = member;
    state.ResumeTiming();
    count.begin();
    auto outcome = execute(sleeper, Wake{}, midnight);
    benchmark::DoNotOptimize(outcome);
    count.end();
    if (outcome.facts.size() < 5) return state.SkipWithError("not everything was due");
  }
  count.report(state);
}
BENCHMARK(settle_due);

void wake_idle(benchmark::State& state) {
  const auto view = bench_view();
  Member member = crowd(*view, 1).front();
  AllocationCount count;
  for (auto _ : state) {
    count.begin();
    auto outcome = execute(member, Wake{}, {view->catalogue, view->batch_runs, start});
    benchmark::DoNotOptimize(outcome);
    count.end();
  }
  count.report(state);
}
BENCHMARK(wake_idle);

}  // namespace
}  // namespace loyalty::domain
