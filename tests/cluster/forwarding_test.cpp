// SPDX-License-Identifier: Apache-2.0
#include "cluster/forwarding.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "api/errors.hpp"
#include "cluster/links.hpp"
#include "cluster/memory_transport.hpp"
#include "codec/writer.hpp"

namespace loyalty::cluster {
namespace {

using namespace std::chrono_literals;

constexpr ShardId shards = 4;

/// A client's end of a connection.
struct Session final : api::Peer {
  void send(std::vector<api::Outgoing>&& messages) override {
    for (auto& message : messages) got.push_back(std::move(message));
  }
  std::size_t backlog() const override { return behind; }
  std::vector<api::Outgoing> got;
  std::size_t behind = 0;
};

/// What a node would do, written down.
struct FakeHere final : actors::Here {
  void submit(std::vector<api::Call>&& more) override {
    for (auto& call : more) calls.push_back(std::move(call));
  }
  void take(ShardId, actors::WorkPtr work) override { works.push_back(std::move(work)); }
  void confirm(actors::OutboxReceipt receipt) override { receipts.push_back(std::move(receipt)); }
  void grant(actors::BudgetGrant grant) override { grants.push_back(std::move(grant)); }
  void on_shards(const actors::Everywhere&, const std::vector<ShardId>& which,
                 std::function<void(actors::EverywhereAnswer)> done) override {
    asked.push_back(which);
    actors::EverywhereAnswer answer;
    for (const ShardId shard : which) {
      if (shard == missing) answer.missed.push_back(shard);
    }
    done(std::move(answer));
  }
  bool adopt(const actors::ProgramState& program) override {
    programs.push_back(program);
    return true;
  }

  /// Answers the oldest call.
  void answer(boost::variant2::variant<api::Result, api::Error> outcome) {
    const api::Call call = std::move(calls.front());
    calls.erase(calls.begin());
    std::vector<api::Outgoing> messages;
    messages.push_back(api::Reply{call.reply.msgid, std::move(outcome)});
    call.reply.peer->send(std::move(messages));
  }

  std::vector<api::Call> calls;
  std::vector<actors::WorkPtr> works;
  std::vector<actors::OutboxReceipt> receipts;
  std::vector<actors::BudgetGrant> grants;
  std::vector<std::vector<ShardId>> asked;
  std::vector<actors::ProgramState> programs;
  ShardId missing = shards;
};

struct TestNode {
  TestNode(MemoryNetwork& network, const std::string& name, Incarnation me)
      : record{.name = name,
               .incarnation = me,
               .peer_address = name,
               .client_address = name + ":1",
               .state = NodeState::up},
        transport(network.node(name)),
        links(
            {.cluster = "shop", .me = me, .log = [](const std::string&) {}}, *transport,
            {.received =
                 [this](const Incarnation& from, std::vector<Envelope>&& envelopes) {
                   forwarding.received(from, std::move(envelopes));
                 },
             .up = [this](const Incarnation& who, const std::string&) { forwarding.up(who); },
             .down = [this](const Incarnation& who, const std::string&) { forwarding.down(who); }}),
        forwarding(owners, links, {}, [](const std::string&) {}) {
    forwarding.serve(here);
    links.start(name);
  }
  ~TestNode() { transport->stop(); }

  ShardOwner as_owner(const TestNode& seen_by) const {
    return {this == &seen_by ? ShardOwner::Kind::mine : ShardOwner::Kind::other, record.name,
            record.incarnation, record.peer_address, record.client_address};
  }
  /// All shards are at that node; nullptr: nobody has them.
  void all_at(const TestNode* node) {
    OwnerMap map;
    for (ShardId i = 0; i < shards; ++i) {
      map.shards.push_back(node == nullptr ? ShardOwner{} : node->as_owner(*this));
    }
    owners.publish(std::move(map));
  }

