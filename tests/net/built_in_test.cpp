// SPDX-License-Identifier: Apache-2.0
#include "net/built_in.hpp"

#include <gtest/gtest.h>

#include "tests/net/wire.hpp"

namespace loyalty::net {
namespace {

TEST(Hello, KeepsWhatItDoesNotName) {
  const Preferences before{.errors = ErrorForm::pair, .program = "cloud-kicks"};
  const auto same = read_hello(hex("80"), before);
  ASSERT_TRUE(same);
  EXPECT_EQ(same->errors, ErrorForm::pair);
  EXPECT_EQ(same->program, "cloud-kicks");
  const auto other = read_hello(hex("81 a6 'errors' a6 'string'"), before);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->errors, ErrorForm::string);
  EXPECT_EQ(other->program, "cloud-kicks");
}

TEST(Hello, NamesTheParamThatIsWrong) {
  struct Row {
    const char* params;
    const char* param;
  };
  for (const Row& row : {
           Row{"81 a6 'errors' a5 'loose'", "errors"},
           Row{"81 a6 'errors' 01", "errors"},
           Row{"82 a6 'errors' a4 'pair' a6 'errors' a4 'pair'", "errors"},
           Row{"81 a7 'program' a0", "program"},
           Row{"81 a7 'program' a3 'a b'", "program"},
           Row{"81 a7 'program' c0", "program"},
           Row{"81 a4 'user' a1 'x'", "params"},
           Row{"81 01 a1 'x'", "params"},
       }) {
    const auto read = read_hello(hex(row.params), {});
    ASSERT_FALSE(read) << row.params;
    EXPECT_EQ(read.error().code, "INVALID_PARAM");
    EXPECT_EQ(read.error().param, row.param) << row.params;
  }
}

TEST(Hello, AnswersWithTheLimits) {
  EXPECT_EQ(texts_of(hello_result({.errors = ErrorForm::pair, .program = "p"}, {})).front(),
            R"({"server":"loyalty","protocol":1,"errors":"pair","program":"p","limits":)"
            R"({"frame_bytes":65536,"max_in_flight":256,"max_nesting":12,"max_elements":1024,)"
            R"("frame_deadline_ms":5000,"idle_timeout_ms":300000}})");
}

TEST(Discovery, HasTheShapeThatNeovimsClientsTakeApart) {
  EXPECT_EQ(texts_of(discovery_result({"ping"})).front(),
            R"([1,{"version":{"major":0,"minor":1,"patch":0,"api_level":1,"api_compatible":1,)"
            R"("api_prerelease":false},"functions":[{"name":"ping","parameters":[["Dictionary",)"
            R"("params"]],"return_type":"Dictionary","since":1,"method":false}],"types":{"Buffer":)"
            R"({"id":0,"prefix":"nvim_buf_"},"Window":{"id":1,"prefix":"nvim_win_"},"Tabpage":)"
            R"({"id":2,"prefix":"nvim_tabpage_"}},"error_types":{"Exception":{"id":0},)"
            R"("Validation":{"id":1}}}])");
}

}  // namespace
}  // namespace loyalty::net
