// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "cli/exit_code.hpp"
#include "config/program_loader.hpp"
#include "tests/cli/domain_server.hpp"
#include "tests/cli/run_loyalty.hpp"

/// `loyalty apply` and `loyalty describe`: the plan, the change, and the way back to a file.
namespace loyalty::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* shipped = LOYALTY_SOURCE_DIR "/config/programs/cloud-kicks.toml";

std::string replaced(std::string text, const std::string& old, const std::string& with) {
  const auto at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return at == std::string::npos ? text : text.replace(at, old.size(), with);
}

class ApplyTest : public testing::Test {
 protected:
  Ran apply(const std::string& file, bool dry_run = false) {
    std::vector<std::string> words{"apply", "--connect", server_.address(), file};
    if (dry_run) words.insert(words.end() - 1, "--dry-run");
    return run_loyalty(words);
  }
  std::string described() {
    const Ran ran = run_loyalty({"describe", "--connect", server_.address(), "cloud-kicks"});
    EXPECT_EQ(ran.code, exit_ok) << ran.err;
    return ran.out;
  }

  DomainServer server_;
};

TEST_F(ApplyTest, ChangesNothingWithTheFileThatIsInForce) {
  const Ran ran = apply(shipped);
  EXPECT_EQ(ran.code, exit_ok) << ran.err;
  EXPECT_EQ(ran.out,
            "cloud-kicks: the file changes nothing\n"
            "cloud-kicks is active, version 1\n");
}

TEST_F(ApplyTest, ShowsAPlanAndThenDoesIt) {
  const std::string text = described();
  const ScratchFile file(replaced(replaced(text, "rate = 50\n", "rate = 60\n"), "tier-points = 500",
                                  "tier-points = 400"));
  const Ran dry = apply(file.name(), true);
  EXPECT_EQ(dry.code, exit_ok) << dry.err;
  const std::string plan =
      "cloud-kicks: 2 changes\n"
      "  ~ tier_groups[inner-circle-tiers].tiers[gold].thresholds: {currency tier-points, minimum "
      "500} -> {currency tier-points, minimum 400}\n"
      "      members at their next assessment; nobody loses a tier before it ends\n"
      "  ~ rules[web-review].rate: 50 -> 60\n"
      "      activities from now on; what was earned stays\n";
  EXPECT_EQ(dry.out, plan + "nothing was done (--dry-run)\n");
  EXPECT_EQ(described(), text);
  EXPECT_EQ(apply(file.name()).out, plan + "cloud-kicks is active, version 2\n");
  EXPECT_THAT(described(), StartsWith("# cloud-kicks, version 2, active\n"));
  EXPECT_THAT(described(), HasSubstr("rate = 60\n"));
}

TEST_F(ApplyTest, RefusesWhatWouldStrandMembersWithAllReasons) {
  std::ifstream in(shipped);
  std::stringstream text;
  text << in.rdbuf();
  const ScratchFile file(replaced(text.str(), "money = \"USD\"", "money = \"EUR\""));
  const std::string before = described();
  const Ran ran = apply(file.name());
  EXPECT_EQ(ran.code, exit_failed);
  EXPECT_THAT(ran.err, HasSubstr("INVALID_DEFINITION"));
  EXPECT_THAT(ran.err, HasSubstr("it cannot change while the program has members"));
  EXPECT_EQ(described(), before);
}

TEST_F(ApplyTest, SaysWhatIsWrongWithAFileBeforeItAsksTheServer) {
  const ScratchFile bad("id = \"x\"\nnonsense = 1\n");
  const Ran ran = apply(bad.name());
  EXPECT_EQ(ran.code, exit_usage);
  EXPECT_THAT(ran.err, HasSubstr(bad.name() + ":2:1: error: "));
}

TEST_F(ApplyTest, IsUndoneByWhatWasDescribedBefore) {
  const ScratchFile before(described());
  const ScratchFile after(replaced(described(), "rate = 50\n", "rate = 60\n"));
  apply(after.name());
  EXPECT_THAT(apply(before.name()).out, HasSubstr("rules[web-review].rate: 60 -> 50"));
  EXPECT_EQ(apply(before.name()).out,
            "cloud-kicks: the file changes nothing\n"
            "cloud-kicks is active, version 3\n");
}

TEST(Describe, WritesWarningsAsComments) {
  DomainServer server(R"(
id = "shop"
active = true
[[currencies]]
id = "points"
kind = "non_qualifying"
primary = true
escrow_days = 14
negative_limits = [{tier = "base", limit = 10}]
[[currencies]]
id = "stars"
kind = "qualifying"
[[tier_groups]]
id = "club"
model = "fixed"
qualification_period = "1 year"
tier_period = "1 year"
currencies = ["stars"]
[[tier_groups.tiers]]
id = "base"
threshold = 0
)");
  const Ran ran = run_loyalty({"describe", "--connect", server.address()});
  EXPECT_EQ(ran.code, exit_ok) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("# warning: currencies[0].negative_limits: have no effect beside "
                                 "escrow_days"));
  EXPECT_TRUE(config::parse_program(ran.out, "described.toml"));
}

TEST(Describe, SaysThatAProgramIsUnknown) {
  DomainServer server;
  const Ran ran = run_loyalty({"describe", "--connect", server.address(), "nothing"});
  EXPECT_EQ(ran.code, exit_failed);
  EXPECT_THAT(ran.err, HasSubstr("UNKNOWN_PROGRAM"));
}

}  // namespace
}  // namespace loyalty::cli
