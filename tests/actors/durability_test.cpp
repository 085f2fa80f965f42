// SPDX-License-Identifier: Apache-2.0
#include "actors/entity_key.hpp"
#include "tests/actors/node_fixture.hpp"

/// "Acknowledge only what is durable" (runtime.md 1.2).
namespace loyalty::actors {
namespace {

using Durability = NodeTest;

TEST_F(Durability, NoReplyLeavesBeforeItsRecordIsWritten) {
  start();
  enroll("ada");
  store_.hold_commits();
  const auto purchase = send("purchase", {{"member", "ada"}, {"key", "1"}, {"amount", 5000}});
  store_.wait_for_held_commit();
  EXPECT_FALSE(peer_->has_reply(purchase));
  store_.let_commits_pass();
  EXPECT_TRUE(holds_alternative<api::Result>(peer_->reply(purchase).outcome));
}

TEST_F(Durability, AReadOfWhatIsNotDurableYetWaits) {
  start();
  enroll("ada");
  store_.hold_commits();
  send("purchase", {{"member", "ada"}, {"key", "1"}, {"amount", 5000}});
  store_.wait_for_held_commit();
  const auto read = send("get_balances", {{"member", "ada"}});
  must("ping", {});
  EXPECT_FALSE(peer_->has_reply(read));
  store_.let_commits_pass();
  const auto reply = peer_->reply(read);
  EXPECT_EQ(number_at(get<api::Result>(reply.outcome).body, "balances.points.available"), 50);
}

TEST_F(Durability, WhatGathersWhileABlockIsWrittenIsTheNextBlock) {
  start();
  enroll("ada");
  store_.hold_commits();
  std::vector<std::uint32_t> calls{
      send("purchase", {{"member", "ada"}, {"key", "first"}, {"amount", 100}})};
  store_.wait_for_held_commit();
  const std::size_t before = store_.commits();
  for (int i = 0; i < 100; ++i) {
    calls.push_back(
        send("purchase", {{"member", "ada"}, {"key", std::to_string(i)}, {"amount", 100}}));
  }
  must("ping", {});
  store_.let_commits_pass();
  for (const auto id : calls) peer_->reply(id);
  EXPECT_LE(store_.commits() - before, 10U) << "100 records in a few blocks";
  EXPECT_EQ(points_of("ada"), 101);
}

TEST_F(Durability, EverythingAcknowledgedIsThereAfterARestart) {
  start();
  enroll("ada");
  for (int i = 0; i < 250; ++i) {  // more than one snapshot
    must("purchase", {{"member", "ada"}, {"key", std::to_string(i)}, {"amount", 100}});
  }
  restart();
  EXPECT_EQ(points_of("ada"), 250);
  for (const int i : {0, 120, 249}) {
    const auto again =
        must("purchase", {{"member", "ada"}, {"key", std::to_string(i)}, {"amount", 100}});
    EXPECT_TRUE(again.replayed) << i;
  }
  EXPECT_EQ(points_of("ada"), 250);
  EXPECT_EQ(code_of("purchase", {{"member", "ada"}, {"key", "7"}, {"amount", 101}}),
            "IDEMPOTENCY_CONFLICT");
}

TEST_F(Durability, ARepeatedCallIsAnsweredInTheWordsOfThen) {
  start();
  domain::ProgramDefinition program = shop_with_a_latte();
  apply(program);
  enroll("ada");
  const std::vector<Param> purchase{{"member", "ada"}, {"key", "1"}, {"amount", 100}};
  const std::string answer = must("purchase", purchase).body;
  EXPECT_THAT(answer, testing::HasSubstr("9 lattes away, 10 %"));

  program.promotions.front().name = "Fifth coffee";
  program.promotions.front().units = "coffees";
  apply(program);
  EXPECT_THAT(must("purchase", {{"member", "ada"}, {"key", "2"}, {"amount", 100}}).body,
              testing::HasSubstr("8 coffees away, 20 %"));
  EXPECT_EQ(must("purchase", purchase).body, answer) << "out of memory";
  restart();
  const auto again = must("purchase", purchase);
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(again.body, answer) << "out of the store";
}

TEST_F(Durability, ARefusalSticksOverARestart) {
  start();
  EXPECT_EQ(code_of("purchase", {{"member", "ada"}, {"key", "early"}, {"amount", 100}}),
            "UNKNOWN_MEMBER");
  enroll("ada");
  restart();
  EXPECT_EQ(code_of("purchase", {{"member", "ada"}, {"key", "early"}, {"amount", 100}}),
            "UNKNOWN_MEMBER");
  EXPECT_EQ(points_of("ada"), 0);
}

TEST_F(Durability, MembersThatLeftMemoryComeBackAsTheyWere) {
  options.active_entities = 4;
  start();
  for (int i = 0; i < 60; ++i) enroll("member-" + std::to_string(i));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 60; ++i) {
      must("purchase", {{"member", "member-" + std::to_string(i)},
                        {"key", std::to_string(round)},
                        {"amount", 1000}});
    }
  }
  for (int i = 0; i < 60; ++i) {
    const std::string member = "member-" + std::to_string(i);
    ASSERT_EQ(points_of(member), 30);
    EXPECT_TRUE(must("purchase", {{"member", member}, {"key", "0"}, {"amount", 1000}}).replayed);
  }
  restart();
  for (int i = 0; i < 60; ++i) EXPECT_EQ(points_of("member-" + std::to_string(i)), 30);
}

TEST_F(Durability, MembersThatAreIdleLeaveMemoryAndComeBackAsTheyWere) {
  options.max_idle = std::chrono::seconds(0);
  start();
  for (int i = 0; i < 10; ++i) enroll("member-" + std::to_string(i));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 10; ++i) {
      must("purchase", {{"member", "member-" + std::to_string(i)},
                        {"key", std::to_string(round)},
                        {"amount", 1000}});
    }
  }
  for (int i = 0; i < 10; ++i) EXPECT_EQ(points_of("member-" + std::to_string(i)), 30);
}

