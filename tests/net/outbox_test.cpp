// SPDX-License-Identifier: Apache-2.0
#include "net/outbox.hpp"

#include <gtest/gtest.h>

#include "tests/net/test_server.hpp"
#include "tests/net/wire.hpp"

namespace loyalty::net {
namespace {

/// An outbox that counts how often it wakes its io thread.
struct Fixture {
  int wakes = 0;
  std::shared_ptr<Outbox> outbox;

  explicit Fixture(Limits limits = {}) {
    outbox = std::make_shared<Outbox>(limits, [this] { ++wakes; });
  }
  api::ReplySlot slot(std::uint32_t msgid) const { return {outbox, msgid}; }
  std::string take() const {
    std::string bytes;
    outbox->take(bytes);
    return bytes;
  }
};

TEST(Outbox, WakesOncePerBurst) {
  Fixture f;
  f.outbox->expect(3);
  answer(f.slot(1));
  answer(f.slot(2));
  EXPECT_EQ(f.wakes, 1);
  EXPECT_EQ(texts_of(f.take()), (std::vector<std::string>{"[1,1,null,{}]", "[1,2,null,{}]"}));
  answer(f.slot(3));
  EXPECT_EQ(f.wakes, 2);
  EXPECT_EQ(f.outbox->in_flight(), 0U);
}

TEST(Outbox, WakesNobodyWhileItsIoThreadHandsOver) {
  Fixture f;
  f.outbox->expect(1);
  f.outbox->hold();
  answer(f.slot(1));
  EXPECT_EQ(f.wakes, 0);
  EXPECT_EQ(texts_of(f.take()).size(), 1U);
}

TEST(Outbox, CountsAReplyTooManyAsNone) {
  Fixture f;
  f.outbox->expect(1);
  answer(f.slot(1));
  answer(f.slot(1));
  EXPECT_EQ(f.outbox->in_flight(), 0U);
}

TEST(Outbox, OverflowsAtTheHardBoundWhenTheSocketTakesNoMore) {
  Fixture f({.output_hard_bytes = 100});
  notify(f.slot(0), "n", map_of(30));
  EXPECT_FALSE(f.outbox->overflown()) << "the socket was not asked yet";
  const std::size_t size = f.take().size();
  EXPECT_GT(size, 100U);
  f.outbox->set_blocked(80);
  EXPECT_FALSE(f.outbox->overflown());
  EXPECT_EQ(f.outbox->waiting(), 80U);
  const int wakes = f.wakes;
  notify(f.slot(0), "n", map_of(1));
  EXPECT_FALSE(f.outbox->overflown());
  notify(f.slot(0), "n", map_of(1));
  EXPECT_TRUE(f.outbox->overflown());
  EXPECT_EQ(f.wakes, wakes + 2) << "the one for the overflow is not saved";
  EXPECT_LE(f.outbox->waiting(), 100U);
}

TEST(Outbox, OverflowsWhenASingleBurstIsBeyondReason) {
  Fixture f({.output_hard_bytes = 100});
  for (int i = 0; i < 20; ++i) notify(f.slot(0), "n", map_of(20));
  EXPECT_TRUE(f.outbox->overflown());
  EXPECT_EQ(f.outbox->waiting(), 0U);
}

TEST(Outbox, ForgetsWhatIsSentAfterTheClose) {
  Fixture f;
  f.outbox->expect(1);
  f.outbox->close();
  answer(f.slot(1));
  EXPECT_EQ(f.wakes, 0);
  EXPECT_EQ(f.outbox->waiting(), 0U);
}

}  // namespace
}  // namespace loyalty::net
