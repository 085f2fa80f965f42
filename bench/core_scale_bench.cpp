// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>

#include "bench/allocations.hpp"
#include "bench/core_program.hpp"

/// What a command costs as the program or the member grows while its own work stays the same.
///
///   purchase_of_promotions/N   a purchase that advances 3 of N active promotions; the others are
///                              for other categories, products, partners, channels, tiers,
///                              segments, amounts and seasons
///   purchase_of_rules/N        a purchase to which 3 of N rules apply
///   redeem_of_lots/N           a redemption that takes points of 2 of the member's N lots

namespace loyalty::bench {
namespace {

using namespace domain;

/// Makes a condition not hold for the purchases of this file, each time for another reason.
void ask_for_something_else(ConditionDefinition& when, int number) {
  const std::string name = std::to_string(number);
  switch (number % 8) {
    case 0: when.categories = {"category-" + name}; break;
    case 1: when.products = {"product-" + name, "product-" + std::to_string(number + 1)}; break;
    case 2: when.partners = {partner_name(1 + number % (partner_count - 1))}; break;
    case 3: when.channels = {"channel-" + name}; break;
    case 4: when.tiers = {"gold"}; break;
    case 5: when.segments = {"segment-" + name}; break;
    case 6: when.min_amount = 1'000'000; break;
    default: when.until = "2025-0" + std::to_string(1 + number % 9) + "-01"; break;
  }
}

ProgramDefinition with_promotions(int count) {
  ProgramDefinition program = plain_program();
  for (int i = 0; i < count; ++i) {
    program.promotions.push_back(promotion(i));
    if (i >= 3) ask_for_something_else(program.promotions.back().when, i);
  }
  // Those that match stand anywhere.
  if (count > 3)
    std::swap(program.promotions[1], program.promotions[program.promotions.size() / 2]);
  if (count > 3) std::swap(program.promotions[2], program.promotions.back());
  return program;
}

ProgramDefinition with_rules(int count) {
  ProgramDefinition program = plain_program();
  program.rules.resize(2);
  for (int i = 2; i < count; ++i) {
    program.rules.push_back(
        rule("rule-" + std::to_string(i), "purchase", "points", Crediting::real_time));
    if (i >= 3) ask_for_something_else(program.rules.back().when, i);
  }
  return program;
}

/// Purchases of 256 members in turn, each replaced by its first state after 16 of them.
void purchase_in(benchmark::State& state, const ProgramDefinition& program) {
  const auto view = view_of_program(program);
  const auto fresh = crowd(*view, 256);
  auto members = fresh;
  const MemberContext context{view->catalogue, view->batch_runs, start};
  const MemberCommand command =
      Purchase{.amount = 1'234, .category = "tea", .product = {}, .partner = partner_name(0)};
  AllocationCount count;
  std::size_t done = 0;
  for (auto _ : state) {
    if (done > 0 && done % (16 * members.size()) == 0) {
      state.PauseTiming();
      members = fresh;
      state.ResumeTiming();
    }
    count.begin();
    auto outcome = execute(members[done++ % members.size()], command, context);
    benchmark::DoNotOptimize(outcome);
    count.end();
    if (!outcome.result) return state.SkipWithError(outcome.result.error().detail.c_str());
  }
  count.report(state);
}

void purchase_of_promotions(benchmark::State& state) {
  purchase_in(state, with_promotions(static_cast<int>(state.range(0))));
}
BENCHMARK(purchase_of_promotions)->Arg(3)->Arg(1'000);

void purchase_of_rules(benchmark::State& state) {
  purchase_in(state, with_rules(static_cast<int>(state.range(0))));
}
BENCHMARK(purchase_of_rules)->Arg(3)->Arg(1'000);

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void redeem_of_lots(benchmark::State& state) {
  const auto view = view_of_program(plain_program());
  const MemberContext context{view->catalogue, view->batch_runs, start};
  Member saver = enrolled(*view, 0);
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    must(saver, CreditPoints{.points = 10}, context);
  }
  // 15 points of lots of 10: two lots each time. Only these are timed, by the processor time of the
  // thread, and after a first one: copying a long list leaves its front out of the cache.
  constexpr int redemptions = 5;
  const MemberCommand command = Redeem{.offer = "mug", .quantity = 3};
  AllocationCount count;
  for (auto _ : state) {
    Member member = saver;
    must(member, command, context);
    count.begin();
    const double begin = thread_seconds();
    for (int i = 0; i < redemptions; ++i) {
      auto outcome = execute(member, command, context);
      benchmark::DoNotOptimize(outcome);
    }
    state.SetIterationTime((thread_seconds() - begin) / redemptions);
    count.end();
    if (member.balance(view->catalogue.primary) != Points{10 * state.range(0) - 90}) {
      return state.SkipWithError("not every redemption was accepted");
    }
  }
  count.report(state, redemptions);
}
BENCHMARK(redeem_of_lots)->Arg(10)->Arg(10'000)->UseManualTime();

}  // namespace
}  // namespace loyalty::bench
