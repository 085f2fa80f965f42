// SPDX-License-Identifier: Apache-2.0
#include "actors/entity.hpp"

#include <gtest/gtest.h>

#include "actors/answers.hpp"
#include "actors/entity_key.hpp"
#include "tests/actors/node_fixture.hpp"

namespace loyalty::actors {
namespace {

/// Entities without actors, threads and stores: what the shell does is a function of its messages.
class EntityTest : public NodeTest {
 protected:
  EntityTest() {
    program_.id = "shop";
    apply(shop());
  }

  void apply(const domain::ProgramDefinition& definition) {
    ASSERT_TRUE(domain::execute(program_, domain::ApplyProgram{definition}, {noon}).result);
    view_ = domain::view_of(program_);
  }

  Work message(const std::string& method, const std::string& key, std::int64_t amount = 0) {
    api::Call call;
    call.key = key;
    if (method == "enroll") {
      call.operation = std::make_shared<const domain::MemberCommand>(domain::EnrollMember{});
    } else {
      domain::Purchase purchase;
      purchase.amount = amount;
      call.operation = std::make_shared<const domain::MemberCommand>(purchase);
    }
    call.payload = static_cast<std::uint64_t>(amount);
    Work work;
    work.entity = "m:shop:ada";
    work.task = call;
    work.now = {noon};
    work.program = view_;
    return work;
  }

  domain::Program program_;
  ProgramRegistry::View view_;
};

TEST_F(EntityTest, ReplayOfItsRecordsGivesTheSameState) {
  auto live = make_entity("m:shop:ada");
  auto replayed = make_entity("m:shop:ada");
  for (int i = 0; i < 20; ++i) {
    Work work = message(i == 0 ? "enroll" : "purchase", "key-" + std::to_string(i), 1000 * i);
    live->handle(work);
    ASSERT_TRUE(work.record);
    const std::string bytes = encode_record(work);
    ASSERT_TRUE(replayed->replay(*decode_record(bytes)));
  }
  EXPECT_EQ(replayed->snapshot(), live->snapshot());
}

TEST_F(EntityTest, SnapshotRestoresTheSameState) {
  auto live = make_entity("m:shop:ada");
  for (int i = 0; i < 5; ++i) {
    Work work = message(i == 0 ? "enroll" : "purchase", "key-" + std::to_string(i), 1000 * i);
    live->handle(work);
  }
  auto other = make_entity("m:shop:ada");
  ASSERT_TRUE(other->restore(live->snapshot()));
  EXPECT_EQ(other->snapshot(), live->snapshot());
  const std::string snapshot = live->snapshot();
  for (std::size_t size = 0; size < snapshot.size(); ++size) {
    EXPECT_FALSE(make_entity("m:shop:ada")->restore(std::string_view(snapshot).substr(0, size)));
  }
}

TEST_F(EntityTest, ARecordThatDoesNotFollowIsRefused) {
  auto live = make_entity("m:shop:ada");
  Work first = message("enroll", "a");
  Work second = message("purchase", "b", 100);
  live->handle(first);
  live->handle(second);
  const std::string bytes = encode_record(second);
  EXPECT_FALSE(make_entity("m:shop:ada")->replay(*decode_record(bytes)));
}

TEST_F(EntityTest, ARepeatedKeyAsksForTheHistoryAndDoesNothing) {
  auto live = make_entity("m:shop:ada");
  Work enroll = message("enroll", "a");
  live->handle(enroll);
  Work purchase = message("purchase", "b", 100);
  live->handle(purchase);
  const std::string before = live->snapshot();

  Work again = message("purchase", "b", 100);
  live->handle(again);
  EXPECT_TRUE(again.needs_history);
  EXPECT_FALSE(again.record);
  EXPECT_EQ(live->snapshot(), before);

  auto history = std::make_shared<History>();
  history->bytes = {encode_record(purchase)};
  history->records = {*decode_record(history->bytes[0])};
  again.history = history;
  live->handle(again);
  EXPECT_FALSE(again.needs_history);
  EXPECT_EQ(get<api::Result>(again.answer).body, get<api::Result>(purchase.answer).body);

  Work other = message("purchase", "b", 999);
  other.history = history;
  live->handle(other);
  EXPECT_EQ(get<api::Error>(other.answer).code, "IDEMPOTENCY_CONFLICT");
  EXPECT_EQ(live->snapshot(), before);
}

TEST_F(EntityTest, ARepeatedKeyWaitsForTheWordsOfAVersionThatIsNotKnownYet) {
  const auto former = view_;
  apply(shop_with_a_latte());
  auto live = make_entity("m:shop:ada");
  Work enroll = message("enroll", "a");
  live->handle(enroll);
  Work purchase = message("purchase", "b", 100);
  live->handle(purchase);
  Work again = message("purchase", "b", 100);
  auto history = std::make_shared<History>();
  history->bytes = {encode_record(purchase)};
  history->records = {*decode_record(history->bytes[0])};
  again.history = history;
  again.program = former;
  live->handle(again);
  const auto& error = get<api::Error>(again.answer);
  EXPECT_EQ(error.code, "UNAVAILABLE");
  EXPECT_TRUE(error.retryable);
  again.program = view_;
  live->handle(again);
  EXPECT_EQ(get<api::Result>(again.answer).body, get<api::Result>(purchase.answer).body);
}

TEST_F(EntityTest, AKeyThatOnlySharesAFingerprintIsExecuted) {
  auto live = make_entity("m:shop:ada");
  Work enroll = message("enroll", "a");
  live->handle(enroll);
  Work purchase = message("purchase", "a2", 100);
  purchase.history = std::make_shared<History>();  // looked up, not there
  live->handle(purchase);
  EXPECT_TRUE(holds_alternative<api::Result>(purchase.answer));
  EXPECT_TRUE(purchase.record);
}

TEST_F(EntityTest, APartnerBooksAMessageOnce) {
  auto partner = make_entity("x:shop:acme");
  OutboxMessage first{.source = 2, .id = {9, 4}, .previous = {}, .destination = "x:shop:acme"};
  first.effects = {domain::PartnerEntry{.points = {10}, .money = {10}}};
  OutboxMessage second = first;
  second.id = {9, 8};
  second.previous = {9, 4};
  const auto deliver = [&](const OutboxMessage& message) {
    Work work;
    work.entity = "x:shop:acme";
    work.task = message;
    work.now = {noon};
    partner->handle(work);
    return work;
  };
  EXPECT_FALSE(deliver(second).record) << "a gap: the first has not come yet";
  EXPECT_EQ(deliver(second).receipt->applied, domain::OutboxId{});
  EXPECT_TRUE(deliver(first).record);
  EXPECT_FALSE(deliver(first).record) << "a repetition";
  EXPECT_EQ(deliver(first).receipt->applied, (domain::OutboxId{9, 4}));
  EXPECT_TRUE(deliver(second).record);
}

}  // namespace
}  // namespace loyalty::actors
