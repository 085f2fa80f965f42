// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/net/test_server.hpp"
#include "tests/net/wire.hpp"

/// What a client may send before its first call, and what follows from it.
namespace loyalty::net {
namespace {

using Texts = std::vector<std::string>;

enum class End : std::uint8_t {
  stays,   ///< the connection serves the next call
  closes,  ///< the server ends it
  waits,   ///< the server waits for the rest; when the client ends instead, it ends, too
};

struct Input {
  const char* name;
  std::string bytes;
  Texts replies;  ///< "msgid CODE", or "msgid ok"
  End end;
};

std::string string32(std::size_t size) {
  std::string bytes = hex("db");
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(size >> shift & 0xff));
  }
  return bytes + std::string(size, 'x');
}

std::vector<Input> inputs() {
  const std::string call = hex("94 00 07 a4 'echo'");
  std::vector<Input> all{
      // Not MessagePack-RPC at all.
      {"HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", {}, End::closes},
      {"HTTP, lower case", "post", {}, End::closes},
      {"TLS hello", hex("16 03 01 02 00 01 00 01 fc 03 03"), {}, End::closes},
      {"RESP", "*1\r\n$4\r\nPING\r\n", {}, End::closes},
      {"SSH", "SSH-2.0-OpenSSH_9.2\r\n", {}, End::closes},
      {"JSON-RPC", R"({"jsonrpc":"2.0"})", {}, End::closes},
      {"a line feed", "\n", {}, End::closes},
      {"a zero", hex("00"), {}, End::closes},
      {"nil", hex("c0"), {}, End::closes},
      {"true", hex("c3"), {}, End::closes},
      {"a negative number", hex("ff"), {}, End::closes},
      {"a float", hex("cb 00 00 00 00 00 00 00 00"), {}, End::closes},
      {"a string", hex("a4 'ping'"), {}, End::closes},
      {"a binary", hex("c4 01 00"), {}, End::closes},
      {"a map", hex("80"), {}, End::closes},
      {"a map with a type", hex("81 00 07"), {}, End::closes},
      {"an extension", hex("d4 01 00"), {}, End::closes},
      {"a timestamp", hex("d6 ff 00 00 00 00"), {}, End::closes},
      {"the byte that is never used", hex("c1"), {}, End::closes},
      {"an empty array", hex("90"), {}, End::closes},
      {"an empty array, 32 bits", hex("dd 00 00 00 00"), {}, End::closes},
      // Wrong type fields.
      {"type 3", hex("94 03 07 a4 'echo' 90"), {}, End::closes},
      {"type -1", hex("94 ff 07 a4 'echo' 90"), {}, End::closes},
      {"type 2^63", hex("94 cf 80 00 00 00 00 00 00 00 07 a4 'echo' 90"), {}, End::closes},
      {"a float type", hex("94 ca 00 00 00 00 07 a4 'echo' 90"), {}, End::closes},
      {"a string type", hex("94 a1 '0' 07 a4 'echo' 90"), {}, End::closes},
      {"a nil type", hex("94 c0 07 a4 'echo' 90"), {}, End::closes},
      {"false as type", hex("94 c2 07 a4 'echo' 90"), {}, End::closes},
      // Wrong msgids.
      {"no msgid", hex("91 00"), {}, End::closes},
      {"a float msgid", hex("94 00 ca 40 e0 00 00 a4 'echo' 90"), {}, End::closes},
      {"a double msgid", hex("94 00 cb 40 1c 00 00 00 00 00 00 a4 'echo' 90"), {}, End::closes},
      {"a negative msgid", hex("94 00 ff a4 'echo' 90"), {}, End::closes},
      {"msgid 2^32", hex("94 00 cf 00 00 00 01 00 00 00 00 a4 'echo' 90"), {}, End::closes},
      {"a string msgid", hex("94 00 a1 '7' a4 'echo' 90"), {}, End::closes},
      {"a nil msgid", hex("94 00 c0 a4 'echo' 90"), {}, End::closes},
      {"an array as msgid", hex("94 00 91 07 a4 'echo' 90"), {}, End::closes},
      {"an extension as msgid", hex("94 00 d4 01 07 a4 'echo' 90"), {}, End::closes},
      {"swapped msgid and method", hex("94 00 a4 'echo' 07 90"), {}, End::closes},
      // Wrong number of fields.
      {"two fields", hex("92 00 07"), {"7 INVALID_REQUEST"}, End::stays},
      {"three fields", hex("93 00 07 a4 'echo'"), {"7 INVALID_REQUEST"}, End::stays},
      {"five fields", hex("95 00 07 a4 'echo' 90 c0"), {"7 INVALID_REQUEST"}, End::stays},
      {"trailing byte", call + hex("90 00"), {"7 ok"}, End::closes},
      {"trailing call", call + hex("90 94 00 08 a4 'echo' 90"), {"7 ok", "8 ok"}, End::stays},
      // Wrong methods.
      {"an integer method", hex("94 00 07 05 90"), {"7 INVALID_REQUEST"}, End::stays},
      {"a nil method", hex("94 00 07 c0 90"), {"7 INVALID_REQUEST"}, End::stays},
      {"an array method", hex("94 00 07 91 a1 'm' 90"), {"7 INVALID_REQUEST"}, End::stays},
      {"an extension method", hex("94 00 07 d4 01 00 90"), {"7 INVALID_REQUEST"}, End::stays},
      {"an empty method", hex("94 00 07 a0 90"), {"7 INVALID_REQUEST"}, End::stays},
      {"an empty binary method", hex("94 00 07 c4 00 90"), {"7 INVALID_REQUEST"}, End::stays},
      {"broken UTF-8", hex("94 00 07 a2 c3 28 90"), {"7 INVALID_REQUEST"}, End::stays},
      {"a surrogate", hex("94 00 07 a3 ed a0 80 90"), {"7 INVALID_REQUEST"}, End::stays},
      {"a space in the method", hex("94 00 07 a3 'a b' 90"), {"7 INVALID_REQUEST"}, End::stays},
      {"a line feed in it", hex("94 00 07 a3 'a' 0a 'b' 90"), {"7 INVALID_REQUEST"}, End::stays},
      {"a zero byte in it", hex("94 00 07 a2 'a' 00 90"), {"7 INVALID_REQUEST"}, End::stays},
      {"an umlaut in it", hex("94 00 07 a2 c3 a4 90"), {"7 INVALID_REQUEST"}, End::stays},
      // Wrong params.
      {"nil params", call + hex("c0"), {"7 INVALID_PARAM"}, End::stays},
      {"integer params", call + hex("05"), {"7 INVALID_PARAM"}, End::stays},
      {"string params", call + hex("a2 '{}'"), {"7 INVALID_PARAM"}, End::stays},
      {"binary params", call + hex("c4 01 80"), {"7 INVALID_PARAM"}, End::stays},
      {"extension params", call + hex("d4 01 80"), {"7 INVALID_PARAM"}, End::stays},
      {"two maps", call + hex("92 80 80"), {"7 INVALID_PARAM"}, End::stays},
      {"positional params", call + hex("93 01 02 03"), {"7 INVALID_PARAM"}, End::stays},
      {"a nil in params", call + hex("91 c0"), {"7 INVALID_PARAM"}, End::stays},
      {"a map too deep in params", call + hex("91 91 80"), {"7 INVALID_PARAM"}, End::stays},
      // Readable, and for the handler to judge.
      {"duplicate keys", call + hex("91 82 a1 'k' 01 a1 'k' 02"), {"7 ok"}, End::stays},
      {"integer keys", call + hex("91 81 01 02"), {"7 ok"}, End::stays},
      {"an extension within", call + hex("91 81 a1 'k' c7 03 05 00 00 00"), {"7 ok"}, End::stays},
      // Broken within.
      {"c1 as method", hex("94 00 07 c1"), {"7 MALFORMED"}, End::closes},
      {"c1 within params", call + hex("91 81 a1 'k' c1"), {"7 MALFORMED"}, End::closes},
      {"c1 as type", hex("94 c1"), {}, End::closes},
      {"c1 as msgid", hex("94 00 c1"), {}, End::closes},
      {"c1 after a call", call + hex("90 c1"), {"7 ok"}, End::closes},
      // More than is allowed.
      {"4 G elements at the top", hex("dd ff ff ff ff"), {}, End::closes},
      {"4 G pairs at the top", hex("df ff ff ff ff"), {}, End::closes},
      {"4 G elements in params",
       call + hex("dd ff ff ff ff"),
       {"7 TOO_MANY_ELEMENTS"},
       End::closes},
      {"4 G pairs in params",
       call + hex("91 df ff ff ff ff"),
       {"7 TOO_MANY_ELEMENTS"},
       End::closes},
      {"1025 elements", call + hex("91 81 a1 'k' dc 04 01"), {"7 TOO_MANY_ELEMENTS"}, End::closes},
      {"nested 16-bit arrays", hex("dc 04 00 dc 04 00 dc ff ff"), {}, End::closes},
      {"a string of 4 G",
       call + hex("91 81 a1 'k' db ff ff ff ff"),
       {"7 FRAME_TOO_LARGE"},
       End::closes},
      {"a binary of 4 G",
       call + hex("91 81 a1 'k' c6 ff ff ff ff"),
       {"7 FRAME_TOO_LARGE"},
       End::closes},
      {"an extension of 4 G",
       call + hex("91 81 a1 'k' c9 ff ff ff ff 01"),
       {"7 FRAME_TOO_LARGE"},
       End::closes},
      {"a method of 4 G", hex("94 00 07 db ff ff ff ff"), {"7 FRAME_TOO_LARGE"}, End::closes},
      {"nesting 13",
       call + hex("91 81 00 91 91 91 91 91 91 91 91 91 90"),
       {"7 TOO_DEEP"},
       End::closes},
      {"nesting 13 of maps",
       call + hex("81 00 81 00 81 00 81 00 81 00 81 00 81 00 81 00 81 00 81 00 81 00 80"),
       {"7 TOO_DEEP"},
       End::closes},
      {"nesting 12", call + hex("91 81 00 91 91 91 91 91 91 91 91 90"), {"7 ok"}, End::stays},
      {"arrays without end", std::string(1000, '\x91'), {}, End::closes},
      {"maps without end",
       hex("94 00 07") + std::string(1000, '\x81'),
       {"7 TOO_DEEP"},
       End::closes},
      {"a frame of 65,537 bytes",
       call + hex("91 81 a1 'k'") + string32(65'520),
       {"7 FRAME_TOO_LARGE"},
       End::closes},
      {"100,000 bytes",
       call + hex("91 81 a1 'k'") + string32(100'000),
       {"7 FRAME_TOO_LARGE"},
       End::closes},
      {"65,536 bytes", call + hex("91 81 a1 'k'") + string32(65'519), {"7 ok"}, End::stays},
      // Notifications and replies mean nothing, whatever they look like.
      {"a notification", hex("93 02 a4 'echo' 90"), {}, End::stays},
      {"a notification of one field", hex("91 02"), {}, End::stays},
      {"a reply", hex("94 01 07 c0 c0"), {}, End::stays},
      {"a long reply", hex("96 01 07 c0 c0 c0 c0"), {}, End::stays},
      // Cut off.
      {"an array header", hex("94"), {}, End::waits},
      {"half a header", hex("dc 00"), {}, End::waits},
      {"a type", hex("94 00"), {}, End::waits},
      {"half a msgid", hex("94 00 ce 00 00"), {}, End::waits},
      {"a msgid", hex("94 00 07"), {}, End::waits},
      {"half a method", hex("94 00 07 a4 'ec'"), {}, End::waits},
      {"no params", call, {}, End::waits},
      {"half the params", call + hex("91 82 a1 'k' 01"), {}, End::waits},
      {"half a string length", call + hex("91 81 da 01"), {}, End::waits},
  };
  return all;
}

std::string code_of(const std::string& reply) {
  const auto id_end = reply.find(',', 3);
  const std::string id = reply.substr(3, id_end - 3);
  if (reply.compare(id_end, 6, ",null,") == 0) return id + " ok";
  const auto code = reply.find('"', id_end) + 1;
  return id + " " + reply.substr(code, reply.find(':', code) - code);
}

Texts codes_of(const Texts& replies) {
  Texts codes;
  for (const std::string& reply : replies) codes.push_back(code_of(reply));
  return codes;
}

/// What comes after the bytes of a row were sent.
void expect_outcome(RawSocket& client, const Input& row) {
  switch (row.end) {
    case End::stays:
      client.write(call_bytes(99, "echo"));
      EXPECT_EQ(codes_of(client.read(row.replies.size())), row.replies);
      EXPECT_EQ(codes_of(client.read(1)), Texts{"99 ok"});
      return;
    case End::waits: client.end_input(); break;
    case End::closes: break;
  }
  EXPECT_EQ(codes_of(client.read_to_end()), row.replies);
}

TEST(MalformedInput, InOneWriteHasTheExpectedOutcome) {
  TestServer server;
  ASSERT_GE(inputs().size(), 60U);
  for (const Input& row : inputs()) {
    SCOPED_TRACE(row.name);
    RawSocket client(server.port());
    client.write(row.bytes);
    expect_outcome(client, row);
  }
}

TEST(MalformedInput, HasTheSameOutcomeHoweverItIsCut) {
  TestServer server;
  constexpr std::size_t cuts = 64;
  for (const Input& row : inputs()) {
    SCOPED_TRACE(row.name);
    for (std::size_t cut = 1; cut < std::min(row.bytes.size(), cuts); ++cut) {
      SCOPED_TRACE(cut);
      RawSocket client(server.port());
      // The reply to this call tells that the first part was read with it.
      client.write(call_bytes(1, "echo") + row.bytes.substr(0, cut));
      ASSERT_EQ(codes_of(client.read(1)), Texts{"1 ok"});
      client.write(row.bytes.substr(cut));
      expect_outcome(client, row);
    }
  }
}

TEST(MalformedInput, ByteByByteHasTheSameOutcome) {
  TestServer server;
  for (const Input& row : inputs()) {
    if (row.bytes.size() > 2'000) continue;
    SCOPED_TRACE(row.name);
    RawSocket client(server.port());
    for (const char byte : row.bytes) {
      if (!client.write({&byte, 1})) break;
    }
    expect_outcome(client, row);
  }
}

TEST(MalformedInput, NeverReachesTheHandler) {
  TestServer server;
  for (const Input& row : inputs()) {
    RawSocket client(server.port());
    client.write(row.bytes);
    client.end_input();
    client.read_to_end();
  }
  std::size_t good = 0;
  for (const Input& row : inputs()) {
    good += static_cast<std::size_t>(std::count_if(
        row.replies.begin(), row.replies.end(),
        [](const std::string& reply) { return reply.find("ok") != std::string::npos; }));
  }
  EXPECT_EQ(server.statistics().requests, good);
}

TEST(MalformedInput, IsCountedByItsKind) {
  TestServer server;
  const auto send = [&](const std::string& bytes) {
    RawSocket client(server.port());
    client.write(bytes);
    client.end_input();
    client.read_to_end();
  };
  send("GET / HTTP/1.1\r\n");
  send(hex("dd ff ff ff ff"));
  send(std::string(20, '\x91'));
  send(hex("91 db ff ff ff ff"));
  send(hex("92 00 07"));
  const Statistics seen = server.statistics();
  EXPECT_EQ(seen.malformed, 1U);
  EXPECT_EQ(seen.containers_too_long, 1U);
  EXPECT_EQ(seen.frames_too_deep, 1U);
  EXPECT_EQ(seen.frames_too_large, 1U);
  EXPECT_EQ(seen.invalid_requests, 1U);
}

}  // namespace
}  // namespace loyalty::net
