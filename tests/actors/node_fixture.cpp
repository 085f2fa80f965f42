// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/node_fixture.hpp"

#include <algorithm>
#include <functional>

#include "codec/wire.hpp"
#include "persistence/faults.hpp"
#include "persistence/memory_store.hpp"

namespace loyalty::actors {
namespace {

constexpr std::chrono::seconds patience{20};

/// Steps into a map; false when there is no such name.
bool step_into(codec::Reader& in, std::string_view name) {
  std::uint32_t count = 0;
  if (!in.read_map(count)) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::string_view key;
    if (!in.read(key)) return false;
    if (key == name) return true;
    if (!in.skip()) return false;
  }
  return false;
}

bool walk(codec::Reader& in, const std::string& path) {
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t dot = std::min(path.find('.', begin), path.size());
    if (!step_into(in, std::string_view(path).substr(begin, dot - begin))) return false;
    begin = dot + 1;
  }
  return true;
}

}  // namespace

void TestPeer::send(std::vector<api::Outgoing>&& messages) {
  const std::lock_guard lock(mutex_);
  for (auto& message : messages) {
    if (auto* reply = get_if<api::Reply>(&message)) {
      EXPECT_TRUE(
          std::none_of(replies_.begin(), replies_.end(),
                       [&](const api::Reply& earlier) { return earlier.msgid == reply->msgid; }))
          << "a second answer to call " << reply->msgid;
      replies_.push_back(std::move(*reply));
    } else {
      notices_.push_back(get<api::Notice>(std::move(message)));
    }
  }
  arrived_.notify_all();
}

api::Reply TestPeer::reply(std::uint32_t msgid) {
  std::unique_lock lock(mutex_);
  std::vector<api::Reply>::iterator found;
  const bool came = arrived_.wait_for(lock, patience, [&] {
    found = std::find_if(replies_.begin(), replies_.end(),
                         [&](const api::Reply& r) { return r.msgid == msgid; });
    return found != replies_.end();
  });
  if (!came) {
    ADD_FAILURE() << "no reply to call " << msgid;
    return {msgid, api::Error{.code = "NO_REPLY", .text = {}, .param = {}}};
  }
  return *found;
}

bool TestPeer::has_reply(std::uint32_t msgid) {
  const std::lock_guard lock(mutex_);
  return std::any_of(replies_.begin(), replies_.end(),
                     [&](const api::Reply& r) { return r.msgid == msgid; });
}

api::Notice TestPeer::next_notice() {
  std::unique_lock lock(mutex_);
  if (!arrived_.wait_for(lock, patience, [&] { return !notices_.empty(); })) {
    ADD_FAILURE() << "no notice";
    return {};
  }
  api::Notice notice = std::move(notices_.front());
  notices_.pop_front();
  return notice;
}

bool TestPeer::has_notice() {
  const std::lock_guard lock(mutex_);
  return !notices_.empty();
}

ScriptedStore::ScriptedStore(persistence::ShardId shards)
    : inner_(persistence::make_memory_store(shards)) {}

void ScriptedStore::hold_commits() {
  const std::lock_guard lock(mutex_);
  holding_ = true;
  held_ = false;
}

void ScriptedStore::let_commits_pass() {
  const std::lock_guard lock(mutex_);
  holding_ = false;
  changed_.notify_all();
}

void ScriptedStore::wait_for_held_commit() {
  std::unique_lock lock(mutex_);
  EXPECT_TRUE(changed_.wait_for(lock, patience, [&] { return held_; }));
}

void ScriptedStore::answer_commits(std::optional<persistence::CommitStatus> status) {
  const std::lock_guard lock(mutex_);
  answer_ = status;
}

std::size_t ScriptedStore::commits() const {
  const std::lock_guard lock(mutex_);
  return commits_;
}

std::vector<persistence::CommitResult> ScriptedStore::commit(
    std::span<const persistence::Commit> commits) {
  std::unique_lock lock(mutex_);
  ++commits_;
  if (holding_) {
    held_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !holding_; });
  }
  if (answer_) {
    return std::vector<persistence::CommitResult>(
        commits.size(), {.status = *answer_, .head = {}, .detail = "scripted"});
  }
  lock.unlock();
  return inner_->commit(commits);
}

void ScriptedStore::hold_loads() {
  const std::lock_guard lock(mutex_);
  holding_loads_ = true;
  held_load_ = false;
}

void ScriptedStore::let_loads_pass() {
  const std::lock_guard lock(mutex_);
  holding_loads_ = false;
  changed_.notify_all();
}

void ScriptedStore::wait_for_held_load() {
  std::unique_lock lock(mutex_);
  EXPECT_TRUE(changed_.wait_for(lock, patience, [&] { return held_load_; }));
}

bool ScriptedStore::take_one(std::atomic<std::size_t>& left) {
  std::size_t known = left;
  while (known > 0 && !left.compare_exchange_weak(known, known - 1)) {
  }
  return known > 0;
}

