// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cinttypes>
#include <cstdio>
#include <ctime>
#include <string>

#include "bench/load/client.hpp"
#include "bench/load/process.hpp"

namespace loyalty::bench {
namespace {

struct Arguments {
  std::string wire = "loyalty";
  std::string host = "127.0.0.1";
  std::uint16_t port = 7400;
  std::uint32_t connections = 16;
  std::string mix = "w1";
  bool seed = false;
  int core = -1;
  MixOptions members;
  RunOptions run;
};

double us(std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e3; }

/// Processor time of the server for an operation, in us.
double per_operation(const RunReport& report) {
  if (report.watched_operations == 0) return 0;
  return report.server_cpu * 1e6 / static_cast<double>(report.watched_operations);
}

void print(const Arguments& arguments, const RunReport& report) {
  const auto& latency = report.latency;
  std::printf(
      R"({"wire": "%s", "mix": "%s", "zipf": %.2f, "connections": %u, "depth": %u, "rate": %.0f, )"
      R"("per_second": %.0f, "operations": %)" PRIu64
      R"(, "p50_us": %.1f, "p99_us": %.1f, "p99_9_us": %.1f, "max_us": %.1f, )"
      R"("longest_silence_ms": %.1f, "server_cpu_us": %.3f, "server_cores": %.3f, )"
      R"("client_cores": %.3f, "other_cores": %.3f, "repeated": %)" PRIu64
      R"(, "insufficient": %)" PRIu64 R"(, "failed": %)" PRIu64 R"(, "unanswered": %)" PRIu64 "}\n",
      arguments.wire.c_str(), arguments.mix.c_str(), arguments.members.zipf, arguments.connections,
      arguments.run.rate > 0 ? 0 : arguments.run.depth, arguments.run.rate,
      static_cast<double>(report.operations) / report.seconds, report.operations,
      us(latency.quantile(0.5)), us(latency.quantile(0.99)), us(latency.quantile(0.999)),
      us(latency.max()), report.longest_silence * 1e3, per_operation(report),
      report.server_cpu / report.watched, report.client_cpu / report.watched,
      report.other_cpu / report.watched, report.repeated, report.insufficient, report.failed,
      report.unanswered);
}

int load(Arguments& arguments) {
  const auto wire = make_wire(arguments.wire);
  if (!wire) {
    std::fprintf(stderr, "loyalty_load: unknown wire: %s\n", arguments.wire.c_str());
    return 2;
  }
  if (arguments.core >= 0) pin_to(arguments.core);
  arguments.members.redeems = arguments.mix == "w2";
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  // The keys of a run are its own.
  const auto run = static_cast<std::uint32_t>(now.tv_sec * 4 + now.tv_nsec / 250'000'000);
  Mix mix(arguments.members, run);
  Client client(*wire, arguments.host, arguments.port, arguments.connections);
  if (arguments.seed) {
    client.enroll(mix, arguments.members.members, arguments.run.depth);
    return 0;
  }
  RunReport report;
  client.run(mix, arguments.run, report);
  print(arguments, report);
  if (report.failed > 0) {
    std::fprintf(stderr, "loyalty_load: %" PRIu64 " failed, the first with %s\n", report.failed,
                 report.first_failure.c_str());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace loyalty::bench

int main(int argc, char** argv) {
  loyalty::bench::Arguments arguments;
  CLI::App app("Puts W1 or W2 to a server and prints what it measured as one JSON object");
  app.add_option("--wire", arguments.wire, "loyalty, redis, plain, postgres or echo");
  app.add_option("--host", arguments.host, "IPv4 address");
  app.add_option("--port", arguments.port);
  app.add_option("--connections", arguments.connections);
  app.add_option("--depth", arguments.run.depth, "In flight on each connection (closed loop)");
  app.add_option("--rate", arguments.run.rate, "Operations a second (open loop)");
  app.add_option("--seconds", arguments.run.seconds);
  app.add_option("--warmup", arguments.run.warmup, "Seconds that are not measured");
  app.add_option("--mix", arguments.mix, "w1 or w2");
  app.add_option("--zipf", arguments.members.zipf, "Exponent; 0: uniform");
  app.add_option("--members", arguments.members.members);
  app.add_option("--repeats", arguments.members.repeats, "Share that is sent again");
  app.add_option("--only-member", arguments.members.only_member, "All for this one");
  app.add_option("--only-partner", arguments.members.only_partner, "All at this one");
  app.add_option("--pid", arguments.run.processes, "Of the server, for its processor time");
  app.add_option("--core", arguments.core, "Keep the client on this core");
  app.add_flag("--progress", arguments.run.progress, "A line a second");
  app.add_flag("--seed", arguments.seed, "Enrol the members and end");
  CLI11_PARSE(app, argc, argv);
  return loyalty::bench::load(arguments);
}