  NodeRecord record;
  FakeHere here;
  Owners owners{shards};
  std::unique_ptr<Transport> transport;
  Links links;
  Forwarding forwarding;
};

struct ForwardingTest : testing::Test {
  ForwardingTest() {
    for (TestNode* node : {&ada, &bob, &eve}) {
      node->links.follow({ada.record, bob.record, eve.record});
      node->all_at(&bob);
    }
    ada.forwarding.follow({bob.record.incarnation, eve.record.incarnation});
    bob.forwarding.follow({ada.record.incarnation, eve.record.incarnation});
    pass(0ms);
  }
  void pass(std::chrono::milliseconds time) {
    now += time;
    for (TestNode* node : {&ada, &bob, &eve}) {
      node->links.tick(now);
      node->forwarding.tick(now);
    }
    network.run();
  }
  /// A call as a client of ada's makes it.
  void call(const std::string& method, std::string_view params, std::uint32_t msgid = 7) {
    auto call = api::decode_call(method, params, std::chrono::steady_clock::now());
    ASSERT_TRUE(call) << call.error().text;
    call->reply = {session, msgid};
    call->target.program = "shop";
    call->text = std::make_shared<const api::CallText>(api::CallText{method, std::string(params)});
    ada.forwarding.call(1, *std::move(call));
    network.run();
  }
  void read() {
    codec::Writer params;
    params.map(1);
    params.string("member");
    params.string("mia");
    call("get_member", params.bytes());
  }
  void write() {
    codec::Writer params;
    params.map(3);
    params.string("member");
    params.string("mia");
    params.string("key");
    params.string("k1");
    params.string("amount");
    params.integer(100);
    call("purchase", params.bytes());
  }
  void subscribe(std::optional<int> from = {}, std::string_view kind = "member") {
    codec::Writer params;
    params.map(from ? 2 : 1);
    params.string(kind);
    params.string("mia");
    if (from) {
      params.string("from");
      params.integer(*from);
    }
    call("subscribe", params.bytes());
  }
  static std::string sequenced(std::uint64_t sequence) {
    codec::Writer out;
    out.map(1);
    out.string("sequence");
    out.unsigned_integer(sequence);
    return out.take();
  }
  /// A member's fact, told to whoever listens.
  static void notify(const std::shared_ptr<api::Peer>& listener, std::uint64_t sequence) {
    std::vector<api::Outgoing> messages;
    messages.push_back(api::Notice{"points_credited", sequenced(sequence)});
    listener->send(std::move(messages));
  }
  std::vector<std::uint64_t> heard() const {
    std::vector<std::uint64_t> sequences;
    for (const auto& message : session->got) {
      if (const auto* notice = get_if<api::Notice>(&message)) {
        sequences.push_back(sequence_of(notice->body));
      }
    }
    return sequences;
  }
  const api::Error* error() const {
    if (session->got.empty()) return nullptr;
    const auto* reply = get_if<api::Reply>(&session->got.back());
    return reply == nullptr ? nullptr : get_if<api::Error>(&reply->outcome);
  }

