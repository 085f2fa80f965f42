// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <thread>

#include "tests/net/test_server.hpp"
#include "tests/net/wire.hpp"

namespace loyalty::net {
namespace {

using Texts = std::vector<std::string>;

TEST(Calls, OfOneReadAreHandedOverTogetherAndAnsweredInOneGo) {
  TestServer server;
  RawSocket client(server.port());
  std::string bytes;
  for (std::uint32_t id = 1; id <= 100; ++id) bytes += call_bytes(id, "echo");
  ASSERT_TRUE(client.write(bytes));
  const Texts replies = client.read(100);
  ASSERT_EQ(replies.size(), 100U);
  for (std::uint32_t id = 1; id <= 100; ++id) {
    EXPECT_EQ(replies[id - 1], "[1," + std::to_string(id) + ",null,{}]");
  }
  EXPECT_EQ(server.batches(), std::vector<std::size_t>{100});
}

TEST(Calls, MayBeAnsweredInAnyOrder) {
  TestServer server;
  RawSocket client(server.port());
  client.write(call_bytes(1, "wait") + call_bytes(2, "wait") + call_bytes(3, "echo"));
  EXPECT_EQ(client.read(1), Texts{"[1,3,null,{}]"});
  const auto held = server.wait_for_held(2);
  answer(held[1].reply, map_of(1));
  EXPECT_EQ(client.read(1), Texts{R"([1,2,null,{"k000":0}])"});
  answer(held[0].reply);
  EXPECT_EQ(client.read(1), Texts{"[1,1,null,{}]"});
}

TEST(Calls, MayArriveByteByByte) {
  TestServer server;
  RawSocket client(server.port());
  const std::string bytes = hex("94 00 cd 01 00 a4 'echo' 91 81 a1 'k' 93 01 c3 a2 'ok'");
  for (const char byte : bytes) ASSERT_TRUE(client.write({&byte, 1}));
  EXPECT_EQ(client.read(1), Texts{R"([1,256,null,{"k":[1,true,"ok"]}])"});
}

TEST(Calls, MayBeCutAnywhere) {
  TestServer server;
  RawSocket client(server.port());
  const std::string second = hex("94 00 02 c4 04 'echo' 91 81 a1 'k' de 00 01 a1 'x' c0");
  for (std::size_t cut = 0; cut <= second.size(); ++cut) {
    SCOPED_TRACE(cut);
    // The reply to the first call tells that the beginning of the second was read with it.
    client.write(call_bytes(1, "echo") + second.substr(0, cut));
    ASSERT_EQ(client.read(1), Texts{"[1,1,null,{}]"});
    client.write(second.substr(cut));
    ASSERT_EQ(client.read(1), Texts{R"([1,2,null,{"k":{"x":null}}])"});
  }
}

TEST(Calls, ComeInEveryFormOfTheProfile) {
  TestServer server;
  RawSocket client(server.port());
  struct Row {
    const char* bytes;
    const char* reply;
  };
  for (const Row& row : {
           Row{"94 00 00 a4 'echo' 91 81 a1 'k' 05", R"([1,0,null,{"k":5}])"},
           Row{"94 00 ce ff ff ff ff a4 'echo' 91 80", "[1,4294967295,null,{}]"},
           Row{"94 00 07 c4 04 'echo' 91 80", "[1,7,null,{}]"},
           Row{"94 00 07 a4 'echo' 81 a1 'k' 05", R"([1,7,null,{"k":5}])"},
           Row{"94 00 07 a4 'echo' 90", "[1,7,null,{}]"},
       }) {
    client.write(hex(row.bytes));
    EXPECT_EQ(client.read(1), Texts{row.reply});
  }
}

TEST(Calls, AreRefusedInTheFormThatTheClientChose) {
  TestServer server;
  RawSocket client(server.port());
  client.write(call_bytes(1, "refuse"));
  EXPECT_EQ(client.read(1),
            Texts{R"([1,1,[1,"NO_POINTS: too few",{"code":"NO_POINTS","param":"amount",)"
                  R"("retryable":true,"retry_after_ms":250}],null])"});
  client.write(hex("94 00 02 a5 'hello' 91 81 a6 'errors' a4 'pair'") + call_bytes(3, "refuse"));
  EXPECT_EQ(client.read(2)[1], R"([1,3,[1,"NO_POINTS: too few"],null])");
  client.write(hex("94 00 04 a5 'hello' 91 81 a6 'errors' a6 'string'") + call_bytes(5, "refuse"));
  EXPECT_EQ(client.read(2)[1], R"([1,5,"NO_POINTS: too few",null])");
  client.write(hex("94 00 06 a5 'hello' 91 81 a6 'errors' a6 'triple'") + call_bytes(7, "refuse"));
  EXPECT_EQ(client.read(2)[1].substr(0, 30), R"([1,7,[1,"NO_POINTS: too few",{)");
}

TEST(Calls, CarryTheProgramThatHelloNamed) {
  TestServer server;
  RawSocket client(server.port());
  client.write(call_bytes(1, "wait") + hex("94 00 02 a5 'hello' 91 81 a7 'program' a2 'p1'") +
               call_bytes(3, "wait") + hex("94 00 04 a5 'hello' 91 81 a7 'program' a2 'p2'") +
               call_bytes(5, "wait"));
  const auto held = server.wait_for_held(3);
  EXPECT_EQ(held[0].program, "");
  EXPECT_EQ(held[1].program, "p1");
  EXPECT_EQ(held[2].program, "p2");
}

TEST(Calls, OfAWrongHelloChangeNothing) {
  TestServer server;
  RawSocket client(server.port());
  client.write(hex("94 00 01 a5 'hello' 91 82 a6 'errors' a4 'pair' a1 'x' 01") +
               call_bytes(2, "refuse"));
  const Texts replies = client.read(2);
  EXPECT_EQ(replies[0].substr(0, 25), R"([1,1,[1,"INVALID_PARAM: h)");
  EXPECT_EQ(replies[1].substr(0, 30), R"([1,2,[1,"NO_POINTS: too few",{)");
}

TEST(Calls, ToDiscoveryListTheMethods) {
  TestServer server;
  RawSocket client(server.port());
  client.write(hex("94 00 01 c4 11 'nvim_get_api_info' 90"));
  const Texts replies = client.read(1);
  EXPECT_NE(replies[0].find(R"("name":"echo")"), std::string::npos) << replies[0];
  EXPECT_NE(replies[0].find(R"("name":"hello")"), std::string::npos) << replies[0];
}

TEST(Calls, AnsweredFromTheStoreAreMarkedAsReplayed) {
  TestServer server;
  RawSocket client(server.port());
  for (const std::size_t pairs : {0U, 14U, 15U, 16U}) {
    SCOPED_TRACE(pairs);
    const auto before = server.held();
    client.write(call_bytes(1, "wait"));
    answer(server.wait_for_held(before + 1).back().reply, map_of(pairs), true);
    std::string expected = texts_of(map_of(pairs)).front();
    expected.pop_back();
    expected += pairs == 0 ? R"("replayed":true})" : R"(,"replayed":true})";
    EXPECT_EQ(client.read(1), Texts{"[1,1,null," + expected + "]"});
  }
}

TEST(Calls, OfTypesThatServersSendAreIgnored) {
  TestServer server;
  RawSocket client(server.port());
  client.write(hex("93 02 b4 'nvim_set_client_info' 95 a1 'x' 80 a6 'remote' 80 80") +
               hex("94 01 05 c0 c0") + call_bytes(1, "echo"));
  EXPECT_EQ(client.read(1), Texts{"[1,1,null,{}]"});
  EXPECT_EQ(server.statistics().ignored_messages, 2U);
}

TEST(Notices, KeepTheirOrderAmongReplies) {
  TestServer server;
  RawSocket client(server.port());
  client.write(call_bytes(1, "subscribe"));
  const auto slot = server.wait_for_held(1)[0].reply;
  notify(slot, "tier.changed", map_of(1));
  std::vector<api::Outgoing> burst;
  burst.emplace_back(api::Notice{"points.earned", map_of(0)});
  burst.emplace_back(api::Reply{1, api::Result{map_of(0)}});
  burst.emplace_back(api::Notice{"points.spent", map_of(0)});
  slot.peer->send(std::move(burst));
  EXPECT_EQ(client.read(4),
            (Texts{R"([2,"tier.changed",[{"k000":0}]])", R"([2,"points.earned",[{}]])",
                   "[1,1,null,{}]", R"([2,"points.spent",[{}]])"}));
}

TEST(Clients, DoNotDisturbEachOther) {
  TestServer server;
  RawSocket good(server.port());
  RawSocket waiting(server.port());
  RawSocket bad(server.port());
  waiting.write(call_bytes(1, "wait"));
  const auto held = server.wait_for_held(1);
  bad.write("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(bad.read_to_end(), Texts{});
  good.write(call_bytes(1, "echo"));
  EXPECT_EQ(good.read(1), Texts{"[1,1,null,{}]"});
  answer(held[0].reply);
  EXPECT_EQ(waiting.read(1), Texts{"[1,1,null,{}]"});
}

TEST(Clients, ThatDisconnectInTheMiddleOfACallLeaveNothingBehind) {
  TestServer server;
  RawSocket client(server.port());
  client.write(call_bytes(1, "wait"));
  const auto held = server.wait_for_held(1);
  client.reset();
  EXPECT_TRUE(eventually([&] { return server.statistics().connections_open == 0; }));
  answer(held[0].reply);
  RawSocket next(server.port());
  next.write(call_bytes(1, "echo"));
  EXPECT_EQ(next.read(1), Texts{"[1,1,null,{}]"});
}

TEST(Clients, MayBeAnsweredAfterTheServerHasGone) {
  TestServer server;
  RawSocket client(server.port());
  client.write(call_bytes(1, "wait"));
  const auto held = server.wait_for_held(1);
  server.end();
  EXPECT_EQ(client.read_to_end(), Texts{});
  answer(held[0].reply);
}

TEST(Clients, ThatEndTheirInputGetTheirReplies) {
  TestServer server;
  RawSocket client(server.port());
  client.write(call_bytes(1, "wait") + call_bytes(2, "echo"));
  client.end_input();
  EXPECT_EQ(client.read(1), Texts{"[1,2,null,{}]"});
  answer(server.wait_for_held(1)[0].reply);
  EXPECT_EQ(client.read_to_end(), Texts{"[1,1,null,{}]"});
}

TEST(Clients, AreServedByAllIoThreadsAndAnsweredFromAnyThread) {
  TestServer server({}, 2);
  constexpr std::uint32_t calls = 200;
  RawSocket first(server.port());
  RawSocket second(server.port());
  std::string bytes;
  for (std::uint32_t id = 1; id <= calls; ++id) bytes += call_bytes(id, "wait");
  first.write(bytes);
  second.write(bytes);
  const auto held = server.wait_for_held(2 * calls);
  std::vector<std::thread> repliers;
  for (std::size_t part = 0; part < 4; ++part) {
    repliers.emplace_back([&held, part] {
      for (std::size_t i = part; i < held.size(); i += 4) answer(held[i].reply);
    });
  }
  EXPECT_EQ(first.read(calls).size(), calls);
  EXPECT_EQ(second.read(calls).size(), calls);
  for (auto& replier : repliers) replier.join();
}

}  // namespace
}  // namespace loyalty::net
