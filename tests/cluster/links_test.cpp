// SPDX-License-Identifier: Apache-2.0
#include "cluster/links.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "cluster/memory_transport.hpp"

namespace loyalty::cluster {
namespace {

using namespace std::chrono_literals;
using Fate = PeerLink::Fate;

/// A node that answers every request with its own bytes.
struct TestNode {
  TestNode(MemoryNetwork& network, const Links::Time& now, const std::string& name, Incarnation me,
           LinkLimits limits = {}, std::uint32_t protocol = 1)
      : record{.name = name, .incarnation = me, .peer_address = name, .state = NodeState::up},
        transport(network.node(name)),
        links(
            {.cluster = "shop",
             .me = me,
             .limits = limits,
             .protocol_min = protocol,
             .protocol_max = protocol,
             .log = [this](const std::string& line) { log.push_back(line); },
             .now = [&now] { return now; }},
            *transport,
            {.received =
                 [this](const Incarnation& from, std::vector<Envelope>&& envelopes) {
                   for (auto& envelope : envelopes) {
                     if (answers && envelope.kind == Envelope::Kind::request) {
                       links.reply(from, envelope.correlation, "re: " + envelope.bytes);
                     }
                     got.push_back(std::move(envelope));
                   }
                 },
             .up = [this](const Incarnation&, const std::string& who) { up.push_back(who); },
             .down = [this](const Incarnation&, const std::string& who) { down.push_back(who); }}) {
    links.start(name);
  }
  ~TestNode() { transport->stop(); }

  /// How a request ended, or nothing so far.
  std::shared_ptr<std::vector<PeerLink::Outcome>> ask(const TestNode& other,
                                                      const std::string& bytes) {
    auto outcomes = std::make_shared<std::vector<PeerLink::Outcome>>();
    Envelope envelope{.deadline_ms = 1000};
    envelope.bytes = bytes;
    links.request(other.record.incarnation, std::move(envelope),
                  [outcomes](PeerLink::Outcome outcome) { outcomes->push_back(outcome); });
    return outcomes;
  }

  NodeRecord record;
  bool answers = true;
  std::vector<Envelope> got;
  std::vector<std::string> up;
  std::vector<std::string> down;
  std::vector<std::string> log;
  std::unique_ptr<Transport> transport;
  Links links;
};

struct LinksTest : testing::Test {
  void link() {
    for (TestNode* node : {&ada, &bob}) node->links.follow({ada.record, bob.record});
    tick(0ms);
  }
  /// Time passes for both.
  void tick(std::chrono::milliseconds later) {
    now += later;
    for (TestNode* node : {&ada, &bob}) node->links.tick(now);
    network.run();
  }

