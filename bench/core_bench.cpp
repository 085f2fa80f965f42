// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <random>
#include <utility>

#include "bench/allocations.hpp"
#include "bench/core_program.hpp"

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

namespace loyalty::bench {
namespace {

using namespace domain;

constexpr std::int64_t day_ms = 86'400'000;
constexpr int visits = 1 << 16;

/// Half of its promotions are for coffee.
ProgramDefinition bench_program() {
  ProgramDefinition program = plain_program();
  for (int i = 0; i < 6; ++i) {
    program.promotions.push_back(promotion(i));
    if (i % 2 == 1) program.promotions.back().when.categories = {"coffee"};
  }
  return program;
}

std::vector<std::size_t> random_visits(std::size_t members) {
  std::mt19937 random(1);
  std::vector<std::size_t> order(visits);
  for (auto& place : order) place = random() % members;
  return order;
}

/// One command after the other on random members. So that members do not grow without end, each
/// is replaced by its first state after every 16 commands it saw on average.
template <class MakeCommand>
void run_commands(benchmark::State& state, MakeCommand make_command) {
  const auto view = view_of_program(bench_program());
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
  const auto view = view_of_program(bench_program());
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
  const auto view = view_of_program(bench_program());
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
}  // namespace loyalty::bench
