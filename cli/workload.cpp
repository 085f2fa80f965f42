// SPDX-License-Identifier: Apache-2.0
#include "cli/workload.hpp"

#include <algorithm>
#include <cmath>

#include "net/msgpack_writer.hpp"

namespace loyalty::cli {
namespace {

namespace pack = net::pack;

constexpr std::size_t member_digits = 8;
constexpr std::size_t key_digits = 12;
constexpr std::string_view member_prefix = "bench-";

bool names(const Value& list, std::string_view wanted) {
  const auto& items = list.items();
  return std::any_of(items.begin(), items.end(),
                     [&](const Value& item) { return item.text() == wanted; });
}

/// Appends a string that ends in `digits` places to be patched; returns where they begin.
std::size_t put_patched(std::string& out, std::string_view name, std::string_view prefix,
                        std::size_t digits) {
  pack::string(out, name);
  pack::string_head(out, prefix.size() + digits);
  out.append(prefix).append(digits, '0');
  return out.size() - digits;
}

void write_digits(std::string& bytes, std::size_t at, std::size_t digits, std::uint64_t number) {
  for (std::size_t i = digits; i > 0; --i, number /= 10) {
    bytes[at + i - 1] = static_cast<char>('0' + number % 10);
  }
}

void put_if_given(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  pack::string(out, name);
  pack::string(out, text);
}

}  // namespace

WorkloadGoods choose_goods(const Value& described) {
  WorkloadGoods goods;
  const Value& program = described["definition"];
  for (const Value& rule : program["rules"].items()) {
    const Value& when = rule["when"];
    if (!names(when["activities"], "purchase") || !when["partners"].items().empty()) continue;
    const auto& categories = when["categories"].items();
    if (!categories.empty()) {
      goods.category = categories.front().text();
      break;
    }
  }
  // The cheapest offer, so that redemptions find the points they need.
  const Value* cheapest = nullptr;
  for (const Value& offer : program["offers"].items()) {
    if (!offer["partner"].text().empty()) continue;
    if (cheapest == nullptr || offer["cost"].number() < (*cheapest)["cost"].number()) {
      cheapest = &offer;
    }
  }
  if (cheapest == nullptr) return goods;
  goods.offer = (*cheapest)["id"].text();
  const auto& categories = (*cheapest)["categories"].items();
  if (!categories.empty()) goods.offer_category = categories.front().text();
  goods.offer_price = (*cheapest)["discount"].number();
  return goods;
}

MemberChoice::MemberChoice(std::size_t members, MemberDistribution distribution, double theta)
    : members_(std::max<std::size_t>(1, members)) {
  if (distribution == MemberDistribution::uniform) return;
  cumulative_.reserve(members_);
  double sum = 0;
  for (std::size_t i = 0; i < members_; ++i) {
    sum += 1 / std::pow(static_cast<double>(i + 1), theta);
    cumulative_.push_back(sum);
  }
}

std::size_t MemberChoice::draw(std::mt19937_64& random) const {
  if (cumulative_.empty()) {
    return std::uniform_int_distribution<std::size_t>(0, members_ - 1)(random);
  }
  const double at = std::uniform_real_distribution<double>(0, cumulative_.back())(random);
  const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), at);
  return std::min(static_cast<std::size_t>(found - cumulative_.begin()), members_ - 1);
}

Workload::Workload(const WorkloadOptions& options, const WorkloadGoods& goods, std::string_view run)
    : mixed_(options.kind == WorkloadKind::mixed),
      redeems_(!goods.offer.empty()),
      choice_(options.members, options.distribution, options.theta),
      random_(std::random_device{}()) {
  const std::string key_prefix = "bench:" + std::string(run) + ":";
  const bool has_program = !options.program.empty();
  const auto finish_head = [&](Template& call) {
    put_if_given(call.params, "program", options.program);
  };

  enrolment_ = begin("enroll_member", 2, has_program);
  finish_head(enrolment_);
  enrolment_.key = put_patched(enrolment_.params, "key", "bench:enroll:", key_digits);

  purchase_ = begin("purchase", 3U + !goods.category.empty(), has_program);
  finish_head(purchase_);
  purchase_.key = put_patched(purchase_.params, "key", key_prefix, key_digits);
  put_if_given(purchase_.params, "category", goods.category);
  pack::string(purchase_.params, "amount");
  pack::byte(purchase_.params, 0xcd);  // 16 bits, also for what would need fewer
  purchase_.amount = purchase_.params.size();
  pack::big_endian(purchase_.params, 0, 2);

  redemption_ =
      begin("redeem", 3U + !goods.offer_category.empty() + (goods.offer_price > 0), has_program);
  finish_head(redemption_);
  redemption_.key = put_patched(redemption_.params, "key", key_prefix, key_digits);
  pack::string(redemption_.params, "offer");
  pack::string(redemption_.params, goods.offer);
  put_if_given(redemption_.params, "category", goods.offer_category);
  if (goods.offer_price > 0) {
    pack::string(redemption_.params, "price");
    pack::unsigned_integer(redemption_.params, static_cast<std::uint64_t>(goods.offer_price));
  }

  query_ = begin("get_balances", 1, has_program);
  finish_head(query_);

  route_ = begin("route", 1, has_program);
  finish_head(route_);
}

Workload::Template Workload::begin(std::string_view method, std::size_t fields,
                                   bool has_program) const {
  Template call;
  call.method = method;
  pack::map(call.params, fields + has_program);
  call.member = put_patched(call.params, "member", member_prefix, member_digits);
  return call;
}

WorkloadCall Workload::enrolment(std::size_t member) {
  write_digits(enrolment_.params, *enrolment_.key, key_digits, member);
  write_digits(enrolment_.params, enrolment_.member, member_digits, member);
  return {enrolment_.method, enrolment_.params, member};
}

std::string Workload::route_params(std::size_t member) {
  write_digits(route_.params, route_.member, member_digits, member);
  return route_.params;
}

WorkloadCall Workload::next() {
  const std::size_t member = choice_.draw(random_);
  if (!mixed_) return patched(purchase_, member);
  const auto part = std::uniform_int_distribution<int>(0, 9)(random_);
  if (part == 8 && redeems_) return patched(redemption_, member);
  if (part == 9) return patched(query_, member);
  return patched(purchase_, member);
}

WorkloadCall Workload::patched(Template& call, std::size_t member) {
  constexpr std::uint64_t least_cents = 500;
  constexpr std::uint64_t most_cents = 25'000;
  write_digits(call.params, call.member, member_digits, member);
  if (call.key) write_digits(call.params, *call.key, key_digits, ++calls_);
  if (call.amount) {
    const auto cents =
        std::uniform_int_distribution<std::uint64_t>(least_cents, most_cents)(random_);
    call.params[*call.amount] = static_cast<char>(cents >> 8);
    call.params[*call.amount + 1] = static_cast<char>(cents & 0xff);
  }
  return {call.method, call.params, member};
}

}  // namespace loyalty::cli
