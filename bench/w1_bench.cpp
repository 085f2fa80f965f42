// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <boost/variant2/variant.hpp>
#include <chrono>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "api/call.hpp"
#include "bench/allocations.hpp"
#include "bench/baselines/limit/w1_core.hpp"
#include "bench/core_program.hpp"
#include "codec/wire.hpp"
#include "codec/writer.hpp"
#include "config/program_loader.hpp"
#include "net/frame.hpp"
#include "net/frame_scanner.hpp"
#include "net/outgoing.hpp"

/// The steps of a purchase of bench/w1.toml, each alone, on one thread.
///
///   w1_purchase/N          settle, decide, evolve: a purchase by one of N members
///   w1_purchase_by_hand/N  the same rules written by hand: what the memory of this machine allows
///   w1_decode              the bytes of a request to the call that a shard runs
///   w1_encode              the result of a purchase to the bytes of the reply
namespace loyalty::bench {
namespace {

using namespace domain;

constexpr std::size_t visits = 1U << 16U;

const ProgramView& w1_program() {
  static const auto view = [] {
    const auto loaded = config::load_program(LOYALTY_BENCH_PROGRAM);
    if (!loaded) std::abort();
    return view_of_program(loaded->definition);
  }();
  return *view;
}

MemberContext now(std::int64_t milliseconds = 0) {
  const ProgramView& view = w1_program();
  return {view.catalogue, view.batch_runs, Instant{start.ms + milliseconds}};
}

Purchase random_purchase(std::mt19937& random) {
  const auto partner = random() % 50;
  Purchase purchase;
  purchase.amount = 100 + static_cast<std::int64_t>(random() % 19'901);
  purchase.partner = (partner < 10 ? "p0" : "p") + std::to_string(partner);
  return purchase;
}

std::vector<Member> enrolled_members(std::size_t count) {
  // A benchmark is begun several times, and enrolling takes longer than what is measured.
  static std::map<std::size_t, std::vector<Member>> made;
  if (const auto found = made.find(count); found != made.end()) return found->second;
  std::vector<Member> members(count);
  for (std::size_t i = 0; i < count; ++i) {
    members[i].id = "M" + std::to_string(i);
    must(members[i], EnrollMember{}, now());
  }
  made[count] = members;
  return members;
}

void w1_purchase(benchmark::State& state) {
  auto members = enrolled_members(static_cast<std::size_t>(state.range(0)));
  std::mt19937 random(1);
  std::vector<std::size_t> order(visits);
  std::vector<MemberCommand> commands;
  for (auto& place : order) place = random() % members.size();
  for (int i = 0; i < 1'024; ++i) commands.emplace_back(random_purchase(random));
  AllocationCount count;
  std::size_t done = 0;
  for (auto _ : state) {
    count.begin();
    // A minute later each time, so lots of many days gather as in a year of a shop.
    auto outcome = execute(members[order[done % visits]], commands[done % commands.size()],
                           now(static_cast<std::int64_t>(done)));
    benchmark::DoNotOptimize(outcome);
    count.end();
    ++done;
    if (!outcome.result) return state.SkipWithError("refused");
  }
  count.report(state);
}
BENCHMARK(w1_purchase)->Arg(100)->Arg(100'000);

void w1_purchase_by_hand(benchmark::State& state) {
  const auto members = static_cast<std::uint32_t>(state.range(0));
  w1::Core core(members, std::size_t{1} << 24U);
  std::mt19937 random(1);
  std::vector<std::uint32_t> order(visits);
  std::vector<std::string> names;
  for (auto& place : order) place = static_cast<std::uint32_t>(random() % members);
  for (const auto place : order) {
    const std::string digits = std::to_string(place);
    names.push_back("M" + std::string(9 - digits.size(), '0') + digits);
  }
  std::string key = "T00000000-00000000000000";
  std::uint64_t done = 0;
  for (auto _ : state) {
    const std::string& name = names[done % visits];
    for (std::uint64_t i = 0, rest = ++done; i < 10; ++i, rest /= 10) {
      key[23 - i] = static_cast<char>('0' + rest % 10);
    }
    w1::Record record;
    const auto member = core.find(name, w1::hash_of(name).a);
    benchmark::DoNotOptimize(core.purchase(w1::hash_of(key), member,
                                           static_cast<std::int32_t>(100 + done % 19'901),
                                           static_cast<std::uint32_t>(done % 50), 20'100, record));
    benchmark::DoNotOptimize(record);
  }
}
BENCHMARK(w1_purchase_by_hand)->Arg(100)->Arg(100'000);

/// As the load generator sends it.
std::string purchase_request() {
  codec::Writer out;
  out.array(4);
  out.integer(0);
  out.integer(123'456);
  out.string("purchase");
  out.array(1);
  out.map(4);
  out.string("member");
  out.string("M000012345");
  out.string("key");
  out.string("T0123abcd-0000000000abcd");
  out.string("amount");
  out.integer(12'345);
  out.string("partner");
  out.string("p07");
  return out.take();
}

void w1_decode(benchmark::State& state) {
  const std::string request = purchase_request();
  net::FrameScanner scanner({.bytes = 65'536, .elements = 1'024, .nesting = 12});
  const auto at = std::chrono::steady_clock::now();
  AllocationCount count;
  for (auto _ : state) {
    count.begin();
    std::size_t end = 0;
    if (scanner.scan(request, end) != net::Verdict::complete) return state.SkipWithError("scan");
    const net::Frame frame = net::read_frame({request.data(), end});
    const auto* parsed = get_if<net::Request>(&frame);
    if (parsed == nullptr) return state.SkipWithError("no request");
    auto call = api::decode_call(parsed->method, parsed->params, at);
    if (!call) return state.SkipWithError("no call");
    benchmark::DoNotOptimize(call);
    count.end();
  }
  count.report(state);
}
BENCHMARK(w1_decode);

void w1_encode(benchmark::State& state) {
  Member member = enrolled_members(1).front();
  std::mt19937 random(1);
  const auto outcome = must(member, random_purchase(random), now());
  std::string out;
  AllocationCount count;
  std::size_t size = 0;
  for (auto _ : state) {
    count.begin();
    out.clear();
    net::append_reply(out, {123'456, api::Result{.body = codec::to_wire(*outcome.result)}},
                      net::ErrorForm::triple);
    benchmark::DoNotOptimize(out.data());
    count.end();
    size = out.size();
  }
  count.report(state);
  state.counters["bytes"] = static_cast<double>(size);
}
BENCHMARK(w1_encode);

// The same so often exactly, for bench/instructions.
constexpr int counted = 2'000;
BENCHMARK(w1_purchase)->Name("counted_purchase")->Arg(100)->Iterations(counted);
BENCHMARK(w1_purchase_by_hand)->Name("counted_purchase_by_hand")->Arg(100)->Iterations(counted);
BENCHMARK(w1_decode)->Name("counted_decode")->Iterations(counted);
BENCHMARK(w1_encode)->Name("counted_encode")->Iterations(counted);

}  // namespace
}  // namespace loyalty::bench
