// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "actors/entity_key.hpp"
#include "actors/notice.hpp"
#include "actors/shard.hpp"
#include "api/server_results.hpp"
#include "codec/wire.hpp"

/// Subscriptions: first the past, in pages, then what is stated.
namespace loyalty::actors {
namespace {

/// Facts of the past go to a client in pages, as fast as it takes them.
constexpr std::size_t catch_up_page = 512;
constexpr std::size_t catch_up_backlog_bytes = 128 * 1024;

}  // namespace

void Shard::subscribe(WorkPtr message, Slot& slot) {
  Work& work = *message;
  const auto& call = get<api::Call>(work.task);
  const auto& wanted = get<api::Subscribe>(call.operation);
  if (holds_alternative<api::Error>(work.answer)) {
    reply(work, slot);
    return;
  }
  const auto from = wanted.from
                        ? static_cast<std::uint64_t>(std::max<std::int64_t>(*wanted.from, 0))
                        : work.sequence;
  const std::uint64_t now = work.sequence;
  if (!work.history) {
    const bool again = subscriptions_.has(work.entity, call.reply.peer);
    Subscription& fresh = subscriptions_.add(work.entity, call.reply.peer);
    fresh.events = wanted.events;
    fresh.sent = std::min(from, now);
    work.answer = api::Result{.body = codec::to_wire(api::SubscriptionResult{now})};
    if (again && gate_.size() > 0) {
      // Behind what is still held back of the one before: another node that has left notices out,
      // because its client was slow, takes whatever follows this answer as following the cursor.
      gate_.hold(
          journal().newest(),
          [this, to = call.reply, said = work.answer](bool durable) mutable {
            answer(to, std::move(said), durable);
          },
          OutputGate::Kind::answer);
    } else {
      reply(work, slot);
    }
    if (from >= now) return;
    fresh.stage = Subscription::Stage::reading_past;
    read_history(std::move(message), slot);
    return;
  }
  std::vector<Subscription>* known = subscriptions_.find(work.entity);
  if (known == nullptr) return;
  for (auto& subscription : *known) {
    if (subscription.peer.lock() != call.reply.peer ||
        subscription.stage != Subscription::Stage::reading_past) {
      continue;
    }
    subscription.stage = Subscription::Stage::sending_past;
    // What was stated while the history was read waits already; it comes after the past.
    std::vector<StatedRecord> past;
    for (const auto& record : work.history->records) past.push_back({record, work.history});
    subscription.waiting.insert(subscription.waiting.begin(), past.begin(), past.end());
  }
  catch_up(work.entity);
}

void Shard::catch_up(const std::string& entity) {
  auto* listeners = subscriptions_.find(entity);
  const auto program = services_.program(program_of(entity));
  if (listeners == nullptr || !program) return;
  bool more = false;
  for (auto& subscription : *listeners) {
    if (subscription.stage != Subscription::Stage::sending_past) continue;
    const auto peer = subscription.peer.lock();
    std::size_t page = peer && peer->backlog() < catch_up_backlog_bytes ? catch_up_page : 0;
    while (page > 0 && !subscription.waiting.empty()) {
      const auto told = push(subscription, subscription.waiting.front().view, program->catalogue);
      page -= std::min(page, std::max<std::size_t>(told, 1));
      subscription.waiting.pop_front();
    }
    if (subscription.waiting.empty()) {
      subscription.stage = Subscription::Stage::live;
    } else {
      more = true;
    }
  }
  if (more) services_.later([this, entity] { catch_up(entity); });
}

void Shard::announce(const std::string& entity, const std::string& record) {
  auto* listeners = subscriptions_.find(entity);
  if (listeners == nullptr) return;
  const auto program = services_.program(program_of(entity));
  const auto kept = std::make_shared<const std::string>(record);
  const auto view = decode_record(*kept);
  if (!program || !view) return;
  for (auto& subscription : *listeners) {
    if (subscription.stage == Subscription::Stage::live) {
      push(subscription, *view, program->catalogue);
    } else {
      subscription.waiting.push_back({*view, kept});
    }
  }
}

/// How many notices it made.
std::size_t Shard::push(Subscription& subscription, const RecordView& record,
                        const domain::Catalogue& catalogue) {
  auto stated = notices_of(record, subscription.sent, subscription.events, catalogue);
  subscription.sent = std::max(subscription.sent, stated.last);
  const std::size_t count = stated.notices.size();
  if (count == 0) return 0;
  gate_.hold(journal().newest(), [this, peer = subscription.peer,
                                  notices = std::move(stated.notices)](bool durable) mutable {
    if (!durable) return;
    for (auto& notice : notices) services_.outbound.add(peer.lock(), std::move(notice));
  });
  return count;
}

}  // namespace loyalty::actors
