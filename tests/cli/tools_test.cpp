// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "api/errors.hpp"
#include "api/methods.hpp"
#include "cli/endpoint.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "tests/cli/domain_server.hpp"
#include "tests/cli/run_loyalty.hpp"

/// The command lines, against a server where they need one.
namespace loyalty::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(CommandLine, SaysItsVersionAndHelp) {
  EXPECT_EQ(run_loyalty({"--version"}).out, "loyalty 0.1.0\n");
  for (const std::string command :
       {"serve", "call", "watch", "check-config", "import", "report", "verify", "export", "replay",
        "correct", "bench", "demo", "methods"}) {
    const Ran help = run_loyalty({command, "--help"});
    EXPECT_EQ(help.code, exit_ok);
    EXPECT_THAT(help.out, HasSubstr("Examples:\n  loyalty " + command));
  }
}

TEST(CommandLine, EndsWithTwoWhenItIsWrong) {
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{},
                                             {"bogus"},
                                             {"call"},
                                             {"call", "--connect", "nowhere", "ping"},
                                             {"call", "ping", "[1]"},
                                             {"call", "purchase", R"({"member":"ada","amount":1})"},
                                             {"bench", "--workload", "reads"},
                                             {"methods", "--markdown", "--errors"},
                                             {"serve", "--shards", "many"},
                                             {"watch"}}) {
    const Ran ran = run_loyalty(arguments);
    EXPECT_EQ(ran.code, exit_usage) << testing::PrintToString(arguments);
    EXPECT_NE(ran.err, "");
  }
}

TEST(Call, PrintsTheResultOrTheRefusal) {
  DomainServer server;
  const std::string at = server.address();
  EXPECT_THAT(run_loyalty({"call", "--connect", at, "ping"}).out,
              StartsWith(R"({"server":"loyalty","now":)"));
  const Ran enrolled =
      run_loyalty({"call", "--connect", at, "enroll_member", R"({"member":"ada"})", "--key", "k1"});
  EXPECT_EQ(enrolled.code, exit_ok) << enrolled.err;
  EXPECT_THAT(enrolled.out, HasSubstr(R"("credited":{"regular-points":100})"));

  const Ran refused =
      run_loyalty({"call", "--connect", at, "get_member", R"({"member":"nobody"})"});
  EXPECT_EQ(refused.code, exit_failed);
  EXPECT_EQ(refused.out, "");
  EXPECT_EQ(
      refused.err,
      R"({"code":"UNKNOWN_MEMBER","text":"no such member","param":"member","retryable":false})"
      "\n");
}

TEST(Call, NeverInventsAKeyUnlessAsked) {
  DomainServer server;
  const std::vector<std::string> call{"call", "--connect", server.address(), "enroll_member",
                                      R"({"member":"ada"})"};
  const Ran without = run_loyalty(call);
  EXPECT_EQ(without.code, exit_usage);
  EXPECT_THAT(without.err, HasSubstr("--key auto"));
  EXPECT_EQ(server.writes(), 0);
  auto with = call;
  with.insert(with.end(), {"--key", "auto"});
  const Ran done = run_loyalty(with);
  EXPECT_EQ(done.code, exit_ok);
  EXPECT_THAT(done.err, StartsWith("key: auto-"));
}

TEST(Call, SaysConnectionWhenThereIsNoServer) {
  std::string address;
  { address = DomainServer().address(); }
  const Ran ran = run_loyalty({"call", "--connect", address, "ping"});
  EXPECT_EQ(ran.code, exit_failed);
  EXPECT_THAT(ran.err, StartsWith(R"({"code":"CONNECTION")"));
}

void enroll_and_buy(const std::string& address, int first, int last) {
  auto client = connect(address);
  ASSERT_TRUE(client);
  if (first == 1) {
    ASSERT_TRUE(ask(*client, "enroll_member", *parse_json(R"({"member":"ada","key":"e"})")));
  }
  for (int i = first; i <= last; ++i) {
    const auto params = parse_json(R"({"member":"ada","amount":600,"category":"coffee","key":"c)" +
                                   std::to_string(i) + "\"}");
    ASSERT_TRUE(ask(*client, "purchase", *params));
  }
}

std::vector<std::int64_t> sequences(const std::string& lines) {
  std::vector<std::int64_t> found;
  std::size_t at = 0;
  for (std::size_t end = 0; (end = lines.find('\n', at)) != std::string::npos; at = end + 1) {
    found.push_back((*parse_json(lines.substr(at, end - at)))["sequence"].number());
  }
  return found;
}

TEST(Watch, PrintsTheNoticesOfAMember) {
  DomainServer server;
  enroll_and_buy(server.address(), 1, 8);
  const Ran ran =
      run_loyalty({"watch", "--connect", server.address(), "--from", "0", "--count", "40", "ada"});
  EXPECT_EQ(ran.code, exit_ok) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("progress_updated latte-lovers 8/10: 2 lattes away, 80 %\n"));
}

TEST(Watch, GoesOnAfterALostConnectionWithoutAGapOrARepetition) {
  DomainServer server;
  enroll_and_buy(server.address(), 1, 2);
  constexpr int wanted = 30;
  auto run = std::async(std::launch::async, [&] {
    return run_loyalty({"watch", "--connect", server.address(), "--from", "0", "--count",
                        std::to_string(wanted), "--json", "ada"});
  });
  server.wait_for_subscriber();
  enroll_and_buy(server.address(), 3, 4);
  server.restart();
  enroll_and_buy(server.address(), 5, 12);
  const Ran ran = run.get();
  EXPECT_EQ(ran.code, exit_ok) << ran.err;
  const auto seen = sequences(ran.out);
  ASSERT_EQ(seen.size(), static_cast<std::size_t>(wanted));
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], static_cast<int>(i) + 1);
}

