// SPDX-License-Identifier: Apache-2.0
#include "cli/workload.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "cli/value.hpp"

namespace loyalty::cli {
namespace {

const WorkloadGoods goods{
    .category = "shoes", .offer = "free-drink", .offer_category = "coffee", .offer_price = 300};

Value params_of(const WorkloadCall& call) {
  const auto value = Value::decode(call.params);
  EXPECT_TRUE(value);
  return value.value_or(Value());
}

TEST(Workload, MakesWellFormedPurchasesWithKeysOfTheirOwn) {
  Workload workload({.members = 10, .program = "cloud-kicks"}, goods, "0123456789abcdef");
  std::set<std::string> keys;
  for (int i = 0; i < 1000; ++i) {
    const WorkloadCall call = workload.next();
    EXPECT_EQ(call.method, "purchase");
    const Value params = params_of(call);
    EXPECT_EQ(params.fields().size(), 5U);
    EXPECT_EQ(params["program"].text(), "cloud-kicks");
    EXPECT_EQ(params["category"].text(), "shoes");
    EXPECT_GE(params["amount"].number(), 500);
    EXPECT_LE(params["amount"].number(), 25'000);
    EXPECT_EQ(params["member"].text().substr(0, 13), "bench-0000000");
    EXPECT_LE(params["key"].text().size(), 64U);
    EXPECT_TRUE(keys.insert(params["key"].text()).second);
  }
}

TEST(Workload, EnrolsUnderTheSameKeysInEveryRun) {
  Workload first({.members = 10}, {}, "1");
  Workload second({.members = 10}, {}, "2");
  EXPECT_EQ(std::string(first.enrolment(7).params), second.enrolment(7).params);
  EXPECT_EQ(params_of(first.enrolment(7))["member"].text(), "bench-00000007");
  EXPECT_EQ(params_of(first.enrolment(7))["key"].text(), "bench:enroll:000000000007");
}

TEST(Workload, MixesPurchasesRedemptionsAndReads) {
  Workload workload({.kind = WorkloadKind::mixed, .members = 10}, goods, "1");
  std::map<std::string, int> seen;
  for (int i = 0; i < 10'000; ++i) {
    const WorkloadCall call = workload.next();
    if (++seen[std::string(call.method)] > 1) continue;
    const Value params = params_of(call);
    if (call.method == "redeem") {
      EXPECT_EQ(params["offer"].text(), "free-drink");
      EXPECT_EQ(params["category"].text(), "coffee");
      EXPECT_EQ(params["price"].number(), 300);
    }
  }
  EXPECT_NEAR(seen["purchase"], 8000, 300);
  EXPECT_NEAR(seen["redeem"], 1000, 200);
  EXPECT_NEAR(seen["get_balances"], 1000, 200);
}

TEST(MemberChoice, IsEvenOrSkewed) {
  std::mt19937_64 random(1);
  const auto share_of_first = [&](MemberDistribution distribution) {
    const MemberChoice choice(1000, distribution, 0.99);
    int first = 0;
    for (int i = 0; i < 20'000; ++i) {
      const std::size_t member = choice.draw(random);
      EXPECT_LT(member, 1000U);
      first += member == 0;
    }
    return first / 20'000.0;
  };
  EXPECT_NEAR(share_of_first(MemberDistribution::uniform), 0.001, 0.001);
  // 1 / (1 + 1/2^0.99 + ... + 1/1000^0.99) = 0.130
  EXPECT_NEAR(share_of_first(MemberDistribution::zipf), 0.130, 0.01);
}

TEST(Goods, AreFoundInTheProgram) {
  Value rule;
  rule.set("when", Value::Fields{{"activities", Value::List{"purchase"}},
                                 {"partners", Value::List{}},
                                 {"categories", Value::List{"shoes"}}});
  Value offer;
  offer.set("id", "discount");
  offer.set("cost", std::int64_t{50});
  offer.set("partner", "");
  offer.set("discount", std::int64_t{1000});
  Value partners_offer = offer;
  partners_offer.set("cost", std::int64_t{1});
  partners_offer.set("partner", "someone");
  Value program;
  program.set("rules", Value::List{rule});
  program.set("offers", Value::List{partners_offer, offer});
  Value described;
  described.set("definition", program);

  const WorkloadGoods found = choose_goods(described);
  EXPECT_EQ(found.category, "shoes");
  EXPECT_EQ(found.offer, "discount");
  EXPECT_EQ(found.offer_price, 1000);
}

}  // namespace
}  // namespace loyalty::cli