  MemoryNetwork network;
  TestNode ada{network, "ada", {1, 1}};
  TestNode bob{network, "bob", {2, 2}};
  TestNode eve{network, "eve", {3, 3}};
  std::shared_ptr<Session> session = std::make_shared<Session>();
  Forwarding::Time now = std::chrono::steady_clock::now();
};

TEST_F(ForwardingTest, ACallIsExecutedByTheOwnerAndAnsweredOnItsSession) {
  write();
  ASSERT_EQ(bob.here.calls.size(), 1U);
  EXPECT_EQ(bob.here.calls.front().key, "k1");
  EXPECT_EQ(bob.here.calls.front().target.program, "shop");
  EXPECT_TRUE(bob.here.calls.front().passed_on);
  bob.here.answer(api::Result{.body = sequenced(3), .replayed = true});
  network.run();
  ASSERT_EQ(session->got.size(), 1U);
  const auto& reply = get<api::Reply>(session->got.front());
  EXPECT_EQ(reply.msgid, 7U);
  EXPECT_EQ(get<api::Result>(reply.outcome).body, sequenced(3));
  EXPECT_TRUE(get<api::Result>(reply.outcome).replayed);
}

TEST_F(ForwardingTest, ARefusalComesBackWhole) {
  write();
  api::Error refusal{.code = "LIMIT_EXCEEDED", .text = "too much", .param = "amount"};
  bob.here.answer(refusal);
  network.run();
  ASSERT_NE(error(), nullptr);
  EXPECT_EQ(error()->code, refusal.code);
  EXPECT_EQ(error()->text, refusal.text);
  EXPECT_EQ(error()->param, refusal.param);
}

TEST_F(ForwardingTest, ACallFollowsAShardThatHasMoved) {
  ada.all_at(&eve);  // not any more
  write();
  ASSERT_EQ(eve.here.calls.size(), 1U);
  eve.here.answer(api::not_owner({}));
  network.run();
  EXPECT_TRUE(session->got.empty());
  ada.all_at(&bob);
  now = std::chrono::steady_clock::now();
  pass(50ms);
  ASSERT_EQ(bob.here.calls.size(), 1U);
}

TEST_F(ForwardingTest, WhileCallsWaitForTheirShardTheWayIsAskedForNowAndThen) {
  ForwardingLimits limits;
  limits.lost_way = 10s;
  Forwarding other(ada.owners, ada.links, limits, [](const std::string&) {});
  int asked = 0;
  other.on_lost_way([&] { ++asked; });
  ada.all_at(nullptr);
  for (std::uint32_t id = 1; id <= 3; ++id) {
    api::Call call;
    call.reply = {session, id};
    other.call(1, call);
  }
  EXPECT_EQ(asked, 1) << "for all of them together";
}

TEST_F(ForwardingTest, ANodeThatHasChangedTheTableMakesAllOthersLook) {
  int bob_looks = 0;
  int eve_looks = 0;
  bob.forwarding.on_lost_way([&] { ++bob_looks; });
  eve.forwarding.on_lost_way([&] { ++eve_looks; });
  ada.forwarding.table_changed();
  network.run();
  EXPECT_EQ(bob_looks, 1);
  EXPECT_EQ(eve_looks, 1);
}

TEST_F(ForwardingTest, ACallWhoseShardNobodyHasIsAnsweredNotOwnerInTheEnd) {
  ada.all_at(nullptr);
  ForwardingLimits impatient;
  impatient.patience = 0ms;
  Forwarding other(ada.owners, ada.links, impatient, [](const std::string&) {});
  api::Call call;
  call.reply = {session, 1};
  other.call(1, call);
  ASSERT_NE(error(), nullptr);
  EXPECT_EQ(error()->code, "NOT_OWNER");
  EXPECT_TRUE(error()->retryable);
}

TEST_F(ForwardingTest, AWriteWhoseNodeIsLostIsUnknownAndAReadIsUnavailable) {
  write();
  read();
  ASSERT_EQ(bob.here.calls.size(), 2U);
  network.reset("ada", "bob");
  ASSERT_EQ(session->got.size(), 2U);
  std::vector<std::string> codes;
  for (const auto& message : session->got) {
    codes.push_back(get<api::Error>(get<api::Reply>(message).outcome).code);
  }
  std::sort(codes.begin(), codes.end());
  EXPECT_EQ(codes, (std::vector<std::string>{"OUTCOME_UNKNOWN", "UNAVAILABLE"}));
}

TEST_F(ForwardingTest, EffectsAndQuestionsReachTheShardOfTheirEntity) {
  ada.forwarding.send(
      1, {.source = 2, .id = {1, 5}, .previous = {}, .destination = "m:shop:mia", .effects = {}});
  ada.forwarding.ask(1, {.source = 2, .budget = "b:shop:spring"});
  std::optional<domain::Peer> found;
  ada.forwarding.look_at(1, "m:shop:mia", [&](std::optional<domain::Peer> peer) { found = peer; });
  network.run();
  ASSERT_EQ(bob.here.works.size(), 3U);
  EXPECT_EQ(bob.here.works[0]->entity, "m:shop:mia");
  EXPECT_TRUE(bob.here.works[0]->passed_on);
  EXPECT_EQ(bob.here.works[1]->entity, "b:shop:spring");
  get<actors::PeerQuestion>(bob.here.works[2]->task).tell(domain::Peer::inactive);
  network.run();
  EXPECT_EQ(found, domain::Peer::inactive);
  bob.all_at(&ada);
  bob.forwarding.confirm({.source = 2, .destination = "m:shop:mia", .applied = {1, 5}});
  bob.forwarding.grant({.source = 2, .budget = "b:shop:spring", .request = 9});
  network.run();
  ASSERT_EQ(ada.here.receipts.size(), 1U);
  EXPECT_EQ(ada.here.receipts.front().applied, (domain::OutboxId{1, 5}));
  ASSERT_EQ(ada.here.grants.size(), 1U);
  EXPECT_EQ(ada.here.grants.front().request, 9U);
}

TEST_F(ForwardingTest, WhatShardsSayBeforeThereIsALinkArrivesWhenThereIsOne) {
  network.reset("ada", "bob");
  ada.forwarding.send(1, {.source = 2, .id = {1, 5}, .previous = {}, .destination = "p:shop:kacy"});
  ada.forwarding.confirm({.source = 1, .destination = "m:shop:mia", .applied = {1, 5}});
  EXPECT_TRUE(bob.here.works.empty());
  pass(1100ms);  // the link is made anew
  now = std::chrono::steady_clock::now();
  pass(100ms);
  ASSERT_EQ(bob.here.works.size(), 1U);
  EXPECT_EQ(get<actors::OutboxMessage>(bob.here.works.front()->task).id, (domain::OutboxId{1, 5}));
  EXPECT_EQ(bob.here.receipts.size(), 1U);
  pass(200ms);
  EXPECT_EQ(bob.here.works.size(), 1U) << "it was said once";
}

TEST_F(ForwardingTest, WhatShardsSayFollowsAShardThatIsOnItsWay) {
  ada.all_at(nullptr);
  ada.forwarding.send(1, {.source = 2, .id = {1, 5}, .previous = {}, .destination = "p:shop:kacy"});
  ada.all_at(&ada);
  now = std::chrono::steady_clock::now();
  pass(100ms);
  ASSERT_EQ(ada.here.works.size(), 1U);
  EXPECT_TRUE(ada.here.works.front()->passed_on) << "else it goes round in circles";
  EXPECT_EQ(ada.here.works.front()->entity, "p:shop:kacy");
}

TEST_F(ForwardingTest, WhatWaitsForALinkIsBoundedAndDoesNotWaitForEver) {
  ada.all_at(nullptr);
  ForwardingLimits limits;
  limits.untold = 3;
  Forwarding other(ada.owners, ada.links, limits, [](const std::string&) {});
  const auto say = [&] { other.confirm({.source = 1, .destination = "m:shop:mia"}); };
  for (int i = 0; i < 5; ++i) say();
  ada.all_at(&bob);
  other.tick(std::chrono::steady_clock::now() + 100ms);
  network.run();
  EXPECT_EQ(bob.here.receipts.size(), 3U);
  ada.all_at(nullptr);
  limits.patience = 0ms;
  Forwarding impatient(ada.owners, ada.links, limits, [](const std::string&) {});
  impatient.confirm({.source = 1, .destination = "m:shop:mia"});
  ada.all_at(&bob);
  impatient.tick(std::chrono::steady_clock::now() + 100ms);
  network.run();
  EXPECT_EQ(bob.here.receipts.size(), 3U);
}

TEST_F(ForwardingTest, AQuestionAboutAMemberIsAskedAgainUntilSomebodyKnows) {
  ada.all_at(nullptr);
  int answers = 0;
  std::optional<domain::Peer> found;
  ada.forwarding.look_at(1, "m:shop:mia", [&](std::optional<domain::Peer> peer) {
    ++answers;
    found = peer;
  });
  const auto tell = [&](std::optional<domain::Peer> peer) {
    ASSERT_EQ(bob.here.works.size(), 1U);
    const actors::WorkPtr work = std::move(bob.here.works.front());
    bob.here.works.clear();
    if (peer) {
      get<actors::PeerQuestion>(work->task).tell(peer);
    } else {
      network.reset("ada", "bob");  // the question, or its answer, is lost
    }
    network.run();
  };
  const auto later = [&] {
    pass(1100ms);
    now = std::chrono::steady_clock::now();
    pass(100ms);
  };
  EXPECT_EQ(answers, 0) << "nobody has the member";
  ada.all_at(&bob);
  later();
  tell(std::nullopt);
  EXPECT_EQ(answers, 0);
  later();
  tell(domain::Peer::inactive);
  EXPECT_EQ(answers, 1);
  EXPECT_EQ(found, domain::Peer::inactive);
}

TEST_F(ForwardingTest, WhatConcernsAllShardsReachesEachOnceAndIsTriedAgainWhereItWasMissed) {
  OwnerMap map;
  for (const TestNode* node : {&ada, &bob, &eve, &bob}) map.shards.push_back(node->as_owner(ada));
  ada.owners.publish(std::move(map));
  bob.here.missing = 3;
  std::vector<actors::EverywhereAnswer> answers;
  ada.forwarding.everywhere(actors::WakeBatch{},
                            [&](auto answer) { answers.push_back(std::move(answer)); });
  network.run();
  EXPECT_TRUE(answers.empty());
  EXPECT_EQ(bob.here.asked.back(), (std::vector<ShardId>{1, 3}));
  bob.here.missing = shards;
  now = std::chrono::steady_clock::now();
  pass(100ms);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_TRUE(answers.front().missed.empty());
  EXPECT_EQ(bob.here.asked.back(), (std::vector<ShardId>{3}));
}

TEST_F(ForwardingTest, AProgramIsInForceWhenAllNodesThatLiveHaveIt) {
  network.cut("eve", "ada");
  bool done = false;
  ada.forwarding.spread({.id = "shop", .sequence = 4, .state = {1, 2}}, [&] { done = true; });
  network.run();
  ASSERT_EQ(bob.here.programs.size(), 1U);
  EXPECT_EQ(bob.here.programs.front().sequence, 4U);
  EXPECT_FALSE(done);
  ada.forwarding.follow({bob.record.incarnation});  // eve was declared dead
  now = std::chrono::steady_clock::now();
  pass(1200ms);
  pass(100ms);
  EXPECT_TRUE(done);
}

TEST_F(ForwardingTest, ANodeGetsAProgramThatItDoesNotKnowFromItsOwner) {
  bob.forwarding.spread({.id = "shop", .sequence = 4, .state = {1}}, [] {});
  bob.all_at(&bob);
  ada.here.programs.clear();
  actors::Neighbours::Found found = actors::Neighbours::Found::unknown;
  ada.forwarding.fetch("shop", [&](actors::Neighbours::Found said) { found = said; });
  network.run();
  EXPECT_EQ(found, actors::Neighbours::Found::yes);
  ada.forwarding.fetch("other", [&](actors::Neighbours::Found said) { found = said; });
  network.run();
  EXPECT_EQ(found, actors::Neighbours::Found::no);
}

TEST_F(ForwardingTest, NoticesGoOnWhereTheyStoodWhenTheMemberHasMoved) {
  subscribe();
  ASSERT_EQ(bob.here.calls.size(), 1U);
  const auto at_bob = bob.here.calls.front().reply.peer;
  bob.here.answer(api::Result{.body = sequenced(5)});
  notify(at_bob, 6);
  notify(at_bob, 7);
  network.run();
  EXPECT_EQ(heard(), (std::vector<std::uint64_t>{6, 7}));

  ada.all_at(&eve);
  now = std::chrono::steady_clock::now();
  pass(200ms);
  ASSERT_EQ(eve.here.calls.size(), 1U);
  EXPECT_EQ(get<api::Subscribe>(eve.here.calls.front().operation).from, 7);
  const auto at_eve = eve.here.calls.front().reply.peer;
  notify(at_bob, 8);  // late, and not to be relied upon
  eve.here.answer(api::Result{.body = sequenced(9)});
  notify(at_eve, 8);
  notify(at_eve, 9);
  network.run();
  EXPECT_EQ(heard(), (std::vector<std::uint64_t>{6, 7, 8, 9}));
  EXPECT_EQ(session->got.size(), 5U);  // one answer, four notices
}

TEST_F(ForwardingTest, WhoListensToAMemberAndAPartnerOfOneNameHearsOfBoth) {
  const std::pair<const char*, api::EntityKind> all[] = {{"member", api::EntityKind::member},
                                                         {"partner", api::EntityKind::partner},
                                                         {"promotion", api::EntityKind::promotion}};
  for (const auto& [name, kind] : all) subscribe({}, name);
  ASSERT_EQ(bob.here.calls.size(), 3U);
  std::vector<std::shared_ptr<api::Peer>> listeners;
  for (const auto& [name, kind] : all) {
    EXPECT_EQ(bob.here.calls.front().target.kind, kind) << name;
    EXPECT_EQ(bob.here.calls.front().target.id, "mia");
    listeners.push_back(bob.here.calls.front().reply.peer);
    bob.here.answer(api::Result{.body = sequenced(5)});
  }
  for (std::size_t i = 0; i < listeners.size(); ++i) notify(listeners[i], 6 + i);
  network.run();
  EXPECT_EQ(heard(), (std::vector<std::uint64_t>{6, 7, 8}));
}

TEST_F(ForwardingTest, NoticesGoOnWhenTheLinkWasLost) {
  subscribe(3);
  const auto first = bob.here.calls.front().reply.peer;
  bob.here.answer(api::Result{.body = sequenced(5)});
  notify(first, 4);
  network.run();
  network.reset("ada", "bob");
  pass(1100ms);
  now = std::chrono::steady_clock::now();
  pass(1300ms);
  pass(200ms);
  ASSERT_EQ(bob.here.calls.size(), 1U);
  EXPECT_EQ(get<api::Subscribe>(bob.here.calls.front().operation).from, 4);
}

TEST_F(ForwardingTest, ASessionThatIsFarBehindGetsTheRestWhenItHasCaughtUp) {
  subscribe();
  const auto listener = bob.here.calls.front().reply.peer;
  bob.here.answer(api::Result{.body = sequenced(5)});
  network.run();
  session->behind = std::size_t{1} << 20;
  notify(listener, 6);
  network.run();
  session->behind = 0;
  notify(listener, 7);  // behind one that was left out
  network.run();
  EXPECT_TRUE(heard().empty());
  now = std::chrono::steady_clock::now();
  pass(300ms);
  ASSERT_EQ(bob.here.calls.size(), 1U);
  EXPECT_EQ(get<api::Subscribe>(bob.here.calls.front().operation).from, 5);
}

TEST_F(ForwardingTest, ASessionThatIsGoneListensNoMore) {
  subscribe();
  const std::weak_ptr<api::Peer> listener = bob.here.calls.front().reply.peer;
  bob.here.answer(api::Result{.body = sequenced(5)});
  network.run();
  EXPECT_FALSE(listener.expired());
  session.reset();
  now = std::chrono::steady_clock::now();
  pass(200ms);
  EXPECT_TRUE(listener.expired());
}

}  // namespace
}  // namespace loyalty::cluster
