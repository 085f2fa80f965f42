// SPDX-License-Identifier: Apache-2.0
#include "codec/wire.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "domain/member/commands.hpp"
#include "domain/member/results.hpp"
#include "domain/program/program.hpp"
#include "tests/support/shop.hpp"

/// What a client may send, and what it is told when it sends something else (docs/protocol.md).
namespace loyalty::codec {
namespace {

using domain::ApplyProgram;
using domain::Instant;
using domain::Purchase;

using Write = std::function<void(Writer&)>;

Write text(const char* value) {
  return [value](Writer& out) { out.string(value); };
}
Write number(std::int64_t value) {
  return [value](Writer& out) { out.integer(value); };
}
Write raw(std::string bytes) {
  return [bytes = std::move(bytes)](Writer& out) { out.raw(bytes); };
}
const Write nil = [](Writer& out) { out.nil(); };
const Write yes = [](Writer& out) { out.boolean(true); };
const Write real = raw(std::string("\xcb\x3f\xf0\0\0\0\0\0\0", 9));  // 1.0
const Write list = [](Writer& out) { out.array(0); };

std::string map_of(const std::vector<std::pair<const char*, Write>>& fields) {
  Writer out;
  out.map(fields.size());
  for (const auto& [name, write] : fields) {
    out.string(name);
    write(out);
  }
  return out.take();
}

/// "param: expected" of the fault, or "" when the value was taken.
template <class T>
std::string fault_of(std::string_view bytes) {
  Reader in(bytes);
  T value{};
  WireFault fault;
  if (read_wire(in, value, fault)) return {};
  EXPECT_FALSE(fault.expected.empty());
  return fault.param + ": " + fault.expected;
}

struct Envelope {
  std::string member;
  std::string key;
  static void fields(auto& self, auto visit) {
    visit(domain::required("member", "who"), self.member);
    visit(domain::required("key", "which"), self.key);
  }
};

TEST(Wire, ReadsOneMapIntoTwoValues) {
  FieldTable table;
  table.add<Envelope>();
  table.add<Purchase>();
  const auto outcome = [&](const std::string& bytes) {
    Reader in(bytes);
    Envelope envelope;
    Purchase purchase;
    void* const parts[] = {&envelope, &purchase};
    WireFault fault;
    if (!table.read(in, parts, fault)) return fault.param + ": " + fault.expected;
    return envelope.member + " " + envelope.key + " " + std::to_string(purchase.amount) + " " +
           purchase.partner;
  };
  EXPECT_EQ(outcome(map_of({{"partner", text("p")},
                            {"key", text("k")},
                            {"amount", number(7)},
                            {"member", text("m")}})),
            "m k 7 p");
  EXPECT_EQ(outcome(map_of({{"amount", number(7)}, {"member", text("m")}})),
            "key: this field is required");
  EXPECT_EQ(outcome(map_of({{"key", text("k")}, {"member", text("m")}})),
            "amount: this field is required");
  EXPECT_EQ(outcome(map_of({{"key", text("k")}, {"key", text("k")}})), "key: each field once");
  EXPECT_EQ(outcome(map_of({{"eligible_amounts", number(1)}})),
            "eligible_amounts: a field of this method; this one is unknown");
  EXPECT_EQ(outcome(map_of({{"eligible_amount", text("1")}})),
            "eligible_amount: an integer within +-(2^53-1)");
}

TEST(Wire, TakesAWholePurchase) {
  const std::string bytes = map_of({{"amount", number(1'999)},
                                    {"eligible_amount", number(1'000)},
                                    {"at", number(1'767'639'600'000)},
                                    {"category", text("shoes")},
                                    {"units", number(2)},
                                    {"partner", text("hotel")}});
  Reader in(bytes);
  Purchase purchase;
  WireFault fault;
  ASSERT_TRUE(read_wire(in, purchase, fault)) << fault.param << fault.expected;
  EXPECT_TRUE(in.at_end());
  EXPECT_EQ(purchase.amount, 1'999);
  EXPECT_EQ(purchase.eligible_amount, 1'000);
  EXPECT_EQ(purchase.at, Instant{1'767'639'600'000});
  EXPECT_EQ(purchase.category, "shoes");
  EXPECT_EQ(purchase.units, 2);
  EXPECT_EQ(purchase.product, "");
}

TEST(Wire, KeepsTheDefaultOfWhatIsLeftOut) {
  const std::string bytes = map_of({{"amount", number(0)}, {"at", nil}});
  Reader in(bytes);
  Purchase purchase;
  WireFault fault;
  ASSERT_TRUE(read_wire(in, purchase, fault));
  EXPECT_EQ(purchase.units, 1);
  EXPECT_FALSE(purchase.at);
  EXPECT_FALSE(purchase.eligible_amount);
}

TEST(Wire, RefusesWhatIsNotExactlyAPurchase) {
  constexpr const char* integer = "an integer within +-(2^53-1)";
  constexpr const char* utf8 = "a string of valid UTF-8";
  constexpr const char* time = "epoch milliseconds, an integer from 0 to the year 9999";
  struct Row {
    std::string bytes;
    std::string fault;
  };
  const auto amount = number(1);
  for (const auto& [bytes, fault] :
       {Row{map_of({}), "amount: this field is required"},
        Row{map_of({{"category", text("shoes")}}), "amount: this field is required"},
        Row{map_of({{"amount", amount}, {"amuont", amount}}),
            "amuont: a field of this method; this one is unknown"},
        Row{map_of({{"amount", amount}, {"Amount", amount}}),
            "Amount: a field of this method; this one is unknown"},
        Row{map_of({{"amount", amount}, {"amount", amount}}), "amount: each field once"},
        Row{map_of({{"amount", nil}}), std::string("amount: ") + integer},
        Row{map_of({{"amount", text("1")}}), std::string("amount: ") + integer},
        Row{map_of({{"amount", real}}), std::string("amount: ") + integer},
        Row{map_of({{"amount", yes}}), std::string("amount: ") + integer},
        Row{map_of({{"amount", list}}), std::string("amount: ") + integer},
        Row{map_of({{"amount", number((std::int64_t{1} << 53))}}),
            std::string("amount: ") + integer},
        Row{map_of({{"amount", number(-(std::int64_t{1} << 53))}}),
            std::string("amount: ") + integer},
        Row{map_of({{"amount", raw("\xcf\xff\xff\xff\xff\xff\xff\xff\xff")}}),
            std::string("amount: ") + integer},
        Row{map_of({{"amount", amount}, {"category", number(1)}}),
            std::string("category: ") + utf8},
        Row{map_of({{"amount", amount}, {"category", nil}}), std::string("category: ") + utf8},
        Row{map_of({{"amount", amount}, {"category", raw("\xa1\xff")}}),
            std::string("category: ") + utf8},
        Row{map_of({{"amount", amount}, {"category", raw(std::string("\xc4\x01x", 3))}}),
            std::string("category: ") + utf8},
        Row{map_of({{"amount", amount}, {"at", text("2026-03-10")}}), std::string("at: ") + time},
        Row{map_of({{"amount", amount}, {"at", real}}), std::string("at: ") + time},
        Row{map_of({{"amount", amount}, {"at", number(-1)}}), std::string("at: ") + time},
        Row{map_of({{"amount", amount}, {"at", number(max_wire_instant + 1)}}),
            std::string("at: ") + time},
        Row{"\x90", ": a map"},
        Row{"\xc0", ": a map"},
        Row{"\x01", ": a map"},
        Row{"", ": a map"},
        Row{"\x81\x01\x01", ": a map whose keys are strings"}}) {
    SCOPED_TRACE(fault);
    EXPECT_EQ(fault_of<Purchase>(bytes), fault);
  }
}

TEST(Wire, RefusesEveryCutOfAMessage) {
  const std::string bytes = map_of({{"amount", number(100'000)}, {"category", text("shoes")}});
  ASSERT_EQ(fault_of<Purchase>(bytes), "");
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_NE(fault_of<Purchase>(bytes.substr(0, length)), "") << "cut at byte " << length;
  }
}

/// The shop as a client sends it.
std::string sent(const domain::ProgramDefinition& definition) {
  return to_wire(ApplyProgram{definition});
}

/// The wire form with one text in place of another of the same length.
std::string with(std::string bytes, std::string_view good, std::string_view bad) {
  EXPECT_EQ(good.size(), bad.size());
  const auto place = bytes.find(good);
  EXPECT_NE(place, std::string::npos);
  return place == std::string::npos ? bytes : bytes.replace(place, good.size(), bad);
}

TEST(Wire, TakesAWholeProgramAsItIsShown) {
  const std::string bytes = sent(support::shop());
  Reader in(bytes);
  ApplyProgram read;
  WireFault fault;
  ASSERT_TRUE(read_wire(in, read, fault)) << fault.param << ": " << fault.expected;
  EXPECT_EQ(read.definition, support::shop());
}

TEST(Wire, LeadsToThePlaceOfAFaultHoweverDeep) {
  auto shop = support::shop();
  shop.rules[2].name = "\xff";
  EXPECT_EQ(fault_of<ApplyProgram>(sent(shop)),
            "definition.rules[2].name: a string of valid UTF-8");
  shop = support::shop();
  shop.rules[2].rate = *domain::Decimal::parse("1.2345");
  EXPECT_EQ(fault_of<ApplyProgram>(with(sent(shop), "1.2345", "1,2345")),
            "definition.rules[2].rate: an exact decimal as a string, such as \"1.25\"");
  shop = support::shop();
  shop.currencies[1].expiry_period = {17, domain::PeriodUnit::months};
  EXPECT_EQ(fault_of<ApplyProgram>(with(sent(shop), "17 months", "17 Months")),
            "definition.currencies[1].expiry_period: a period as a string, such as \"3 years\"");
  shop = support::shop();
  shop.tier_groups[0].tiers[1].thresholds[0].currency = "\xc3";
  EXPECT_EQ(fault_of<ApplyProgram>(sent(shop)),
            "definition.tier_groups[0].tiers[1].thresholds[0].currency: "
            "a string of valid UTF-8");
  EXPECT_EQ(fault_of<ApplyProgram>(with(sent(support::shop()), "\xa7measure", "\xa7messure")),
            "definition.rules[0].messure: a field of this method; this one is unknown");
}

TEST(Wire, ListsTheNamesThatAnEnumerationHas) {
  EXPECT_EQ(fault_of<ApplyProgram>(with(sent(support::shop()), "real_time", "real-time")),
            "definition.rules[0].crediting: one of real_time, next_day, batch");
}

TEST(Wire, RefusesMoreElementsThanItsBound) {
  auto shop = support::shop();
  shop.activities.assign(max_wire_elements, "a");
  EXPECT_EQ(fault_of<ApplyProgram>(sent(shop)), "");
  shop.activities.emplace_back("a");
  EXPECT_EQ(fault_of<ApplyProgram>(sent(shop)),
            "definition.activities: an array of at most 4096 elements");
}

TEST(Wire, ShowsValuesInTheirPublicForm) {
  domain::VoucherView voucher;
  voucher.voucher = "v17";
  voucher.status = domain::VoucherStatus::redeemed;
  voucher.remaining = {250};
  voucher.issued = {1'000};
  EXPECT_EQ(to_wire(voucher), map_of({{"voucher", text("v17")},
                                      {"definition", text("")},
                                      {"name", text("")},
                                      {"status", text("redeemed")},
                                      {"remaining", number(250)},
                                      {"issued", number(1'000)}}))
      << "what is absent is left out";
  EXPECT_EQ(to_wire(*domain::parse_day("2026-03-10")),
            "\xaa"
            "2026-03-10");
  EXPECT_EQ(to_wire(*domain::Decimal::parse("1.50")),
            "\xa3"
            "1.5");
  EXPECT_EQ(to_wire(domain::Period{3, domain::PeriodUnit::years}),
            "\xa7"
            "3 years");
  EXPECT_EQ(to_wire(domain::Period{}), "\xa0");
  EXPECT_EQ(to_wire(domain::Named<domain::Points>{{"points", {7}}}),
            map_of({{"points", number(7)}}));
}

}  // namespace
}  // namespace loyalty::codec