  MemoryNetwork network;
  LinkLimits limits{.window_envelopes = 4, .window_bytes = 1000};
  Links::Time now = std::chrono::steady_clock::now();
  TestNode ada{network, now, "ada", {1, 1}, limits};
  TestNode bob{network, now, "bob", {2, 2}, limits};
};

TEST_F(LinksTest, NodesThatFollowEachOtherAreLinkedByOneOfThem) {
  link();
  EXPECT_TRUE(ada.links.is_up(bob.record.incarnation));
  EXPECT_TRUE(bob.links.is_up(ada.record.incarnation));
  EXPECT_EQ(ada.up, std::vector<std::string>{"bob"});
  EXPECT_EQ(bob.up, std::vector<std::string>{"ada"});
}

TEST_F(LinksTest, ARequestIsAnsweredOnceByTheNodeThatIsMeant) {
  link();
  const auto outcomes = ada.ask(bob, "hello");
  EXPECT_TRUE(outcomes->empty());
  network.run();
  ASSERT_EQ(outcomes->size(), 1U);
  EXPECT_EQ(outcomes->front().fate, Fate::answered);
  EXPECT_EQ(outcomes->front().bytes, "re: hello");
}

TEST_F(LinksTest, WithoutALinkNothingIsSent) {
  const auto outcomes = ada.ask(bob, "hello");
  ASSERT_EQ(outcomes->size(), 1U);
  EXPECT_EQ(outcomes->front().fate, Fate::not_sent);
  EXPECT_TRUE(bob.got.empty());
}

TEST_F(LinksTest, ARequestToAnEarlierIncarnationIsNotSent) {
  link();
  TestNode before = {network, now, "before", {9, 9}};
  EXPECT_EQ(ada.ask(before, "hello")->front().fate, Fate::not_sent);
}

TEST_F(LinksTest, WhatIsInFlightWhenTheLinkIsLostIsUnknownAtOnce) {
  link();
  bob.answers = false;
  const auto outcomes = ada.ask(bob, "pay");
  network.run();
  ASSERT_EQ(bob.got.size(), 1U);
  network.reset("ada", "bob");
  ASSERT_EQ(outcomes->size(), 1U);
  EXPECT_EQ(outcomes->front().fate, Fate::unknown);
  EXPECT_EQ(ada.down, std::vector<std::string>{"bob"});
}

TEST_F(LinksTest, AnAnswerThatIsLateIsUnknownAndThenIgnored) {
  link();
  bob.answers = false;
  const auto outcomes = ada.ask(bob, "pay");
  network.run();
  tick(1100ms);
  ASSERT_EQ(outcomes->size(), 1U);
  EXPECT_EQ(outcomes->front().fate, Fate::unknown);
  bob.links.reply(ada.record.incarnation, bob.got.front().correlation, "done");
  network.run();
  EXPECT_EQ(outcomes->size(), 1U);
}

TEST_F(LinksTest, AnAnswerThatComesOverALaterLinkIsNotTakenForAnother) {
  link();
  bob.answers = false;
  const auto before = ada.ask(bob, "before");
  network.run();
  network.reset("ada", "bob");
  EXPECT_EQ(before->front().fate, Fate::unknown);
  tick(1100ms);
  const auto after = ada.ask(bob, "after");
  network.run();
  ASSERT_EQ(bob.got.size(), 2U);
  bob.links.reply(ada.record.incarnation, bob.got.front().correlation, "of before");
  network.run();
  EXPECT_TRUE(after->empty());
  bob.links.reply(ada.record.incarnation, bob.got.back().correlation, "of after");
  network.run();
  ASSERT_EQ(after->size(), 1U);
  EXPECT_EQ(after->front().bytes, "of after");
}

TEST_F(LinksTest, ASilentNodeLosesItsLink) {
  link();
  network.cut("bob", "ada");
  bob.answers = false;
  const auto outcomes = ada.ask(bob, "pay");
  network.run();
  tick(2900ms);
  EXPECT_TRUE(ada.links.is_up(bob.record.incarnation));
  tick(200ms);
  EXPECT_FALSE(ada.links.is_up(bob.record.incarnation));
  ASSERT_EQ(outcomes->size(), 1U);
  EXPECT_EQ(outcomes->front().fate, Fate::unknown);
}

TEST_F(LinksTest, PingsKeepALinkThatHasNothingToSay) {
  link();
  for (int i = 0; i < 20; ++i) tick(400ms);
  EXPECT_TRUE(ada.links.is_up(bob.record.incarnation));
  EXPECT_TRUE(bob.links.is_up(ada.record.incarnation));
  EXPECT_TRUE(ada.down.empty());
}

TEST_F(LinksTest, ALostLinkIsMadeAgain) {
  link();
  network.reset("ada", "bob");
  EXPECT_FALSE(ada.links.is_up(bob.record.incarnation));
  tick(1100ms);
  const auto outcomes = bob.ask(ada, "back?");
  network.run();
  ASSERT_EQ(outcomes->size(), 1U);
  EXPECT_EQ(outcomes->front().bytes, "re: back?");
}

TEST_F(LinksTest, TheOtherNodeDialsWhenTheFirstCannot) {
  network.cut("ada", "bob");
  link();
  EXPECT_FALSE(bob.links.is_up(ada.record.incarnation));
  network.mend("ada", "bob");
  ada.links.follow({});  // ada does not know bob, and does not dial
  tick(3500ms);
  EXPECT_TRUE(bob.links.is_up(ada.record.incarnation));
}

TEST_F(LinksTest, CreditBoundsWhatIsUnderWay) {
  link();
  std::vector<std::shared_ptr<std::vector<PeerLink::Outcome>>> outcomes;
  for (int i = 0; i < 6; ++i) outcomes.push_back(ada.ask(bob, "x"));
  EXPECT_TRUE(outcomes[3]->empty());
  ASSERT_EQ(outcomes[4]->size(), 1U);
  EXPECT_EQ(outcomes[4]->front().fate, Fate::full);
  network.run();
  EXPECT_EQ(outcomes[3]->front().fate, Fate::answered);
  EXPECT_TRUE(ada.ask(bob, "y")->empty());  // there is credit again
}

TEST_F(LinksTest, CreditIsCountedInBytesToo) {
  link();
  EXPECT_TRUE(ada.ask(bob, std::string(900, 'x'))->empty());
  EXPECT_EQ(ada.ask(bob, std::string(200, 'x'))->front().fate, Fate::full);
}

TEST_F(LinksTest, AnswersWithoutCreditWaitAndComeInOrder) {
  link();
  bob.answers = false;
  std::vector<std::shared_ptr<std::vector<PeerLink::Outcome>>> outcomes;
  for (int i = 0; i < 4; ++i) outcomes.push_back(ada.ask(bob, std::to_string(i)));
  network.run();
  for (const auto& asked : bob.got) {
    bob.links.reply(ada.record.incarnation, asked.correlation, std::string(400, 'r'));
  }
  network.run();
  for (const auto& outcome : outcomes) {
    ASSERT_EQ(outcome->size(), 1U);
    EXPECT_EQ(outcome->front().fate, Fate::answered);
  }
}

TEST_F(LinksTest, ANodeThatTakesNoAnswersCostsNoMoreThanItsWindow) {
  link();
  bob.answers = false;
  const auto asked = ada.ask(bob, "much");
  network.run();
  network.cut("bob", "ada");
  const std::string large(std::size_t{1} << 20, 'n');
  for (int i = 0; i < 12; ++i) {
    Envelope notice{.correlation = 7};
    notice.bytes = large;
    bob.links.notify(ada.record.incarnation, std::move(notice));
  }
  EXPECT_FALSE(bob.links.is_up(ada.record.incarnation));
  EXPECT_EQ(bob.links.backlog(ada.record.incarnation), 0U);
}

TEST_F(LinksTest, NodesOfAnotherProtocolAreNotLinked) {
  TestNode eve(network, now, "eve", {3, 3}, limits, 2);
  ada.links.follow({eve.record});
  eve.links.follow({ada.record});
  tick(0ms);
  eve.links.tick(now);
  network.run();
  EXPECT_FALSE(ada.links.is_up(eve.record.incarnation));
  ASSERT_FALSE(eve.log.empty());
  EXPECT_NE(eve.log.front().find("protocols 1 to 1"), std::string::npos) << eve.log.front();
}

TEST_F(LinksTest, ANodeThatIsDeclaredDeadLosesItsLink) {
  link();
  NodeRecord dead = bob.record;
  dead.state = NodeState::dead;
  ada.links.follow({ada.record, dead});
  EXPECT_FALSE(ada.links.is_up(bob.record.incarnation));
}

TEST_F(LinksTest, ANodeUnderAnotherIncarnationIsLinkedAnew) {
  link();
  bob.answers = false;
  const auto outcomes = ada.ask(bob, "pay");
  network.run();
  bob.record.incarnation = {2, 3};
  bob.links.become(bob.record.incarnation);
  ada.links.follow({ada.record, bob.record});
  network.run();
  EXPECT_EQ(outcomes->front().fate, Fate::unknown);
  tick(1100ms);
  tick(1100ms);
  EXPECT_TRUE(ada.links.is_up(bob.record.incarnation));
}

TEST(Frame, BytesThatAreNoFrameAreRefused) {
  Frame hello{.kind = Frame::Kind::hello, .cluster = 1, .from = {1, 2}};
  hello.hello = {true, 1, 1, "ada"};
  const std::string good = begin_frame(hello);
  ASSERT_TRUE(read_frame(good));
  EXPECT_EQ(read_frame(good)->hello.name, "ada");
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(read_frame(good.substr(0, size))) << size;
  }
  std::string batch = begin_frame({.kind = Frame::Kind::batch, .cluster = 1});
  Envelope envelope{.kind = Envelope::Kind::request, .shard = 3, .correlation = 9};
  envelope.bytes = "call";
  append_envelope(batch, envelope);
  ASSERT_TRUE(read_frame(batch));
  EXPECT_EQ(read_frame(batch)->envelopes.front().bytes, "call");
  for (std::size_t cut = 1; cut < envelope_head_bytes + 4; ++cut) {
    EXPECT_FALSE(read_frame(batch.substr(0, batch.size() - cut))) << cut;
  }
}

}  // namespace
}  // namespace loyalty::cluster
