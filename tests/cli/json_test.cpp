// SPDX-License-Identifier: Apache-2.0
#include "cli/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loyalty::cli {
namespace {

using testing::HasSubstr;

std::string round_trip(const std::string& json) {
  const auto value = parse_json(json);
  if (!value) return "error: " + value.error();
  return to_json(*value, JsonLayout::one_line);
}

TEST(Json, GoesToMessagePackAndBackInItsOrder) {
  for (const char* json :
       {R"({"z":1,"a":[true,false,null,"x"],"m":{"k":-5}})", "{}", "[]", "\"\\\"\\n\xc3\xa9\"",
        R"({"big":9007199254740991,"small":-9007199254740991,"32":4294967296,"u":200,"n":-33})"}) {
    EXPECT_EQ(round_trip(json), json);
  }
}

TEST(Json, BecomesTheSmallestMessagePack) {
  EXPECT_EQ(parse_json(R"({"amount": 1999})")->encoded(),
            "\x81\xa6"
            "amount\xcd\x07\xcf");
  EXPECT_EQ(parse_json("-1")->encoded(), "\xff");
}

TEST(Json, RefusesWhatTheServerWouldNotTake) {
  EXPECT_THAT(round_trip(R"({"a": {"amount": 19.99}})"), HasSubstr("a.amount: numbers are whole"));
  EXPECT_THAT(round_trip(R"([1, 2e3])"), HasSubstr("[1]: numbers are whole"));
  EXPECT_THAT(round_trip("9007199254740992"), HasSubstr("2^53-1"));
  EXPECT_THAT(round_trip("18446744073709551615"), HasSubstr("2^53-1"));
  EXPECT_THAT(round_trip(R"({"a": 1, "b": {"a": 2}, "a": 3})"), HasSubstr("a: named twice"));
  EXPECT_THAT(round_trip(std::string(100, '[') + std::string(100, ']')), HasSubstr("too deep"));
  EXPECT_THAT(round_trip("{member: 1}"), HasSubstr("not JSON"));
  EXPECT_THAT(round_trip("\"\xff\""), HasSubstr("not JSON"));
  EXPECT_THAT(round_trip(""), HasSubstr("not JSON"));
}

TEST(Json, IsIndentedForPeople) {
  EXPECT_EQ(to_json(*parse_json(R"({"a":[1]})"), JsonLayout::indented),
            "{\n  \"a\": [\n    1\n  ]\n}");
}

TEST(Json, OfBytesThatAreNoMessagePackIsNull) {
  EXPECT_EQ(raw_to_json("\xc1", JsonLayout::one_line), "null");
}

TEST(Value, IsNothingWhereThereIsNothing) {
  const Value value = *parse_json(R"({"a":{"b":[1,"x"]}})");
  EXPECT_EQ(value["a"]["b"].items()[0].number(), 1);
  EXPECT_TRUE(value["a"]["none"]["deeper"].is_nil());
  EXPECT_EQ(value["a"].number(), 0);
  EXPECT_EQ(value["a"]["b"].plain(), "1, x");
  EXPECT_FALSE(Value::decode("\x01\x02"));
  EXPECT_FALSE(Value::decode("\xcb\x40\x00\x00\x00\x00\x00\x00\x00"));
}

}  // namespace
}  // namespace loyalty::cli
