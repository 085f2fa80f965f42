// SPDX-License-Identifier: Apache-2.0
#include "cli/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace loyalty::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<CsvRecord> read_all(const std::string& text) {
  std::istringstream in(text);
  CsvReader reader(in);
  std::vector<CsvRecord> records;
  while (auto record = reader.next()) records.push_back(std::move(*record));
  return records;
}

TEST(CsvReader, ReadsRecordsWithEitherLineEndAndWithoutTheLast) {
  const auto records = read_all("a,b\r\n1,2\n3,");
  ASSERT_EQ(records.size(), 3U);
  EXPECT_THAT(records[0].fields, ElementsAre("a", "b"));
  EXPECT_THAT(records[1].fields, ElementsAre("1", "2"));
  EXPECT_THAT(records[2].fields, ElementsAre("3", ""));
}

TEST(CsvReader, ReadsQuotedFieldsWithCommasQuotesAndLineEnds) {
  const auto records = read_all("\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\",\"\"\n");
  ASSERT_EQ(records.size(), 1U);
  EXPECT_THAT(records[0].fields, ElementsAre("a,b", "say \"hi\"", "two\r\nlines", ""));
}

TEST(CsvReader, CountsLinesThroughQuotedFieldsAndEmptyLines) {
  const auto records = read_all("a\n\"b\nc\"\n\n\nd\n");
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].line, 1);
  EXPECT_EQ(records[1].line, 2);
  EXPECT_EQ(records[2].line, 6);
}

TEST(CsvReader, PassesOverAByteOrderMark) {
  EXPECT_THAT(read_all("\xef\xbb\xbf"
                       "a,b\n")[0]
                  .fields,
              ElementsAre("a", "b"));
}

TEST(CsvReader, ReportsABrokenRecordAndGoesOnWithTheNextLine) {
  const auto records = read_all("a\"b,c\n\"d\"e\nf\n");
  ASSERT_EQ(records.size(), 3U);
  EXPECT_THAT(records[0].error, HasSubstr("a quote within a field"));
  EXPECT_THAT(records[1].error, HasSubstr("follows a closing quote"));
  EXPECT_EQ(records[1].line, 2);
  EXPECT_EQ(records[2].error, "");
  EXPECT_EQ(records[2].line, 3);
}

TEST(CsvReader, ReportsAQuoteThatNeverEnds) {
  EXPECT_THAT(read_all("\"abc\n")[0].error, HasSubstr("not closed"));
  const auto records = read_all("\"" + std::string(2 * CsvReader::max_record_bytes, 'x') + "\nb\n");
  ASSERT_EQ(records.size(), 2U);
  EXPECT_THAT(records[0].error, HasSubstr("1 MiB"));
  EXPECT_LE(records[0].fields[0].size(), CsvReader::max_record_bytes);
  EXPECT_THAT(records[1].fields, ElementsAre("b"));
}

TEST(CsvReader, FindsNothingInAnEmptyFile) {
  EXPECT_TRUE(read_all("").empty());
  EXPECT_TRUE(read_all("\n\r\n").empty());
}

TEST(CsvLine, ReadsBackAsItWas) {
  for (const auto& fields :
       std::vector<std::vector<std::string>>{{"a", "b"}, {"a,b", "\"", "x\ny"}, {"", ""}, {""}}) {
    SCOPED_TRACE(csv_line(fields));
    EXPECT_EQ(read_all(csv_line(fields)).at(0).fields, fields);
  }
}

}  // namespace
}  // namespace loyalty::cli
