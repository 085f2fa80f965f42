// SPDX-License-Identifier: Apache-2.0
#include "net/outgoing.hpp"

#include <gtest/gtest.h>

#include "net/client.hpp"
#include "net/msgpack_writer.hpp"
#include "tests/net/test_server.hpp"
#include "tests/net/wire.hpp"

namespace loyalty::net {
namespace {

using Texts = std::vector<std::string>;

const api::Error refusal{.code = "NO_POINTS",
                         .text = "too few",
                         .param = "amount",
                         .callers_fault = true,
                         .retryable = true,
                         .retry_after_ms = 250};
const api::Error breakdown{
    .code = "INTERNAL", .text = "out of order", .param = "", .callers_fault = false};

std::string error_bytes(const api::Error& error, ErrorForm form) {
  std::string bytes;
  append_error(bytes, 7, error, form);
  return bytes;
}

std::string reply_bytes(std::string body, bool replayed) {
  std::string bytes;
  append_reply(bytes, {7, api::Result{std::move(body), replayed}}, ErrorForm::triple);
  return bytes;
}

/// The golden bytes of the wire: they change with the protocol version only.
TEST(Outgoing, HasTheseBytes) {
  EXPECT_EQ(reply_bytes(hex("81 a1 'k' 05"), false), hex("94 01 07 c0 81 a1 'k' 05"));
  EXPECT_EQ(reply_bytes(hex("81 a1 'k' 05"), true),
            hex("94 01 07 c0 82 a1 'k' 05 a8 'replayed' c3"));
  EXPECT_EQ(error_bytes(breakdown, ErrorForm::pair),
            hex("94 01 07 92 00 b6 'INTERNAL: out of order' c0"));
  std::string notice;
  append_notice(notice, "tier.changed", hex("81 a1 'k' 05"));
  EXPECT_EQ(notice, hex("93 02 ac 'tier.changed' 91 81 a1 'k' 05"));
}

TEST(Outgoing, ErrorsHaveThreeForms) {
  EXPECT_EQ(texts_of(error_bytes(refusal, ErrorForm::triple)),
            Texts{R"([1,7,[1,"NO_POINTS: too few",{"code":"NO_POINTS","param":"amount",)"
                  R"("retryable":true,"retry_after_ms":250}],null])"});
  EXPECT_EQ(texts_of(error_bytes(breakdown, ErrorForm::triple)),
            Texts{R"([1,7,[0,"INTERNAL: out of order",{"code":"INTERNAL","param":"",)"
                  R"("retryable":false}],null])"});
  EXPECT_EQ(texts_of(error_bytes(refusal, ErrorForm::pair)),
            Texts{R"([1,7,[1,"NO_POINTS: too few"],null])"});
  EXPECT_EQ(texts_of(error_bytes(refusal, ErrorForm::string)),
            Texts{R"([1,7,"NO_POINTS: too few",null])"});
}

TEST(Outgoing, ErrorsAreReadBackInEveryForm) {
  for (const ErrorForm form : {ErrorForm::triple, ErrorForm::pair, ErrorForm::string}) {
    const std::string bytes = error_bytes(refusal, form);
    const api::Error error = read_error(std::string_view(bytes).substr(3, bytes.size() - 4));
    EXPECT_EQ(error.code, refusal.code);
    EXPECT_EQ(error.text, refusal.text);
    if (form != ErrorForm::triple) continue;
    EXPECT_EQ(error.param, refusal.param);
    EXPECT_TRUE(error.retryable);
    EXPECT_EQ(error.retry_after_ms, refusal.retry_after_ms);
  }
}

TEST(Outgoing, AReplayAddsOnePairWhateverTheHeadOfTheMap) {
  for (const std::size_t pairs : {0U, 1U, 14U, 15U, 16U, 255U, 65'534U, 65'535U, 65'536U}) {
    SCOPED_TRACE(pairs);
    const std::string body = map_of(pairs);
    std::string expected = hex("94 01 07 c0");
    pack::map(expected, pairs + 1);
    expected += body.substr(pairs <= 15 ? 1 : pairs <= 65'535 ? 3 : 5);
    expected += hex("a8 'replayed' c3");
    EXPECT_EQ(reply_bytes(body, true), expected);
  }
}

TEST(Outgoing, AReplayKeepsALongHeadLong) {
  const std::string longer = hex("de 00 01 a1 'k' 05");
  EXPECT_EQ(texts_of(reply_bytes(longer, true)),
            std::vector<std::string>{R"([1,7,null,{"k":5,"replayed":true}])"});
}

}  // namespace
}  // namespace loyalty::net