persistence::StoreResult<persistence::OwnerRecord> ScriptedStore::owner(
    persistence::ShardId shard) {
  return pretended_owner_ ? *pretended_owner_ : inner_->owner(shard);
}
persistence::StoreResult<persistence::OwnerRecord> ScriptedStore::claim(
    persistence::ShardId shard, const persistence::Fence& seen, persistence::OwnerNonce me,
    std::int64_t now_ms) {
  return inner_->claim(shard, seen, me, now_ms);
}
persistence::StoreResult<bool> ScriptedStore::release(persistence::ShardId shard,
                                                      const persistence::Fence& fence) {
  return inner_->release(shard, fence);
}
persistence::StoreResult<persistence::Loaded> ScriptedStore::load(
    persistence::ShardId shard, std::span<const std::string> entities) {
  ++loads_;
  {
    std::unique_lock lock(mutex_);
    if (holding_loads_) {
      held_load_ = true;
      changed_.notify_all();
      changed_.wait(lock, [&] { return !holding_loads_; });
    }
  }
  if (take_one(failing_loads_)) return persistence::unavailable("scripted");
  auto found = inner_->load(shard, entities);
  if (without_snapshots_ && found) {
    for (auto& snapshot : found->snapshots) {
      if (snapshot && !snapshot->pinned) snapshot.reset();
    }
  }
  return found;
}
persistence::StoreResult<bool> ScriptedStore::entities(
    persistence::ShardId shard, const std::function<bool(const std::string&)>& visit) {
  return inner_->entities(shard, visit);
}
persistence::StoreResult<std::vector<persistence::Snapshot>> ScriptedStore::pinned(
    persistence::ShardId shard) {
  return inner_->pinned(shard);
}
persistence::StoreResult<bool> ScriptedStore::blocks(
    persistence::ShardId shard, std::uint64_t after,
    const std::function<bool(const persistence::Block&)>& visit) {
  bool skip = without_first_block_;
  return inner_->blocks(shard, after, [&](const persistence::Block& block) {
    return std::exchange(skip, false) || visit(block);
  });
}
persistence::StoreResult<bool> ScriptedStore::history(
    persistence::ShardId shard, std::string_view entity,
    const std::function<bool(const persistence::Segment&)>& visit) {
  return history_from(shard, entity, 0, visit);
}
persistence::StoreResult<bool> ScriptedStore::history_from(
    persistence::ShardId shard, std::string_view entity, std::uint64_t first_sequence,
    const std::function<bool(const persistence::Segment&)>& visit) {
  if (fails_history_.exchange(false)) return persistence::unavailable("scripted");
  const auto read = inner_->history_from(shard, entity, first_sequence, [&](const auto& segment) {
    ++segments_read_;
    return visit(segment);
  });
  if (const auto happens = std::exchange(after_history_, nullptr)) happens();
  return read;
}
persistence::StoreResult<std::vector<persistence::DueEntry>> ScriptedStore::due(
    persistence::ShardId shard, std::int64_t from_ms, std::int64_t until_ms, std::size_t limit) {
  if (shard == shard_of_failing_due_ && take_one(failing_due_))
    return persistence::unavailable("scripted");
  return inner_->due(shard, from_ms, until_ms, limit);
}
persistence::StoreResult<bool> ScriptedStore::trim(persistence::ShardId shard,
                                                   std::uint64_t up_to) {
  return inner_->trim(shard, up_to);
}
persistence::StoreResult<std::uint64_t> ScriptedStore::stable(persistence::ShardId shard) {
  return inner_->stable(shard);
}
persistence::StoreResult<std::optional<persistence::Head>> ScriptedStore::projection_cursor(
    persistence::ShardId shard, std::string_view name) {
  return inner_->projection_cursor(shard, name);
}
persistence::StoreResult<bool> ScriptedStore::put_projection_cursor(persistence::ShardId shard,
                                                                    std::string_view name,
                                                                    persistence::Head cursor) {
  return inner_->put_projection_cursor(shard, name, cursor);
}

std::optional<std::int64_t> number_at(std::string_view map, const std::string& path) {
  codec::Reader in(map);
  std::int64_t value = 0;
  return walk(in, path) && in.read(value) ? std::optional(value) : std::nullopt;
}

std::optional<std::string> text_at(std::string_view map, const std::string& path) {
  codec::Reader in(map);
  std::string_view value;
  return walk(in, path) && in.read(value) ? std::optional(std::string(value)) : std::nullopt;
}

std::optional<api::Call> make_call(const std::string& method, const std::vector<Param>& params) {
  codec::Writer out;
  out.map(params.size());
  for (const auto& [name, value] : params) {
    out.string(name);
    if (const auto* number = get_if<std::int64_t>(&value)) {
      out.integer(*number);
    } else {
      out.string(get<std::string>(value));
    }
  }
  auto decoded = api::decode_call(method, out.bytes(), std::chrono::steady_clock::now());
  if (decoded) return std::move(*decoded);
  ADD_FAILURE() << method << ": " << decoded.error().text;
  return std::nullopt;
}

