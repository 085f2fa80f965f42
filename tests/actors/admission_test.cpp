// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/node_fixture.hpp"

namespace loyalty::actors {
namespace {

using Admission = NodeTest;

TEST_F(Admission, ANodeWithTooMuchUnderWayAnswersBusyAtOnce) {
  options.max_in_flight = 3;
  start();
  enroll("ada");
  store_.hold_commits();
  std::vector<std::uint32_t> held;
  for (int i = 0; i < 3; ++i) {
    held.push_back(
        send("purchase", {{"member", "ada"}, {"key", std::to_string(i)}, {"amount", 100}}));
  }
  EXPECT_EQ(code_of("purchase", {{"member", "ada"}, {"key", "3"}, {"amount", 100}}), "OVERLOADED");
  EXPECT_TRUE(holds_alternative<api::Result>(call("ping", {}).outcome));
  store_.let_commits_pass();
  for (const auto id : held) peer_->reply(id);
  EXPECT_EQ(points_of("ada"), 3);
  EXPECT_EQ(code_of("purchase", {{"member", "ada"}, {"key", "3"}, {"amount", 100}}), "")
      << "what was refused for load was not done, and may be repeated with its key";
}

TEST_F(Admission, ACallWhoseDeadlinePassedIsNotBegun) {
  start();
  enroll("ada");
  api::Call late;
  late.target = {api::EntityKind::member, "shop", "ada"};
  late.key = "late";
  late.operation = std::make_shared<const domain::MemberCommand>(domain::Purchase{.amount = 100});
  late.deadline = std::chrono::steady_clock::now() - std::chrono::milliseconds(1);
  late.reply = {peer_, 4242};
  std::vector<api::Call> calls;
  calls.push_back(late);
  node_->submit(std::move(calls));
  EXPECT_EQ(get<api::Error>(peer_->reply(4242).outcome).code, "DEADLINE");
  EXPECT_EQ(points_of("ada"), 0);
}

TEST_F(Admission, AnUnknownProgramIsToldApart) {
  start();
  EXPECT_EQ(code_of("get_balances", {{"member", "ada"}, {"program", "other"}}), "UNKNOWN_PROGRAM");
}

TEST_F(Admission, ManyCallersOfOneMemberAreServedOneAfterTheOther) {
  start();
  enroll("ada");
  must("credit_points", {{"member", "ada"}, {"key", "c"}, {"points", 250}});
  std::vector<std::shared_ptr<TestPeer>> peers;
  std::vector<std::uint32_t> ids;
  for (int i = 0; i < 20; ++i) {
    peers.push_back(std::make_shared<TestPeer>());
    ids.push_back(send(peers.back(), "debit_points",
                       {{"member", "ada"}, {"key", "d" + std::to_string(i)}, {"points", 100}}));
  }
  int granted = 0;
  for (std::size_t i = 0; i < peers.size(); ++i) {
    granted += holds_alternative<api::Result>(peers[i]->reply(ids[i]).outcome);
  }
  EXPECT_EQ(granted, 2);
  EXPECT_EQ(points_of("ada"), 50);
}

}  // namespace
}  // namespace loyalty::actors
