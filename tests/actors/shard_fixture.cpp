// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/shard_fixture.hpp"

#include "actors/entity_key.hpp"

namespace loyalty::actors {

bool ManualLane::do_read() {
  if (reads_.empty()) return false;
  const Job job = std::move(reads_.front());
  reads_.pop_front();
  job(store_);
  return true;
}

bool ManualLane::do_commit() {
  if (commits_.empty()) return false;
  auto [commit, done] = std::move(commits_.front());
  commits_.pop_front();
  auto result = store_.commit({&commit, 1}).front();
  done(std::move(result), std::move(commit));
  return true;
}

void ManualLane::drop_all() {
  reads_.clear();
  commits_.clear();
}

ShardServices ShardTest::services() {
  return {.lane = lane_,
          .host = *host_,
          .clock = clock_,
          .outbound = outbound_,
          .max_active = max_active_,
          .max_idle = max_idle_,
          .snapshot_age = snapshot_age_,
          .store_may_regress = false,
          .max_kept_bytes = 1'000'000,
          .max_unconfirmed_effects = max_unconfirmed_effects_,
          .post = [this](std::function<void()> job) { posted_.push_back(std::move(job)); },
          .leave = [this](std::function<void()> job) { posted_.push_back(std::move(job)); },
          .later = [this](std::function<void()> job) { later_.push_back(std::move(job)); },
          .program = [this](std::string_view) { return program_; },
          .publish = [this](ProgramRegistry::View view) { program_ = std::move(view); },
          .send = [this](OutboxMessage message) { undelivered_.push_back(std::move(message)); },
          .confirm =
              [this](const OutboxReceipt& receipt) {
                posted_.emplace_back([this, receipt] { shard_->confirmed(receipt); });
              },
          .ask = [this](const BudgetAsk& ask) { deliver(ask.budget, ask); },
          .grant =
              [this](BudgetGrant grant) {
                if (grants_are_lost_) return;
                posted_.emplace_back([this, grant = std::move(grant)] { shard_->granted(grant); });
              },
          .programs =
              [this] {
                return program_ ? std::vector{program_} : std::vector<ProgramRegistry::View>{};
              },
          .wake_batch = [](const std::function<void()>& done) { done(); },
          .nonce =
              [] {
                return persistence::OwnerNonce{1, 2};
              },
          .lost = [this](const ShardWriter::Loss& loss) { log_.push_back(loss.reason); },
          .log = [this](const std::string& line) { log_.push_back(line); }};
}

void ShardTest::start() {
  host_ = std::make_unique<ActorHost>(system_);
  const auto seen = store_.owner(0);
  const auto owner = store_.claim(0, seen->fence, {1, seen->fence.epoch + 1}, 1);
  ASSERT_TRUE(owner);
  shard_ = std::make_unique<Shard>(0, *owner, services());
  const auto recovered = shard_->recover(store_);
  ASSERT_TRUE(recovered) << recovered.error().message;
  ASSERT_TRUE(shard_->complete_reports(store_, false));
  apply(shop());
}

void ShardTest::apply(const domain::ProgramDefinition& program) {
  auto apply = std::make_unique<Work>();
  apply->entity = program_key("shop");
  apply->task = apply_call(program);
  shard_->submit(std::move(apply));
  settle();
  ASSERT_TRUE(program_);
}

void ShardTest::stop() {
  posted_.clear();
  later_.clear();
  undelivered_.clear();
  lane_.drop_all();
  shard_.reset();
  host_.reset();
}

void ShardTest::restart() {
  stop();
  start();
}

bool ShardTest::run_round() {
  bool any = false;
  for (; !posted_.empty(); any = true) {
    const auto job = std::move(posted_.front());
    posted_.pop_front();
    job();
  }
  for (; shard_->has_round(); any = true) {
    host_->run();
    shard_->finish_round();
  }
  shard_->ship();
  outbound_.flush();
  if (receivers_are_away_) return any;
  for (auto& message : std::exchange(undelivered_, {})) {
    const std::string destination = message.destination;
    deliver(destination, std::move(message));
    any = true;
  }
  return any;
}

void ShardTest::deliver(const std::string& entity, decltype(Work::task) task) {
  posted_.emplace_back([this, entity, task = std::move(task)] {
    auto work = std::make_unique<Work>();
    work->entity = entity;
    work->task = task;
    shard_->submit(std::move(work));
  });
}

void ShardTest::settle_without_store() {
  while (run_round()) {
  }
}

void ShardTest::settle() {
  do {
    settle_without_store();
  } while (lane_.do_read() || lane_.do_commit());
}

void ShardTest::pass_a_while() {
  for (auto& job : std::exchange(later_, {})) posted_.push_back(std::move(job));
}

std::uint32_t ShardTest::send(const std::string& method, const std::string& member,
                              std::vector<Param> params) {
  if (!member.empty()) params.push_back({"member", member});
  auto call = make_call(method, params);
  const std::uint32_t msgid = next_msgid_++;
  if (!call) return msgid;
  call->reply = {peer_, msgid};
  auto work = std::make_unique<Work>();
  switch (call->target.kind) {
    case api::EntityKind::partner: work->entity = partner_key("shop", call->target.id); break;
    case api::EntityKind::promotion: work->entity = budget_key("shop", call->target.id); break;
    default: work->entity = member_key("shop", call->target.id);
  }
  work->task = std::move(*call);
  shard_->submit(std::move(work));
  return msgid;
}

std::string ShardTest::code_of(std::uint32_t msgid) {
  if (!peer_->has_reply(msgid)) return "no answer yet";
  const api::Reply reply = peer_->reply(msgid);
  const auto* error = get_if<api::Error>(&reply.outcome);
  return error ? error->code : std::string();
}

api::Result ShardTest::must(const std::string& method, const std::string& member,
                            std::vector<Param> params) {
  const auto msgid = send(method, member, std::move(params));
  settle();
  EXPECT_EQ(code_of(msgid), "") << method << " of " << member;
  const api::Reply reply = peer_->reply(msgid);
  const auto* result = get_if<api::Result>(&reply.outcome);
  return result ? *result : api::Result{};
}

void ShardTest::enroll(const std::string& member) {
  must("enroll_member", member, {{"key", "enroll"}});
}

void ShardTest::purchase(const std::string& member, const std::string& key) {
  must("purchase", member, {{"key", key}, {"amount", 1000}, {"partner", "acme"}});
}

}  // namespace loyalty::actors