api::Call apply_call(const domain::ProgramDefinition& program) {
  const std::string definition = codec::to_wire(program);
  codec::Writer params;
  params.map(3);
  params.string("program");
  params.string("shop");
  params.string("key");
  params.string("apply-" + std::to_string(std::hash<std::string>()(definition)));
  params.string("definition");
  params.raw(definition);
  auto apply = api::decode_call("apply_program", params.bytes(), {});
  if (apply) return std::move(*apply);
  ADD_FAILURE() << apply.error().text;
  return {};
}

domain::ProgramDefinition shop() {
  domain::ProgramDefinition program;
  program.id = "shop";
  program.active = true;
  program.currencies = {{.id = "points",
                         .kind = domain::CurrencyKind::non_qualifying,
                         .expiry = domain::ExpiryModel::fixed,
                         .expiry_period = {1, domain::PeriodUnit::years},
                         .primary = true}};
  domain::RuleDefinition purchase{.id = "purchase", .currency = "points", .rate = domain::one};
  purchase.when.activities = {"purchase"};
  domain::RuleDefinition review{.id = "review",
                                .currency = "points",
                                .measure = domain::Measure::journals,
                                .rate = {50, 0},
                                .crediting = domain::Crediting::next_day};
  review.when.activities = {"review"};
  domain::RuleDefinition training{.id = "training",
                                  .currency = "points",
                                  .measure = domain::Measure::journals,
                                  .rate = {70, 0},
                                  .crediting = domain::Crediting::batch};
  training.when.activities = {"training"};
  program.rules = {purchase, review, training};
  program.partners = {
      {.id = "acme",
       .rates = {{.currency = "points", .accrual_price = {1, 2}, .redemption_price = {1, 2}}}}};
  return program;
}

domain::ProgramDefinition shop_with_a_pot() {
  domain::ProgramDefinition program = shop();
  domain::PromotionDefinition pot{.id = "pot", .kind = domain::PromotionKind::standard};
  pot.when.activities = {"survey"};
  pot.reward.points = 40;
  pot.limits.points = 100;
  program.promotions = {pot};
  return program;
}

domain::ProgramDefinition shop_with_a_latte() {
  domain::ProgramDefinition program = shop();
  domain::PromotionDefinition latte{.id = "latte", .name = "Tenth latte", .target = 10};
  latte.unit = "latte";
  latte.units = "lattes";
  latte.measure = domain::Measure::journals;
  latte.when.activities = {"purchase"};
  latte.reward.points = 50;
  program.promotions = {latte};
  return program;
}

NodeTest::NodeTest() {
  options.executors = 2;
  options.log = [](const std::string&) {};
}

void NodeTest::start() {
  auto started = Node::start(options, store_, clock_);
  ASSERT_TRUE(started) << started.error().message;
  node_ = std::move(*started);
  apply(shop());
}

void NodeTest::apply(const domain::ProgramDefinition& program) {
  api::Call apply = apply_call(program);
  apply.reply = {peer_, next_msgid_};
  std::vector<api::Call> calls;
  calls.push_back(std::move(apply));
  node_->submit(std::move(calls));
  const api::Reply reply = peer_->reply(next_msgid_++);
  const auto* error = get_if<api::Error>(&reply.outcome);
  ASSERT_EQ(error, nullptr) << error->code << " " << error->param << ": " << error->text;
}

std::string NodeTest::failed_restart() {
  stop();
  auto started = Node::start(options, store_, clock_);
  EXPECT_FALSE(started);
  return started ? "" : started.error().message;
}

void NodeTest::restart() {
  stop();
  start();
}

std::uint32_t NodeTest::send(const std::string& method, const std::vector<Param>& params) {
  return send(peer_, method, params);
}

std::uint32_t NodeTest::send(const std::shared_ptr<TestPeer>& peer, const std::string& method,
                             const std::vector<Param>& params) {
  auto decoded = make_call(method, params);
  const std::uint32_t msgid = next_msgid_++;
  if (!decoded) return msgid;
  decoded->reply = {peer, msgid};
  std::vector<api::Call> calls;
  calls.push_back(std::move(*decoded));
  node_->submit(std::move(calls));
  return msgid;
}

api::Reply NodeTest::call(const std::string& method, const std::vector<Param>& params) {
  return peer_->reply(send(method, params));
}

api::Result NodeTest::must(const std::string& method, const std::vector<Param>& params) {
  const api::Reply reply = call(method, params);
  if (const auto* error = get_if<api::Error>(&reply.outcome)) {
    ADD_FAILURE() << method << ": " << error->code << ": " << error->text;
    return {};
  }
  return get<api::Result>(reply.outcome);
}

std::string NodeTest::code_of(const std::string& method, const std::vector<Param>& params) {
  const api::Reply reply = call(method, params);
  const auto* error = get_if<api::Error>(&reply.outcome);
  return error ? error->code : std::string();
}

void NodeTest::enroll(const std::string& member) {
  must("enroll_member", {{"member", member}, {"key", "enroll"}});
}

std::int64_t NodeTest::points_of(const std::string& member) {
  return number_at(must("get_balances", {{"member", member}}).body, "balances.points.available")
      .value_or(-1);
}

}  // namespace loyalty::actors