TEST_F(Durability, WhereNobodyMayStayEachCallFindsItsMemberInTheStore) {
  options.max_idle = std::chrono::seconds(0);
  start();
  enroll("ada");
  for (int i = 0; i < 20; ++i) {
    const std::size_t before = store_.loads();
    must("purchase", {{"member", "ada"}, {"key", std::to_string(i)}, {"amount", 100}});
    EXPECT_EQ(store_.loads(), before + 1) << "written in one commit with its snapshot";
    EXPECT_EQ(points_of("ada"), i + 1);
    EXPECT_EQ(store_.loads(), before + 2) << "a reader does not stay either";
  }
}

TEST_F(Durability, WhatIsOldStandsInSnapshotsAndNotInTheJournal) {
  options.snapshot_age = std::chrono::seconds(0);
  start();
  enroll("ada");
  for (int i = 0; i < 600; ++i) {
    must("purchase", {{"member", "ada"}, {"key", std::to_string(i)}, {"amount", 100}});
  }
  const std::string ada = member_key("shop", "ada");
  const auto shard = shard_of(ada, store_.shards());
  const auto blocks = [&] {
    int count = 0;
    EXPECT_TRUE(store_.blocks(shard, 0, [&](const persistence::Block&) { return ++count > 0; }));
    return count;
  };
  const auto covered = [&] { return store_.owner(shard)->checkpoint; };
  while (covered() < 500 || blocks() > 500) must("ping", {});  // a second or two
  restart();
  EXPECT_EQ(points_of("ada"), 600);
}

TEST_F(Durability, AMissingSnapshotIsDamageAndNoNewMember) {
  options.snapshot_age = std::chrono::seconds(0);
  start();
  enroll("ada");
  const auto shard = shard_of(member_key("shop", "ada"), store_.shards());
  while (store_.owner(shard)->checkpoint == 0) must("ping", {});
  stop();
  store_.lose_snapshots();
  start();
  EXPECT_EQ(code_of("get_balances", {{"member", "ada"}}), "UNAVAILABLE");
  EXPECT_EQ(code_of("enroll_member", {{"member", "ada"}, {"key", "again"}}), "UNAVAILABLE");
  EXPECT_EQ(code_of("get_balances", {{"member", "bob"}}), "UNKNOWN_MEMBER");
}

TEST_F(Durability, AMissingBlockIsFoundWhenTheServerStarts) {
  start();
  enroll("ada");
  must("purchase", {{"member", "ada"}, {"key", "1"}, {"amount", 100}});
  store_.lose_first_block();
  EXPECT_THAT(failed_restart(), testing::ContainsRegex("shard .: the blocks from position 1 to .* "
                                                       "are missing"));
}

TEST_F(Durability, AFullStoreRefusesWritesAndGoesOnWhenThereIsSpace) {
  start();
  enroll("ada");
  store_.answer_commits(persistence::CommitStatus::full);
  const auto held = send("purchase", {{"member", "ada"}, {"key", "held"}, {"amount", 100}});
  // Calls that come once the store has said so are refused at once.
  std::string code;
  for (int i = 0; i < 10'000 && code != "STORAGE_FULL"; ++i) {
    const auto id =
        send("purchase", {{"member", "bob"}, {"key", std::to_string(i)}, {"amount", 100}});
    must("ping", {});
    if (!peer_->has_reply(id)) continue;
    const auto reply = peer_->reply(id);
    if (const auto* error = get_if<api::Error>(&reply.outcome)) code = error->code;
  }
  store_.answer_commits(std::nullopt);
  EXPECT_TRUE(holds_alternative<api::Result>(peer_->reply(held).outcome));
  EXPECT_EQ(points_of("ada"), 1);
}

TEST_F(Durability, AShardLostToAnotherOwnerAnswersThatTheOutcomeIsUnknown) {
  start();
  enroll("ada");
  for (persistence::ShardId shard = 0; shard < store_.shards(); ++shard) {
    const auto fence = store_.owner(shard)->fence;
    ASSERT_TRUE(store_.claim(shard, fence, {1, 1}, static_cast<std::int64_t>(fence.epoch + 1)));
  }
  EXPECT_EQ(code_of("purchase", {{"member", "ada"}, {"key", "1"}, {"amount", 100}}),
            "OUTCOME_UNKNOWN");
  EXPECT_EQ(code_of("get_balances", {{"member", "ada"}}), "UNAVAILABLE");
}

TEST_F(Durability, AStoreThatDoesNotAnswerStopsWritesAndNotReads) {
  start();
  enroll("ada");
  store_.answer_commits(persistence::CommitStatus::unknown);
  const auto unanswered = send("purchase", {{"member", "ada"}, {"key", "1"}, {"amount", 100}});
  std::string code;
  while (code != "UNAVAILABLE") {
    code = code_of("purchase", {{"member", "ada"}, {"key", "2"}, {"amount", 0}});
    ASSERT_TRUE(code == "UNAVAILABLE" || code == "OUTCOME_UNKNOWN") << code;
  }
  const auto reply = peer_->reply(unanswered);
  EXPECT_EQ(get<api::Error>(reply.outcome).code, "OUTCOME_UNKNOWN");

  store_.answer_commits(std::nullopt);
  while (code != "") code = code_of("purchase", {{"member", "ada"}, {"key", "1"}, {"amount", 100}});
  EXPECT_EQ(points_of("ada"), 1) << "what was unknown is found with its key";
}

}  // namespace
}  // namespace loyalty::actors
