// SPDX-License-Identifier: Apache-2.0
#include "net/frame.hpp"

#include <gtest/gtest.h>

#include "tests/net/wire.hpp"

namespace loyalty::net {
namespace {

/// "method|params" of a call, or what else the frame is.
std::string summary(const std::string& bytes) {
  const Frame frame = read_frame(bytes);
  if (const auto* request = get_if<Request>(&frame)) {
    return std::to_string(request->msgid) + " " + std::string(request->method) + " " +
           texts_of(request->params).front();
  }
  if (const auto* invalid = get_if<InvalidRequest>(&frame)) {
    return std::to_string(invalid->msgid) + " " + invalid->error.code;
  }
  return holds_alternative<IgnoredMessage>(frame) ? "ignored" : "foreign";
}

TEST(Frame, IsReadInEveryFormThatClientsSend) {
  struct Row {
    const char* bytes;
    const char* summary;
  };
  for (const Row& row : {
           Row{"94 00 00 a1 'm' 91 81 a1 'k' 05", R"(0 m {"k":5})"},
           Row{"94 00 ce ff ff ff ff a1 'm' 91 80", "4294967295 m {}"},
           Row{"94 00 cf 00 00 00 00 00 00 00 07 a1 'm' 91 80", "7 m {}"},
           Row{"94 00 d0 07 a1 'm' 91 80", "7 m {}"},
           Row{"94 00 07 c4 01 'm' 91 80", "7 m {}"},
           Row{"94 00 07 c5 00 01 'm' 91 80", "7 m {}"},
           Row{"94 00 07 c6 00 00 00 01 'm' 91 80", "7 m {}"},
           Row{"94 00 07 d9 01 'm' 91 80", "7 m {}"},
           Row{"94 00 07 a1 'm' 81 a1 'k' 05", R"(7 m {"k":5})"},
           Row{"94 00 07 a1 'm' 90", "7 m {}"},
           Row{"94 00 07 a1 'm' dc 00 00", "7 m {}"},
           Row{"94 00 07 a1 'm' dc 00 01 de 00 01 a1 'k' 05", R"(7 m {"k":5})"},
           Row{"dd 00 00 00 04 cc 00 07 a1 'm' 90", "7 m {}"},
           Row{"94 00 07 a5 'a.B:9' 90", "7 a.B:9 {}"},
       }) {
    EXPECT_EQ(summary(hex(row.bytes)), row.summary) << row.bytes;
  }
}

TEST(Frame, OfAnotherShapeIsRefusedIgnoredOrForeign) {
  struct Row {
    const char* bytes;
    const char* summary;
  };
  for (const Row& row : {
           Row{"92 00 07", "7 INVALID_REQUEST"},
           Row{"93 00 07 a1 'm'", "7 INVALID_REQUEST"},
           Row{"95 00 07 a1 'm' 90 c0", "7 INVALID_REQUEST"},
           Row{"94 00 07 05 90", "7 INVALID_REQUEST"},
           Row{"94 00 07 a0 90", "7 INVALID_REQUEST"},
           Row{"94 00 07 a2 c3 28 90", "7 INVALID_REQUEST"},
           Row{"94 00 07 a3 'a b' 90", "7 INVALID_REQUEST"},
           Row{"94 00 07 a2 'a' 0a 90", "7 INVALID_REQUEST"},
           Row{"94 00 07 a1 'm' c0", "7 INVALID_PARAM"},
           Row{"94 00 07 a1 'm' 91 c0", "7 INVALID_PARAM"},
           Row{"94 00 07 a1 'm' 92 80 80", "7 INVALID_PARAM"},
           Row{"93 02 a1 'm' 90", "ignored"},
           Row{"91 02", "ignored"},
           Row{"94 01 07 c0 c0", "ignored"},
           Row{"90", "foreign"},
           Row{"91 00", "foreign"},
           Row{"94 00 ca 3f 80 00 00 a1 'm' 90", "foreign"},
           Row{"94 00 ff a1 'm' 90", "foreign"},
           Row{"94 00 cf 00 00 00 01 00 00 00 00 a1 'm' 90", "foreign"},
           Row{"94 03 07 a1 'm' 90", "foreign"},
           Row{"94 ff 07 a1 'm' 90", "foreign"},
           Row{"94 c0 07 a1 'm' 90", "foreign"},
           Row{"80", "foreign"},
           Row{"47", "foreign"},
       }) {
    EXPECT_EQ(summary(hex(row.bytes)), row.summary) << row.bytes;
  }
}

TEST(Frame, NamesMethodsInSixtyFourBytesAtMost) {
  EXPECT_TRUE(is_method_name(std::string(64, 'm')));
  EXPECT_FALSE(is_method_name(std::string(65, 'm')));
  EXPECT_FALSE(is_method_name(""));
}

TEST(Frame, ShowsTheMsgidOfABeginning) {
  struct Row {
    const char* bytes;
    std::optional<std::uint32_t> msgid;
  };
  for (const Row& row : {
           Row{"94 00 07", 7},
           Row{"94 00 cd 01 00 c1", 256},
           Row{"dc 00 04 00 07", 7},
           Row{"dd 00 00 00 04 00 07", 7},
           Row{"94 00", std::nullopt},
           Row{"94 00 cd 01", std::nullopt},
           Row{"94 02 07", std::nullopt},
           Row{"94 00 a1 'm'", std::nullopt},
           Row{"dc 00", std::nullopt},
           Row{"84 00 07", std::nullopt},
           Row{"", std::nullopt},
       }) {
    EXPECT_EQ(readable_msgid(hex(row.bytes)), row.msgid) << row.bytes;
  }
}

}  // namespace
}  // namespace loyalty::net