TEST(Watch, KeepsASilentConnectionAlive) {
  net::Limits limits;
  limits.idle_timeout = std::chrono::milliseconds(900);
  DomainServer server({}, limits);
  enroll_and_buy(server.address(), 1, 1);
  auto run = std::async(std::launch::async, [&] {
    return run_loyalty({"watch", "--connect", server.address(), "--count", "1", "ada"});
  });
  server.wait_for_subscriber();
  server.wait_for_pings(4);  // that is longer than the server lets a connection be silent
  enroll_and_buy(server.address(), 2, 2);
  const Ran ran = run.get();
  EXPECT_EQ(ran.code, exit_ok);
  EXPECT_EQ(ran.err, "");
}

TEST(Watch, EndsWhenTheMemberIsUnknown) {
  DomainServer server;
  const Ran ran = run_loyalty({"watch", "--connect", server.address(), "nobody"});
  EXPECT_EQ(ran.code, exit_failed);
  EXPECT_THAT(ran.err, HasSubstr("UNKNOWN_MEMBER"));
}

TEST(Bench, MeasuresAClosedLoop) {
  DomainServer server;
  const Ran ran =
      run_loyalty({"bench", "--connect", server.address(), "--members", "50", "--connections", "2",
                   "--pipeline", "4", "--seconds", "0.3", "--warmup", "0.1", "--workload", "mixed",
                   "--distribution", "zipf", "--json"});
  ASSERT_EQ(ran.code, exit_ok) << ran.err;
  const auto report = parse_json(ran.out);
  ASSERT_TRUE(report);
  EXPECT_GT((*report)["operations"].number(), 50);
  EXPECT_EQ((*report)["errors"].plain(), "");
  EXPECT_EQ((*report)["unanswered"].number(), 0);
  const Value& latency = (*report)["latency_us"];
  EXPECT_GT(latency["p50"].number(), 0);
  EXPECT_LE(latency["p50"].number(), latency["p99"].number());
  EXPECT_LE(latency["p99"].number(), latency["max"].number());
}

TEST(Bench, HoldsARateInAnOpenLoop) {
  DomainServer server;
  const Ran ran = run_loyalty({"bench", "--connect", server.address(), "--members", "50", "--rate",
                               "500", "--seconds", "0.5", "--warmup", "0.1", "--json"});
  ASSERT_EQ(ran.code, exit_ok) << ran.err;
  const auto report = parse_json(ran.out);
  ASSERT_TRUE(report);
  EXPECT_NEAR(static_cast<double>((*report)["operations"].number()), 250, 25);
}

TEST(Bench, CountsTheWaitingOfWhatAServerCannotTake) {
  DomainServer server;
  const Ran ran = run_loyalty({"bench", "--connect", server.address(), "--members", "10",
                               "--connections", "1", "--pipeline", "1", "--rate", "1000000",
                               "--seconds", "0.4", "--warmup", "0", "--json"});
  ASSERT_EQ(ran.code, exit_ok) << ran.err;
  const auto report = parse_json(ran.out);
  EXPECT_GT((*report)["unsent"].number(), 100'000);
  // Half of what was due came later than after 0.2 s, or not at all.
  EXPECT_GT((*report)["latency_us"]["p50"].number(), 100'000);
}

TEST(CheckConfig, AcceptsTheProjectsOwnAndReportsMistakesWithTheirPlace) {
  const std::string own = LOYALTY_SOURCE_DIR "/config/programs/cloud-kicks.toml";
  const Ran good = run_loyalty({"check-config", own});
  EXPECT_EQ(good.code, exit_ok);
  EXPECT_THAT(good.out, HasSubstr(own + ": ok (2 currencies, 1 tier group, "));
  const ScratchFile bad("id = \"x\"\nnonsense = 1\n");
  const Ran both = run_loyalty({"check-config", own, bad.name()});
  EXPECT_EQ(both.code, exit_usage);
  EXPECT_THAT(both.out, HasSubstr(bad.name() + ":2:1: error: "));
  EXPECT_EQ(run_loyalty({"check-config", "none.toml"}).code, exit_usage);
}

// The examples of docs/program-files.md are parts of these files
// (tests/config/program_guide_test.cpp).
TEST(CheckConfig, HasNothingToSayAboutTheProgramsOfTheGuide) {
  for (const char* name : {"cloud-kicks.toml", "every-feature.toml"}) {
    const std::string file = std::string(LOYALTY_SOURCE_DIR "/config/programs/") + name;
    const Ran ran = run_loyalty({"check-config", file});
    EXPECT_EQ(ran.code, exit_ok) << ran.out;
    EXPECT_EQ(ran.out.find(file + ": ok ("), 0U) << ran.out;  // no warning before it
  }
}

TEST(Methods, AreListedForPeopleAndForThePages) {
  EXPECT_THAT(run_loyalty({"methods"}).out, HasSubstr("\npurchase\n"));
  EXPECT_EQ(run_loyalty({"methods", "--markdown"}).out, api::methods_markdown());
  EXPECT_EQ(run_loyalty({"methods", "--errors"}).out, api::all_codes());
}

}  // namespace
}  // namespace loyalty::cli
