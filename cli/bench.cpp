// SPDX-License-Identifier: Apache-2.0
#include "cli/bench.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <vector>

#include "cli/endpoint.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/load_generator.hpp"
#include "cli/member_routes.hpp"
#include "cli/random_id.hpp"
#include "cli/terminal.hpp"

namespace loyalty::cli {
namespace {

int bench_failed(const std::string& what) {
  std::fprintf(stderr, "loyalty bench: %s\n", what.c_str());
  return exit_failed;
}

std::chrono::milliseconds as_milliseconds(double seconds) {
  return std::chrono::milliseconds(std::llround(seconds * 1000));
}

std::string_view kind_name(WorkloadKind kind) {
  return kind == WorkloadKind::mixed ? "mixed" : "purchase";
}

std::string_view distribution_name(MemberDistribution distribution) {
  return distribution == MemberDistribution::zipf ? "zipf" : "uniform";
}

std::int64_t microseconds(std::chrono::nanoseconds time) { return (time.count() + 500) / 1000; }

Value report_value(const BenchOptions& options, const LoadReport& report) {
  const auto quantile = [&](double share) { return microseconds(report.latency.quantile(share)); };
  Value::Fields errors;
  for (const auto& [code, count] : report.errors) errors.emplace_back(code, count);
  const auto per_second = std::llround(static_cast<double>(report.operations) / options.seconds);
  return Value(Value::Fields{
      {"workload", kind_name(options.workload.kind)},
      {"distribution", distribution_name(options.workload.distribution)},
      {"members", static_cast<std::int64_t>(options.workload.members)},
      {"connections", static_cast<std::int64_t>(options.connections)},
      {"pipeline", static_cast<std::int64_t>(options.pipeline)},
      {"rate", static_cast<std::int64_t>(std::llround(options.rate))},
      {"milliseconds", static_cast<std::int64_t>(as_milliseconds(options.seconds).count())},
      {"operations", report.operations},
      {"operations_per_second", static_cast<std::int64_t>(per_second)},
      {"unsent", report.unsent},
      {"unanswered", report.unanswered},
      {"errors", std::move(errors)},
      {"latency_us", Value::Fields{{"p50", quantile(0.5)},
                                   {"p90", quantile(0.9)},
                                   {"p99", quantile(0.99)},
                                   {"p99_9", quantile(0.999)},
                                   {"max", microseconds(report.latency.max())}}}});
}

void print_text(const BenchOptions& options, const Value& report) {
  const auto number = [](const Value& value) { return grouped(value.number()); };
  if (options.rate > 0) {
    std::printf("%s, open loop at %s/s: latency counts from when a call was due\n",
                report["workload"].text().c_str(), number(report["rate"]).c_str());
  } else {
    std::printf("%s, closed loop: %s calls in flight\n", report["workload"].text().c_str(),
                grouped(static_cast<std::int64_t>(options.connections * options.pipeline)).c_str());
  }
  std::printf("%s members (%s), %s connections x %s calls, %.1f s\n\n",
              number(report["members"]).c_str(), report["distribution"].text().c_str(),
              number(report["connections"]).c_str(), number(report["pipeline"]).c_str(),
              options.seconds);
  std::printf("  operations/s  %12s\n", number(report["operations_per_second"]).c_str());
  for (const auto& [name, time] : report["latency_us"].fields()) {
    const std::string label = name == "p99_9" ? "p99.9" : name;
    std::printf("  %-12s  %12s us\n", label.c_str(), number(time).c_str());
  }
  for (const auto& [code, count] : report["errors"].fields()) {
    std::printf("  refused: %s  %s\n", code.c_str(), number(count).c_str());
  }
  if (report["unsent"].number() > 0) {
    std::printf("  the server cannot hold this rate: %s calls were due and never sent\n",
                number(report["unsent"]).c_str());
  }
  if (report["unanswered"].number() > 0) {
    std::printf("  without an answer in the end: %s\n", number(report["unanswered"]).c_str());
  }
}

}  // namespace

int bench(const BenchOptions& options) {
  auto first = connect(options.connect);
  if (!first) return bench_failed(error_line(first.error()));
  Value params{Value::Fields{}};
  if (!options.workload.program.empty()) params.set("program", options.workload.program);
  const auto described = ask(*first, "describe_program", params);
  if (!described) return bench_failed(error_line(described.error()));

  Workload workload(options.workload, choose_goods(*described), random_id());
  MemberRoutes routes{.addresses = {""}, .home = {}};
  if (options.straight) {
    auto asked = ask_routes(*first, options.workload.members,
                            [&](std::size_t member) { return workload.route_params(member); });
    if (!asked) return bench_failed(error_line(asked.error()));
    routes = std::move(*asked);
  }
  // At least one to each node.
  const std::size_t nodes = routes.addresses.size();
  std::vector<net::Client> connections;
  while (connections.size() < std::max(options.connections, nodes)) {
    const std::string& address = routes.addresses[connections.size() % nodes];
    auto client = connect(address.empty() ? options.connect : address);
    if (!client) return bench_failed(error_line(client.error()));
    connections.push_back(std::move(*client));
  }
  LoadGenerator load(std::move(connections), workload);
  if (options.straight) load.go_straight(std::move(routes.home), nodes);
  ProgressLine progress;
  progress.show("enrolling " + grouped(static_cast<std::int64_t>(options.workload.members)) +
                " members");
  if (const auto error = load.enroll(options.workload.members, options.pipeline)) {
    progress.clear();
    return bench_failed(*error);
  }
  LoadReport report;
  load.run({.pipeline = options.pipeline,
            .warmup = as_milliseconds(options.warmup),
            .duration = as_milliseconds(options.seconds),
            .rate = options.rate},
           report, [&](std::int64_t operations, std::chrono::milliseconds time) {
             if (time.count() > 0) {
               progress.show(grouped(operations * 1000 / time.count()) + " operations/s");
             }
           });
  progress.clear();
  if (!report.lost.empty()) return bench_failed("CONNECTION: " + report.lost);
  const Value result = report_value(options, report);
  if (options.json) {
    std::printf("%s\n", to_json(result, JsonLayout::one_line).c_str());
  } else {
    print_text(options, result);
  }
  return exit_ok;
}

}  // namespace loyalty::cli
