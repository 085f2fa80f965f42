// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "bench/baselines/limit/plain_codec.hpp"

/// What a machine takes for work of the kind that the other benchmarks do: reading a message in
/// place, looking things up by text, branches, small strings and their allocation. It never
/// changes, so the time of a benchmark divided by its time says the same on every machine.
namespace loyalty::bench {
namespace {

void calibration(benchmark::State& state) {
  constexpr std::uint32_t members = 100;
  const w1::Core core(members, std::size_t{1} << 10U);
  std::unordered_map<std::string, std::int64_t> totals;
  const std::string request(
      "\x94\x00\x07\xa8purchase\x95\xb8T00000001-0000000000000a\xaaM000000042\xcd\x12\x34\x07"
      "\xcd\x4e\x84",
      57);
  std::uint64_t number = 0;
  std::vector<char> reply(w1::largest_reply);
  for (auto _ : state) {
    for (int i = 0; i < 16; ++i) {
      w1::Request parsed;
      if (w1::parse(request, parsed) == 0) return state.SkipWithError("not read");
      const w1::Hash key = w1::hash_of(parsed.key);
      const auto member = core.find(parsed.member, w1::hash_of(parsed.member).a);
      // Nothing grows and all stays in the cache, so others on the machine change little.
      const auto answer =
          core.query(static_cast<std::uint32_t>((member + key.b + ++number) % members));
      benchmark::DoNotOptimize(w1::put_reply(reply.data(), parsed.id, answer));
    }
    std::vector<std::string> names;
    for (std::uint64_t i = 0; i < 16; ++i) {
      names.push_back("a name of some length " + std::to_string((number * 7 + i * 13) % 100));
    }
    std::sort(names.begin(), names.end());
    for (const auto& name : names) totals[name] += static_cast<std::int64_t>(name.size());
    benchmark::DoNotOptimize(totals);
  }
}
BENCHMARK(calibration);

}  // namespace
}  // namespace loyalty::bench
