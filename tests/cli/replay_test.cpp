// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

#include "cli/exit_code.hpp"
#include "tests/cli/run_loyalty.hpp"

/// What `loyalty replay` says when it cannot begin. What it finds: tests/end_to_end/test_replay.py.
namespace loyalty::cli {
namespace {

using testing::HasSubstr;

constexpr std::string_view small_program =
    "id = \"shop\"\nname = \"Shop\"\ntime_zone = \"Europe/Berlin\"\nmoney = \"EUR\"\n"
    "[[currencies]]\nid = \"points\"\nname = \"Points\"\nkind = \"non_qualifying\"\n";

TEST(Replay, NamesMistakesInTheFileAsApplyDoes) {
  std::string text(small_program);
  text += "colour = \"red\"\n";
  const ScratchFile file(text);
  const auto replayed = run_loyalty({"replay", file.name(), "--store", "rocksdb:nowhere"});
  const auto applied = run_loyalty({"apply", file.name()});
  EXPECT_EQ(replayed.code, exit_usage);
  EXPECT_THAT(replayed.err, HasSubstr(file.name() + ":9:"));
  EXPECT_EQ(replayed.err, applied.err);
}

TEST(Replay, NamesAFileThatIsNotThere) {
  const auto replayed = run_loyalty({"replay", "no-such.toml", "--store", "rocksdb:nowhere"});
  EXPECT_EQ(replayed.code, exit_usage);
  EXPECT_THAT(replayed.err, HasSubstr("no-such.toml"));
}

TEST(Replay, NamesAStoreThatIsNotThere) {
  const ScratchFile file{std::string(small_program)};
  const auto replayed = run_loyalty({"replay", file.name(), "--store", "rocksdb:nowhere"});
  EXPECT_EQ(replayed.code, exit_not_available);
  EXPECT_THAT(replayed.err, HasSubstr("no store at rocksdb:nowhere"));
  EXPECT_EQ(run_loyalty({"replay", file.name(), "--store", "memory"}).code, exit_usage);
}

}  // namespace
}  // namespace loyalty::cli
