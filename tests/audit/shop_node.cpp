// SPDX-License-Identifier: Apache-2.0
#include "tests/audit/shop_node.hpp"

#include "api/call.hpp"
#include "codec/wire.hpp"
#include "tests/support/shop.hpp"

namespace loyalty::audit {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr domain::Instant begin{1'767'268'800'000};  // 2026-01-01T12:00Z

/// Draws without the library's distributions, which differ between machines.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : bits_(seed) {}
  std::int64_t below(std::int64_t end) {
    return static_cast<std::int64_t>(bits_() % static_cast<std::uint64_t>(end));
  }

 private:
  std::mt19937_64 bits_;
};

class RandomLife {
 public:
  RandomLife(ShopNode& node, const Life& life) : node_(node), life_(life), dice_(life.seed) {}

  void run() {
    node_.apply(support::shop());
    for (int i = 0; i < life_.members; ++i) {
      node_.must("enroll_member", {{"member", name(i)}, {"key", "enroll"}});
    }
    for (step_ = 0; step_ < life_.steps; ++step_) {
      if (life_.restarts > 0 && step_ % (life_.steps / (life_.restarts + 1) + 1) == 17) {
        node_.restart();
      }
      if (life_.changes_program && step_ == life_.steps / 2) change_program();
      step();
    }
  }

 private:
  using Params = std::vector<ShopNode::Param>;

  static std::string name(std::int64_t i) { return "m" + std::to_string(i); }

  void step() {
    const std::int64_t what = dice_.below(100);
    if (what < 35) return purchase();
    if (what < 43) return act("record_activity", {{"type", "run"}, {"units", dice_.below(40) + 1}});
    if (what < 48) return act("review", {});
    if (what < 53) return act("record_activity", {{"type", "survey"}});
    if (what < 57) return act("record_activity", {{"type", "training"}, {"units", 200}});
    if (what < 65) return redeem();
    if (what < 69) return act("credit_points", {{"points", dice_.below(90) + 1}});
    if (what < 74) return act("debit_points", {{"points", dice_.below(60) + 1}});
    if (what < 78) return act("enroll_in_promotion", {{"promotion", "lamps"}});
    if (what < 80) return act("leave_promotion", {{"promotion", "runner"}});
    if (what < 84) return act("issue_voucher", {{"definition", "cash"}});
    if (what < 87) return use_voucher();
    if (what < 89) return act("purchase", {{"amount", 100}, {"partner", "nobody"}});
    if (what < 91) return (void)node_.call("get_balances", {{"member", member()}});
    if (what < 94) return node_.must("run_batch", {{"key", "batch" + std::to_string(step_)}});
    node_.advance_days(what < 98 ? dice_.below(20) + 1 : dice_.below(500) + 1);
  }

  void purchase() {
    Params params{{"amount", dice_.below(20'000) + 1}};
    const std::int64_t kind = dice_.below(6);
    if (kind == 0) params.push_back({"product", "latte"});
    if (kind == 1) params.push_back({"category", "lamps"});
    if (kind > 2) params.push_back({"partner", kind == 3 ? "airline" : "hotel"});
    act("purchase", std::move(params));
  }

  void redeem() {
    const std::int64_t kind = dice_.below(4);
    const char* offers[] = {"mug", "spa", "drink", "jacket"};
    act("redeem", {{"offer", offers[kind]}});
  }

  void use_voucher() {
    // Whether there is such a voucher is left to chance: a refusal is as good.
    act("use_voucher", {{"voucher", "v" + std::to_string(dice_.below(40))}});
  }

  /// Any answer will do; one in ten is asked for again.
  void act(const std::string& method, Params params) {
    params.push_back({"member", member()});
    params.push_back({"key", "k" + std::to_string(step_)});
    (void)node_.call(method, params);
    if (dice_.below(10) == 0) (void)node_.call(method, params);
  }

  void change_program() {
    auto next = support::shop();
    next.name = "The shop, changed";
    support::find(next.rules, "base").rate = {2, 0};
    node_.apply(next);
  }

  std::string member() { return name(dice_.below(life_.members)); }

  ShopNode& node_;
  Life life_;
  Dice dice_;
  int step_ = 0;
};

}  // namespace

ShopNode::ShopNode(persistence::Store& store, std::size_t active)
    : store_(store), active_(active), clock_(begin) {
  start();
}

void ShopNode::start() {
  actors::NodeOptions options;
  options.executors = 2;
  options.active_entities = active_;
  options.log = [](const std::string&) {};
  auto node = actors::Node::start(std::move(options), store_, clock_);
  ASSERT_TRUE(node);
  node_ = std::move(*node);
}

void ShopNode::restart() {
  stop();
  start();
}

api::Reply ShopNode::send(const std::string& method, std::string_view params) {
  auto decoded = api::decode_call(method, params, std::chrono::steady_clock::now());
  if (!decoded) {
    ADD_FAILURE() << method << ": " << decoded.error().text;
    return {0, decoded.error()};
  }
  const std::uint32_t msgid = next_msgid_++;
  decoded->reply = {peer_, msgid};
  std::vector<api::Call> calls;
  calls.push_back(std::move(*decoded));
  node_->submit(std::move(calls));
  return peer_->reply(msgid);
}

api::Reply ShopNode::call(const std::string& method, const std::vector<Param>& params) {
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
  return send(method, out.bytes());
}

void ShopNode::must(const std::string& method, const std::vector<Param>& params) {
  const api::Reply reply = call(method, params);
  if (const auto* error = get_if<api::Error>(&reply.outcome)) {
    ADD_FAILURE() << method << ": " << error->code << ": " << error->text;
  }
}

void ShopNode::apply(const domain::ProgramDefinition& program) {
  codec::Writer params;
  params.map(3);
  params.string("program");
  params.string(program.id);
  params.string("key");
  params.string("apply-" + program.name);
  params.string("definition");
  codec::write_wire(params, program);
  const api::Reply reply = send("apply_program", params.bytes());
  if (const auto* error = get_if<api::Error>(&reply.outcome)) ADD_FAILURE() << error->text;
}

void ShopNode::advance_days(std::int64_t days) {
  must("set_clock", {{"now", clock_.now().ms + days * day_ms}});
}

void live(ShopNode& node, const Life& life) { RandomLife(node, life).run(); }

}  // namespace loyalty::audit
