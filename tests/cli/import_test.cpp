// SPDX-License-Identifier: Apache-2.0
#include "cli/import.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "cli/endpoint.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "tests/cli/domain_server.hpp"
#include "tests/cli/run_loyalty.hpp"

namespace loyalty::cli {
namespace {

using testing::HasSubstr;

constexpr const char* small_program = R"(
id = "shop"
time_zone = "America/Los_Angeles"
active = true
[[currencies]]
id = "points"
kind = "non_qualifying"
primary = true
[[rules]]
id = "purchase"
currency = "points"
rate = 1
[rules.when]
activities = "purchase"
[[rules]]
id = "welcome"
currency = "points"
measure = "journals"
rate = 100
[rules.when]
activities = "enrollment"
)";

constexpr const char* small_log =
    "row,member,day,units,amount\n"
    "1,00001,1997-01-01,1,11.77\n"
    "2,00002,1997-01-12,1,12.00\n"
    "3,00002,1997-01-12,5,77.00\n"
    "4,00003,1997-01-02,2,0.00\n"
    "5,00003,1997-03-30,2,20.76\n";

std::vector<std::string> import_of(const DomainServer& server, const ScratchFile& log) {
  return {"import",    "--connect", server.address(),
          "--program", "shop",      "--csv",
          log.name(),  "--map",     "member=member,at=day,amount=amount,units=units",
          "--key",     "row",       "--enroll",
          "--json"};
}

std::int64_t balance(const DomainServer& server, const std::string& member) {
  auto client = connect(server.address());
  const auto answer = ask(*client, "get_balances", Value(Value::Fields{{"member", member}}));
  return answer ? (*answer)["balances"]["points"]["available"].number() : -1;
}

TEST(Import, RecordsEveryRowAndAddsUp) {
  DomainServer server(small_program);
  const ScratchFile log(small_log);
  const Ran ran = run_loyalty(import_of(server, log));
  EXPECT_EQ(ran.code, exit_ok) << ran.err;
  EXPECT_EQ(ran.out,
            R"({"rows":5,"imported":5,"replayed":0,"rejected":0,"members":3,"amount":12153,)"
            R"("points":{"points":120}})"
            "\n");
  EXPECT_EQ(balance(server, "00001"), 100 + 11);
  EXPECT_EQ(balance(server, "00002"), 100 + 12 + 77);
  EXPECT_EQ(balance(server, "00003"), 100 + 0 + 20);
  EXPECT_EQ(log.sibling(".rejects.csv"), "");
}

TEST(Import, ChangesNothingTheSecondTime) {
  DomainServer server(small_program);
  const ScratchFile log(small_log);
  run_loyalty(import_of(server, log));
  const Ran again = run_loyalty(import_of(server, log));
  EXPECT_EQ(again.out,
            R"({"rows":5,"imported":0,"replayed":5,"rejected":0,"members":3,"amount":12153,)"
            R"("points":{"points":120}})"
            "\n");
  EXPECT_EQ(balance(server, "00002"), 100 + 12 + 77);
}

TEST(Import, ReportsAndKeepsRowsThatAreWrongOrRefused) {
  DomainServer server(small_program);
  const ScratchFile log(
      "row,member,day,units,amount\n"
      "1,a b,1997-01-01,1,11.77\n"
      "2,ada,1997-01-12,1,\"1,000\"\n"
      "3,ada,1997-01-12,1,10.00\n"
      "4,ada,1996-01-12,1,10.00\n"
      "5,ada,1997-01-13,1,10.00,more\n"
      "6,ada,1997-01-13,1,5.00\n");
  const Ran ran = run_loyalty(import_of(server, log));
  EXPECT_EQ(ran.code, exit_ok);
  EXPECT_THAT(ran.out, HasSubstr(R"("rows":6,"imported":2,"replayed":0,"rejected":4,"members":1)"));
  EXPECT_THAT(ran.err, HasSubstr("log.csv:2: member: expected"));
  EXPECT_THAT(ran.err, HasSubstr("log.csv:5: INVALID_PARAM: "));
  const std::string rejects = log.sibling(".rejects.csv");
  EXPECT_THAT(rejects, HasSubstr("row,member,day,units,amount,error\n"));
  EXPECT_THAT(rejects, HasSubstr("2,ada,1997-01-12,1,\"1,000\",\"line 3: amount: expected"));
  EXPECT_THAT(rejects, HasSubstr("line 6: expected 5 fields, found 6"));
  EXPECT_EQ(balance(server, "ada"), 100 + 15);
}

TEST(Import, ComesBackWhenTheServerIsOverloadedAndKeepsTheOrder) {
  DomainServer server(small_program);
  server.refuse_next(7);
  const ScratchFile log(small_log);
  const Ran ran = run_loyalty(import_of(server, log));
  EXPECT_EQ(ran.code, exit_ok) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr(R"("imported":5,"replayed":0,"rejected":0)"));
}

TEST(Import, GoesOnAfterTheServerDiedInTheMiddle) {
  DomainServer server(small_program);
  std::string text = "row,member,day,units,amount\n";
  for (int i = 0; i < 2000; ++i) {
    text += std::to_string(i) + ",m" + std::to_string(i % 300) + ",2020-02-0" +
            std::to_string(1 + i / 300) + ",1," + std::to_string(i) + ".50\n";
  }
  const ScratchFile log(text);
  server.fall_silent_after(1100);
  auto run = std::async(std::launch::async, [&] { return run_loyalty(import_of(server, log)); });
  server.wait_until_silent();
  server.restart();
  const Ran broken = run.get();
  EXPECT_EQ(broken.code, exit_failed);
  EXPECT_THAT(broken.err, HasSubstr("CONNECTION: "));
  EXPECT_THAT(broken.err, HasSubstr("Run the same command again"));

  const Ran ran = run_loyalty(import_of(server, log));
  EXPECT_EQ(ran.code, exit_ok) << ran.err;
  const auto totals = parse_json(ran.out);
  ASSERT_TRUE(totals);
  EXPECT_EQ((*totals)["imported"].number() + (*totals)["replayed"].number(), 2000);
  EXPECT_EQ(server.writes(), 2000 + 300);
  EXPECT_EQ((*totals)["amount"].number(), 1999 * 2000 / 2 * 100 + 2000 * 50);
  EXPECT_EQ((*totals)["points"]["points"].number(), 1999 * 2000 / 2);
}

TEST(Import, SaysWhatIsWrongBeforeItBegins) {
  DomainServer server(small_program);
  const ScratchFile log(small_log);
  auto arguments = import_of(server, log);
  arguments[8] = "member=member,at=when,amount=amount";
  EXPECT_THAT(run_loyalty(arguments).err, HasSubstr("no column is named \"when\""));
  EXPECT_EQ(run_loyalty(arguments).code, exit_usage);
  arguments = import_of(server, log);
  arguments[4] = "nothing";
  EXPECT_THAT(run_loyalty(arguments).err, HasSubstr("UNKNOWN_PROGRAM"));
  EXPECT_EQ(run_loyalty(arguments).code, exit_failed);
  arguments = import_of(server, log);
  arguments[6] = log.name() + ".none";
  EXPECT_EQ(run_loyalty(arguments).code, exit_usage);
  arguments[6] = "/";
  EXPECT_EQ(run_loyalty(arguments).code, exit_usage);
}

}  // namespace
}  // namespace loyalty::cli
