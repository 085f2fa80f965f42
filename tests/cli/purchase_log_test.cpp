// SPDX-License-Identifier: Apache-2.0
#include "cli/purchase_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loyalty::cli {
namespace {

using testing::HasSubstr;

const std::vector<std::string> header{"row", "member", "day", "units", "amount"};

Columns columns() {
  auto names = parse_column_map("member=member,at=day,amount=amount,units=units");
  EXPECT_TRUE(names);
  names->key = "row";
  return *find_columns(*names, header);
}

domain::Expected<PurchaseRow, std::string> read(std::vector<std::string> fields) {
  return read_purchase({.line = 7, .fields = std::move(fields), .error = {}}, columns(),
                       *domain::Zone::find("America/Los_Angeles"));
}

TEST(PurchaseLog, ReadsARow) {
  const auto row = read({"17", " 00001 ", "1997-01-01", "2", "11.77"});
  ASSERT_TRUE(row) << row.error();
  EXPECT_EQ(row->line, 7);
  EXPECT_EQ(row->member, "00001");
  EXPECT_EQ(row->at.ms, 852'105'600'000);
  EXPECT_EQ(row->amount, 1177);
  EXPECT_EQ(row->units, 2);
  EXPECT_EQ(row->key, "import:17");
}

TEST(PurchaseLog, SaysWhatIsWrongWithARow) {
  using Row = std::pair<std::vector<std::string>, const char*>;
  for (const auto& [fields, error] :
       {Row{{"1", "a b", "1997-01-01", "1", "1"}, "member: expected"},
        Row{{"1", "ada", "1.1.1997", "1", "1"}, "at: expected YYYY-MM-DD"},
        Row{{"1", "ada", "1997-01-01", "x", "1"}, "units: expected a whole number"},
        Row{{"1", "ada", "1997-01-01", "1", "-1"}, "amount: expected an amount"},
        Row{{"", "ada", "1997-01-01", "1", "1"}, "key: expected"},
        Row{{"\xff", "ada", "1997-01-01", "1", "1"}, "valid UTF-8"},
        Row{{"1", "ada", "1960-01-01", "1", "1"}, "at: expected"},
        Row{{"1", "ada", "1997-01-01", "1"}, "expected 5 fields, found 4"}}) {
    const auto row = read(fields);
    ASSERT_FALSE(row) << error;
    EXPECT_THAT(row.error(), HasSubstr(error));
  }
}

TEST(ColumnMap, NeedsMemberTimeAndAmount) {
  using Row = std::pair<const char*, const char*>;
  for (const auto& [map, error] :
       {Row{"member=m,at=d", "amount is not mapped"}, Row{"", "member is not mapped"},
        Row{"member=m,at=d,amount=a,color=c", "got \"color=c\""},
        Row{"member=m,at=d,amount=", "got \"amount=\""},
        Row{"member=m,member=n,at=d,amount=a", "member is mapped twice"}}) {
    const auto names = parse_column_map(map);
    ASSERT_FALSE(names) << map;
    EXPECT_THAT(names.error(), HasSubstr(error));
  }
}

TEST(Columns, AreFoundByNameOnceEach) {
  ColumnNames names{.member = "member", .at = "day", .amount = "amount", .key = "id"};
  EXPECT_THAT(find_columns(names, header).error(), HasSubstr("no column is named \"id\""));
  names.key = "row";
  EXPECT_THAT(find_columns(names, {"row", "member", "day", "amount", "row"}).error(),
              HasSubstr("two columns are named \"row\""));
}

}  // namespace
}  // namespace loyalty::cli
