// SPDX-License-Identifier: Apache-2.0
#include "cli/purchase_stream.hpp"

#include <poll.h>

#include <algorithm>

#include "cli/field_text.hpp"
#include "codec/msgpack_reader.hpp"
#include "net/msgpack_writer.hpp"

namespace loyalty::cli {
namespace {

namespace pack = net::pack;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds longest_retry_pause = 2s;

void put_text(std::string& out, std::string_view name, std::string_view text) {
  pack::string(out, name);
  pack::string(out, text);
}

void put_number(std::string& out, std::string_view name, std::int64_t number) {
  pack::string(out, name);
  pack::unsigned_integer(out, static_cast<std::uint64_t>(number));
}

std::string enrolment_params(const std::string& program, const PurchaseRow& row) {
  std::string out;
  pack::map(out, 4);
  put_text(out, "program", program);
  put_text(out, "member", row.member);
  put_text(out, "key", import_key("import:enroll:", row.member));
  put_number(out, "at", row.at.ms);
  return out;
}

std::string purchase_params(const std::string& program, const PurchaseRow& row) {
  std::string out;
  pack::map(out, 5U + row.units.has_value() + !row.category.empty() + !row.partner.empty());
  put_text(out, "program", program);
  put_text(out, "member", row.member);
  put_text(out, "key", row.key);
  put_number(out, "at", row.at.ms);
  put_number(out, "amount", row.amount);
  if (row.units) put_number(out, "units", *row.units);
  if (!row.category.empty()) put_text(out, "category", row.category);
  if (!row.partner.empty()) put_text(out, "partner", row.partner);
  return out;
}

bool read_points(codec::Reader& in, PurchaseAnswer& answer) {
  std::uint32_t count = 0;
  if (!in.read_map(count)) return false;
  for (; count > 0; --count) {
    auto& [currency, points] = answer.points.emplace_back();
    if (!in.read(currency) || !in.read(points)) return false;
  }
  return true;
}

net::CallError broken(net::CallError::Kind kind, std::string text) {
  net::CallError error;
  error.kind = kind;
  error.error.text = std::move(text);
  error.error.callers_fault = false;
  error.error.retryable = true;
  return error;
}

}  // namespace

std::optional<PurchaseAnswer> read_purchase_answer(std::string_view body) {
  codec::Reader in(body);
  PurchaseAnswer answer;
  std::uint32_t count = 0;
  if (!in.read_map(count)) return std::nullopt;
  for (; count > 0; --count) {
    std::string_view name;
    if (!in.read(name)) return std::nullopt;
    bool good = true;
    if (name == "replayed") {
      good = in.read(answer.replayed);
    } else if (name == "credited" || name == "pending") {
      good = read_points(in, answer);
    } else {
      good = in.skip();
    }
    if (!good) return std::nullopt;
  }
  return answer;
}

PurchaseStream::PurchaseStream(Options options, std::vector<net::Client> connections,
                               Listener listener)
    : options_(std::move(options)), listener_(std::move(listener)) {
  for (auto& client : connections) {
    links_.push_back({.client = std::move(client), .ready = {}, .waiting = {}});
  }
}

void PurchaseStream::add(PurchaseRow row) {
  Lane& lane = lanes_[row.member];
  const bool was_idle = lane.rows.empty();
  if (was_idle) lane.link = std::hash<std::string>{}(row.member) % links_.size();
  lane.rows.push_back(std::move(row));
  ++open_rows_;
  if (was_idle) links_[lane.link].ready.push_back(&lane);
}

std::optional<net::CallError> PurchaseStream::step() {
  while (!delayed_.empty() && delayed_.begin()->first <= Clock::now()) {
    Lane* lane = delayed_.begin()->second;
    links_[lane->link].ready.push_back(lane);
    delayed_.erase(delayed_.begin());
  }
  bool idle = true;
  for (Link& link : links_) {
    while (!link.ready.empty() && link.waiting.size() < options_.window_per_connection) {
      Lane* lane = link.ready.front();
      link.ready.pop_front();
      if (link.waiting.empty()) last_answer_ = std::max(last_answer_, Clock::now());
      send(link, *lane);
      idle = false;
    }
    if (link.client.wants_write()) link.client.pump();
  }
  if (idle && open_rows_ > 0) wait();
  for (Link& link : links_) take_answers(link);
  return failure();
}

void PurchaseStream::send(Link& link, Lane& lane) {
  const PurchaseRow& row = lane.rows.front();
  lane.enrolling = options_.enroll && !enrolled_.contains(row.member);
  const std::uint32_t msgid =
      lane.enrolling ? link.client.send("enroll_member", enrolment_params(options_.program, row))
                     : link.client.send("purchase", purchase_params(options_.program, row));
  link.waiting.emplace(msgid, &lane);
}

void PurchaseStream::take_answers(Link& link) {
  if (link.waiting.empty()) return;
  link.client.pump();
  while (const auto answer = link.client.poll_reply()) {
    const auto found = link.waiting.find(answer->msgid);
    if (found == link.waiting.end()) continue;
    Lane& lane = *found->second;
    link.waiting.erase(found);
    last_answer_ = Clock::now();
    take_answer(lane, *answer);
  }
}

void PurchaseStream::take_answer(Lane& lane, const net::AnswerView& answer) {
  if (answer.refused) {
    take_refusal(lane, {net::CallError::Kind::refused, net::read_error(answer.body)});
    return;
  }
  lane.retries = 0;
  if (lane.enrolling) {
    enrolled_.insert(lane.rows.front().member);
    links_[lane.link].ready.push_back(&lane);
    return;
  }
  const auto purchase = read_purchase_answer(answer.body);
  if (!purchase) {
    fatal_ = broken(net::CallError::Kind::lost, "the answer to a purchase cannot be read");
    return;
  }
  listener_.accepted(lane.rows.front(), *purchase);
  finish_row(lane);
}

void PurchaseStream::take_refusal(Lane& lane, net::CallError error) {
  const api::Error& refusal = error.error;
  if (refusal.retryable) {
    const auto now = Clock::now();
    if (lane.retries++ == 0) lane.retrying_since = now;
    if (now - lane.retrying_since > options_.retry_patience) {
      fatal_ = std::move(error);
      return;
    }
    const auto doubled = std::chrono::milliseconds(10LL << std::min(lane.retries, 8));
    const auto asked = std::chrono::milliseconds(refusal.retry_after_ms);
    const auto pause = std::clamp(std::max(doubled, asked), doubled, longest_retry_pause);
    delayed_.emplace(now + std::max(pause, std::chrono::milliseconds{1}), &lane);
    return;
  }
  lane.retries = 0;
  // A conflict: an earlier import enrolled the member at the time of another row.
  if (lane.enrolling &&
      (refusal.code == "MEMBER_EXISTS" || refusal.code == "IDEMPOTENCY_CONFLICT")) {
    enrolled_.insert(lane.rows.front().member);
    links_[lane.link].ready.push_back(&lane);
    return;
  }
  if (lane.enrolling) error.error.text = "enrolment: " + error.error.text;
  listener_.refused(lane.rows.front(), error);
  finish_row(lane);
}

void PurchaseStream::finish_row(Lane& lane) {
  --open_rows_;
  if (lane.rows.size() > 1) {
    lane.rows.pop_front();
    links_[lane.link].ready.push_back(&lane);
  } else {
    const std::string member = std::move(lane.rows.front().member);
    lanes_.erase(member);
  }
}

void PurchaseStream::wait() {
  auto until = Clock::now() + options_.patience;
  if (!delayed_.empty()) until = std::min(until, delayed_.begin()->first);
  std::vector<pollfd> entries;
  for (const Link& link : links_) {
    const auto events = static_cast<short>(POLLIN | (link.client.wants_write() ? POLLOUT : 0));
    if (!link.waiting.empty()) entries.push_back({link.client.fd(), events, 0});
  }
  const auto time = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
  ::poll(entries.data(), entries.size(), static_cast<int>(std::max<std::int64_t>(0, time.count())));
}

std::optional<net::CallError> PurchaseStream::failure() const {
  if (fatal_) return fatal_;
  bool waiting = false;
  for (const Link& link : links_) {
    waiting = waiting || !link.waiting.empty();
    if (!link.client.lost_because().empty()) {
      return broken(net::CallError::Kind::lost, link.client.lost_because());
    }
  }
  if (waiting && Clock::now() - last_answer_ > options_.patience) {
    return broken(
        net::CallError::Kind::timeout,
        "the server gave no answer for " + std::to_string(options_.patience.count() / 1000) + " s");
  }
  return std::nullopt;
}

}  // namespace loyalty::cli
