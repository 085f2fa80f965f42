// SPDX-License-Identifier: Apache-2.0
#include "config/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace loyalty::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> as_text(const Findings& findings) {
  std::vector<std::string> text;
  for (const Finding& finding : findings) text.push_back(to_string(finding));
  return text;
}

EnvironmentLookup environment(const std::map<std::string, std::string>& variables) {
  return [&variables](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
}

TEST(Settings, HaveDefaultsThatTheirOwnTableAccepts) {
  const Settings defaults;
  for (const Setting& setting : setting_table()) {
    SCOPED_TRACE(setting.name);
    Settings settings;
    EXPECT_EQ(setting.apply(settings, setting.print(defaults)), std::nullopt);
    EXPECT_EQ(setting.print(settings), setting.print(defaults));
    EXPECT_FALSE(setting.doc.empty());
    EXPECT_FALSE(setting.placeholder.empty());
  }
}

TEST(Settings, AreReadFromAFile) {
  Settings settings;
  EXPECT_THAT(as_text(parse_settings("listen = \"[::1]:0\"\n"
                                     "store = \"memory\"\n"
                                     "durability = \"relaxed\"\n"
                                     "shards = 4\n"
                                     "programs = [\"a.toml\", \"b.toml\"]\n"
                                     "clock = \"manual\"\n"
                                     "log_json = true\n",
                                     "s.toml", settings)),
              IsEmpty());
  EXPECT_EQ(settings.listen, "[::1]:0");
  EXPECT_EQ(settings.store, "memory");
  EXPECT_EQ(settings.durability, Durability::relaxed);
  EXPECT_EQ(settings.shards, 4U);
  EXPECT_THAT(settings.programs, ElementsAre("a.toml", "b.toml"));
  EXPECT_EQ(settings.clock, ClockKind::manual);
  EXPECT_TRUE(settings.log_json);
  EXPECT_EQ(settings.max_connections, 10'000U) << "what is not named keeps its default";
}

TEST(Settings, PreferTheFlagToTheEnvironmentToTheFile) {
  Settings settings;
  ASSERT_THAT(parse_settings("shards = 1\nexecutors = 1\nfrazzle_free = 1\n", "s.toml", settings),
              testing::SizeIs(1));
  ASSERT_THAT(parse_settings("shards = 1\nexecutors = 1\nmax_in_flight = 1\n", "s.toml", settings),
              IsEmpty());
  const std::map<std::string, std::string> variables{
      {"LOYALTY_EXECUTORS", "2"}, {"LOYALTY_MAX_IN_FLIGHT", "2"}, {"LOYALTY_LOG_LEVEL", ""}};
  ASSERT_THAT(apply_environment(settings, environment(variables)), IsEmpty());
  ASSERT_EQ(apply(settings, "max-in-flight", "3"), std::nullopt);
  EXPECT_EQ(settings.shards, 1U);
  EXPECT_EQ(settings.executors, 2U);
  EXPECT_EQ(settings.max_in_flight, 3U);
  EXPECT_EQ(settings.log_level, LogLevel::info) << "an empty variable is not set";
}

TEST(Settings, OfAFileWithMistakesAreNotAppliedAtAll) {
  Settings settings;
  const auto findings = parse_settings(
      "shards = 8\n"
      "durabilty = \"fsync\"\n"
      "max_connections = \"many\"\n"
      "frame_bytes = 12\n"
      "programs = [1]\n"
      "log_json = \"yes\"\n"
      "executors = 1.5\n"
      "listen = \"nowhere\"\n",
      "s.toml", settings);
  EXPECT_THAT(
      as_text(findings),
      ElementsAre(
          "s.toml:2:1: error: durabilty: unknown setting \"durabilty\"; did you mean "
          "\"durability\"? [INVALID_SETTING]",
          "s.toml:3:19: error: max_connections: expected a whole number, found a string "
          "[INVALID_SETTING]",
          "s.toml:4:15: error: frame_bytes: expected a whole number from 1024 to 16777216, got "
          "\"12\" [INVALID_SETTING]",
          "s.toml:5:12: error: programs: expected a list of strings without commas, found a list "
          "[INVALID_SETTING]",
          "s.toml:6:12: error: log_json: expected true or false, found a string "
          "[INVALID_SETTING]",
          "s.toml:7:13: error: executors: expected a whole number, found a number with a decimal "
          "point [INVALID_SETTING]",
          "s.toml:8:10: error: listen: expected HOST:PORT or [IPV6]:PORT, got \"nowhere\" "
          "[INVALID_SETTING]"));
  EXPECT_EQ(settings.shards, 0U);
}

TEST(Settings, RefuseValuesBeyondTheirBounds) {
  struct Row {
    std::string_view name, text;
    bool accepted;
  };
  for (const Row& row : {
           Row{"shards", "0", true},
           Row{"shards", "1024", true},
           Row{"shards", "1025", false},
           Row{"shards", "-1", false},
           Row{"shards", "99999999999999999999", false},
           Row{"shards", "", false},
           Row{"shards", "4x", false},
           Row{"max_connections", "0", false},
           Row{"frame_bytes", "1023", false},
           Row{"frame_bytes", "1024", true},
           Row{"durability", "none", false},
           Row{"durability", "relaxed", true},
           Row{"clock", "Real", false},
           Row{"log_level", "error", true},
           Row{"log_json", "1", false},
           Row{"store", "", false},
           Row{"listen", "127.0.0.1:0", true},
           Row{"listen", "localhost:65535", true},
           Row{"listen", "localhost:65536", false},
           Row{"listen", "localhost", false},
           Row{"listen", ":7400", false},
           Row{"listen", "::1:7400", false},
           Row{"listen", "[::1]:7400", true},
           Row{"programs", "a.toml", true},
           Row{"programs", "a.toml,,b.toml", false},
           Row{"programs", "", true},
       }) {
    SCOPED_TRACE(testing::Message() << row.name << " = " << row.text);
    Settings settings;
    EXPECT_EQ(!apply(settings, row.name, row.text).has_value(), row.accepted);
  }
}

TEST(Settings, AreFoundByNameWithDashesOrUnderscores) {
  Settings settings;
  EXPECT_EQ(apply(settings, "idle-timeout-seconds", "7"), std::nullopt);
  EXPECT_EQ(apply(settings, "idle_timeout_seconds", "8"), std::nullopt);
  EXPECT_EQ(settings.idle_timeout_seconds, 8U);
  EXPECT_THAT(apply(settings, "idle-timeout", "7").value_or(""), HasSubstr("unknown setting"));
  EXPECT_EQ(apply(settings, "liste", "x").value_or(""),
            "unknown setting \"liste\"; did you mean \"listen\"?");
}

TEST(Settings, NameTheVariableThatIsWrong) {
  Settings settings;
  const std::map<std::string, std::string> variables{{"LOYALTY_SHARDS", "lots"},
                                                     {"LOYALTY_CLOCK", "manual"}};
  EXPECT_THAT(apply_environment(settings, environment(variables)),
              ElementsAre("LOYALTY_SHARDS: expected a whole number from 0 to 1024, got \"lots\""));
  EXPECT_EQ(settings.clock, ClockKind::manual);
}

TEST(Settings, OfAFileThatIsMissingAreAFinding) {
  Settings settings;
  const auto findings = load_settings_file("/nonexistent/loyalty.toml", settings);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "UNREADABLE_FILE");
}

TEST(Settings, AreDocumentedFromTheSameTable) {
  const std::string table = settings_markdown();
  for (const Setting& setting : setting_table()) {
    EXPECT_THAT(table, HasSubstr("`" + std::string(setting.name) + "`"));
    EXPECT_THAT(table, HasSubstr(setting.flag()));
    EXPECT_THAT(table, HasSubstr(setting.environment()));
  }
  EXPECT_THAT(table, HasSubstr("| `listen` | `--listen` | `LOYALTY_LISTEN` | `127.0.0.1:7400` |"));
}

}  // namespace
}  // namespace loyalty::config
