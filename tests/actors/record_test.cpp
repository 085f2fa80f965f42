// SPDX-License-Identifier: Apache-2.0
#include "actors/record.hpp"

#include <gtest/gtest.h>

#include "actors/segment.hpp"
#include "codec/stored_entities.hpp"
#include "codec/wire.hpp"
#include "domain/member/events.hpp"
#include "domain/member/results.hpp"
#include "domain/refusal.hpp"

namespace loyalty::actors {
namespace {

Record sample() {
  Record record;
  record.number = 7;
  record.first_sequence = 12;
  record.at = {1'767'268'800'000};
  record.version = 3;
  record.key = "receipt-1";
  record.payload = 0xfedcba9876543210U;
  record.kind = OutcomeKind::result;
  record.outcome = "\x81\xa1n\x01";  // {"n": 1}
  record.facts =
      encode_facts(record.at, std::vector<Stamped<domain::MemberEvent>>{
                                  {record.at, domain::RewardReachable{domain::OfferId{5}}}});
  record.owed = {{"x:shop:acme", {}}};
  record.due_ms = 99;
  record.waits_for_batch = true;
  return record;
}

}  // namespace

TEST(Record, IsReadAsItWasWritten) {
  const std::string bytes = encode_record("m:shop:ada", sample());
  const auto view = decode_record(bytes);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->entity, "m:shop:ada");
  EXPECT_EQ(view->number, 7U);
  EXPECT_EQ(view->first_sequence, 12U);
  EXPECT_EQ(view->at.ms, 1'767'268'800'000);
  EXPECT_EQ(view->version, 3U);
  EXPECT_EQ(view->key, "receipt-1");
  EXPECT_EQ(view->payload, 0xfedcba9876543210U);
  EXPECT_EQ(view->outcome, sample().outcome);
  EXPECT_EQ(view->due_ms, 99);
  EXPECT_TRUE(view->waits_for_batch);
  int facts = 0;
  EXPECT_TRUE(decode_facts<domain::MemberEvent>(*view, [&](domain::Instant, const auto& event) {
    ++facts;
    EXPECT_EQ(get<domain::RewardReachable>(event).offer.number, 5U);
  }));
  EXPECT_EQ(facts, 1);
}

TEST(Record, IsRefusedWhenCutAnywhere) {
  const std::string bytes = encode_record("m:shop:ada", sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_record(std::string_view(bytes).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_record(bytes + "\xc0"));
}

TEST(Record, TellsTheResultOfAMemberAgainAsItWasSent) {
  domain::ActivityResult result;
  result.journal = 647;
  result.credited = {{"points", domain::Points{142}}};
  result.tiers = {{"tiers", "base"}};
  Record record = sample();
  record.outcome = codec::to_stored(domain::MemberResult(result));
  const std::string bytes = encode_record("m:shop:ada", record);
  const auto outcome = stored_outcome(*decode_record(bytes), nullptr);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(get<api::Result>(*outcome).body, codec::to_wire(domain::MemberResult(result)));
  EXPECT_TRUE(get<api::Result>(*outcome).replayed);
}

TEST(Record, DoesNotMakeUpAResultThatCannotBeRead) {
  const std::string stored = codec::to_stored(domain::MemberResult(domain::ActivityResult{}));
  for (const std::string& outcome : {std::string("\x92\x63\x90", 3), std::string("\xc0"),
                                     std::string("\x90"), stored.substr(0, 2) + "\x91\xc0"}) {
    Record record = sample();
    record.outcome = outcome;
    const std::string bytes = encode_record("m:shop:ada", record);
    const auto view = decode_record(bytes);
    ASSERT_TRUE(view);
    EXPECT_FALSE(wire_result(*view, nullptr));
    EXPECT_FALSE(stored_outcome(*view, nullptr));
  }
}

TEST(Record, TellsAResultThatStandsAsItWasSentAgain) {
  const std::string bytes = encode_record("m:shop:ada", sample());
  const auto outcome = stored_outcome(*decode_record(bytes), nullptr);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(get<api::Result>(*outcome).body, sample().outcome);
  EXPECT_TRUE(get<api::Result>(*outcome).replayed);
}

TEST(Record, TellsTheStoredRefusalAgain) {
  Record record = sample();
  record.kind = OutcomeKind::refusal;
  record.outcome = codec::to_stored(
      domain::Refusal{domain::RefusalCode::insufficient_points, "points", "too few"});
  const std::string bytes = encode_record("m:shop:ada", record);
  const auto outcome = stored_outcome(*decode_record(bytes), nullptr);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(get<api::Error>(*outcome).code, "INSUFFICIENT_POINTS");
  EXPECT_EQ(get<api::Error>(*outcome).param, "points");
}

TEST(Segment, HoldsRecordsInOrder) {
  const std::string first = encode_record("m:shop:ada", sample());
  Record next = sample();
  next.number = 8;
  const std::string second = encode_record("m:shop:ada", next);
  const std::string segment = pack_segment({first, second});
  std::vector<RecordView> records;
  const auto unpacked = unpack_segment(segment);
  ASSERT_TRUE(unpacked);
  ASSERT_TRUE(records_of_segment(*unpacked, records));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].number, 7U);
  EXPECT_EQ(records[1].number, 8U);
  records.clear();
  EXPECT_FALSE(unpack_segment(std::string_view(segment).substr(0, segment.size() - 1)));
  EXPECT_FALSE(unpack_segment(""));
  EXPECT_FALSE(unpack_segment(*unpacked)) << "what is not compressed is no segment";
  EXPECT_FALSE(
      records_of_segment(std::string_view(*unpacked).substr(0, unpacked->size() - 1), records));
}

}  // namespace loyalty::actors
