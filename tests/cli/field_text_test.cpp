// SPDX-License-Identifier: Apache-2.0
#include "cli/field_text.hpp"

#include <gtest/gtest.h>

namespace loyalty::cli {
namespace {

TEST(Amount, IsReadExactly) {
  using Row = std::pair<const char*, std::int64_t>;
  for (const auto& [text, cents] :
       {Row{"0", 0}, Row{"0.00", 0}, Row{"11.77", 1177}, Row{"12.5", 1250}, Row{"20", 2000},
        Row{"0.29", 29}, Row{"1.15", 115}, Row{"10000000000.00", 1'000'000'000'000}}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(parse_amount(text), cents);
  }
}

TEST(Amount, IsNothingElse) {
  for (const char* text : {"", "-1", "+1", "1.", ".5", "1.234", "1,50", "1e3", " 1", "$5", "1.-5",
                           "10000000000.01", "99999999999999999999"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(parse_amount(text), std::nullopt);
  }
}

TEST(Count, IsDigits) {
  EXPECT_EQ(parse_count("12"), 12);
  for (const char* text : {"", "-1", "1.0", "9999999999999", "123456789012345678901"}) {
    EXPECT_EQ(parse_count(text), std::nullopt) << text;
  }
}

TEST(Instant, IsADayAnInstantOrEpochMilliseconds) {
  const auto los_angeles = *domain::Zone::find("America/Los_Angeles");
  using Row = std::pair<const char*, std::int64_t>;
  for (const auto& [text, ms] :
       {Row{"1997-01-01", 852'105'600'000}, Row{"1997-07-01", 867'740'400'000},
        Row{"1970-01-01T00:00:00Z", 0}, Row{"2026-05-01T18:00:00Z", 1'777'658'400'000},
        Row{"2026-05-01t11:00:00.1239-07:00", 1'777'658'400'123},
        Row{"2026-05-01 20:00:00.5+02:00", 1'777'658'400'500},
        Row{"1777658400000", 1'777'658'400'000}, Row{"10000000000", 10'000'000'000}}) {
    SCOPED_TRACE(text);
    const auto instant = parse_instant(text, los_angeles);
    ASSERT_TRUE(instant);
    EXPECT_EQ(instant->ms, ms);
  }
}

TEST(Instant, IsNothingElse) {
  const auto utc = *domain::Zone::find("UTC");
  for (const char* text :
       {"", "19970101", "1777658400", "1997-13-01", "1997-02-29", "01/02/1997", "1997-1-1",
        "2026-05-01T18:00:00", "2026-05-01T18:00Z", "2026-05-01T24:00:00Z", "2026-05-01T18:00:60Z",
        "2026-05-01T18:00:00.Z", "2026-05-01T18:00:00Zx", "2026-05-01T18:00:00+2:00",
        "99999999999999999999", "-5"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(parse_instant(text, utc));
  }
}

TEST(MemberId, IsWhatTheServerTakes) {
  EXPECT_TRUE(is_member_id("Ada_99-x"));
  EXPECT_TRUE(is_member_id(std::string(64, 'a')));
  EXPECT_FALSE(is_member_id(""));
  EXPECT_FALSE(is_member_id(std::string(65, 'a')));
  EXPECT_FALSE(is_member_id("a b"));
  EXPECT_FALSE(is_member_id("\xc3\xa9"));
}

TEST(ImportKey, IsReadableWhereItFitsAndAHashWhereNot) {
  EXPECT_EQ(import_key("import:", "17"), "import:17");
  EXPECT_EQ(import_key("import:", std::string(57, 'x')), "import:" + std::string(57, 'x'));
  // The 128-bit FNV-1a hash: a key must be the same in every version that resumes an import.
  EXPECT_EQ(import_key("import:", std::string(58, 'x')),
            "import:#2316443eb822aed7b9a49c7bdc3b1055");
  EXPECT_NE(import_key("import:", std::string(58, 'x')),
            import_key("import:", std::string(59, 'x')));
  EXPECT_LE(import_key("import:enroll:", std::string(1000, 'x')).size(), 64U);
}

}  // namespace
}  // namespace loyalty::cli
