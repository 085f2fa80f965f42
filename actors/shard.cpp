// SPDX-License-Identifier: Apache-2.0
#include "actors/shard.hpp"

#include <algorithm>

#include "actors/entity_key.hpp"
#include "actors/notice.hpp"
#include "actors/prefetch.hpp"
#include "actors/segment.hpp"
#include "api/errors.hpp"
#include "api/server_results.hpp"
#include "codec/wire.hpp"
#include "persistence/failpoint.hpp"

/// Messages, answers, timers. What concerns the store is in shard_store.cpp, the past of an entity
/// in shard_history.cpp, who listens to it in shard_listeners.cpp.
namespace loyalty::actors {
namespace {

constexpr std::int64_t window_ms = 60 * 60 * 1000;
constexpr std::size_t due_page = 10'000;
constexpr std::size_t max_waiting_per_entity = 256;

bool is_clients_write(const Work& work) {
  const auto* call = get_if<api::Call>(&work.task);
  return call != nullptr && !call->key.empty();
}

}  // namespace

Shard::Shard(persistence::ShardId id, const persistence::OwnerRecord& owner, ShardServices services)
    : services_(std::move(services)),
      writer_(id, owner, writer_services()),
      outbox_(id),
      portions_(id),
      checkpoint_(owner.checkpoint) {}

ShardWriter::Services Shard::writer_services() {
  return {.lane = services_.lane,
          .post = services_.post,
          .leave = services_.leave,
          .later = services_.later,
          .nonce = services_.nonce,
          .may_regress = services_.store_may_regress,
          .max_kept_bytes = services_.max_kept_bytes,
          .confirmed = [this](const persistence::Commit& commit) { confirmed(commit); },
          .stalled = [this](const persistence::CommitResult& result) { stalled(result); },
          .resumed = [this] { resumed(); },
          .lost = [this](const ShardWriter::Loss& loss) { lose(loss); },
          .may_claim = services_.may_speak};
}

void Shard::prefetch(const Work& work) {
  if (work.slot != nullptr && work.slot->actor) work.slot->actor->prefetch();
}

void Shard::submit(WorkPtr work) {
  if (lost()) {
    refuse(*work, api::unavailable("this shard is not served; see the server's log"));
    return;
  }
  if (is_clients_write(*work)) {
    if (auto error = not_writable(*work)) {
      refuse(*work, *std::move(error));
      return;
    }
  }
  if (unloadable_.count(work->entity) > 0) {
    refuse(*work, api::unavailable("the entity cannot be loaded; see the server's log"));
    return;
  }
  Slot* slot = std::exchange(work->slot, nullptr);
  if (slot == nullptr) slot = table_.find(work->entity);
  if (slot == nullptr) {
    slot = &table_.add(work->entity);
    load(*slot);
  }
  if (!slot->actor) {
    const bool is_call = holds_alternative<api::Call>(work->task);
    if (is_call && slot->waiting.size() >= max_waiting_per_entity) {
      refuse(*work, api::overloaded("too many calls for this entity at once", 50));
      return;
    }
    slot->waiting.push_back(std::move(work));
    return;
  }
  start(std::move(work), *slot);
}

void Shard::start(WorkPtr work, Slot& slot) {
  if (lost()) {
    refuse(*work, api::unavailable("this shard is not served; see the server's log"));
    return;
  }
  const auto* call = get_if<api::Call>(&work->task);
  if (call != nullptr && call->deadline < std::chrono::steady_clock::now()) {
    refuse(*work, api::deadline_passed());
    return;
  }
  work->program = services_.program(program_of(work->entity));
  if (!work->program && services_.fetch && type_of(work->entity) != EntityType::program) {
    fetch_program(std::move(work), slot);
    return;
  }
  begin(std::move(work), slot);
}

void Shard::begin(WorkPtr work, Slot& slot) {
  const bool is_call = holds_alternative<api::Call>(work->task);
  if (!work->program && is_call && type_of(work->entity) != EntityType::program) {
    refuse(*work,
           api::to_error({domain::RefusalCode::unknown_program, "program", "no such program"}));
    return;
  }
  deliver(std::move(work), slot);
}

void Shard::deliver(WorkPtr work, Slot& slot) {
  work->now = services_.clock.now();
  ++slot.busy;
  table_.touch(slot, std::chrono::steady_clock::now());
  services_.host.deliver(*slot.actor, *work);
  round_.emplace_back(std::move(work), &slot);
}

void Shard::prefetch_round() const {
  for (const auto& [work, slot] : round_) slot->actor->entity().prefetch_parts();
  for (const auto& [work, slot] : round_) {
    slot->actor->entity().prefetch_parts_of_parts();
    if (!slot->tail.empty()) prefetch_bytes(&slot->tail.back(), 2 * sizeof(TailRecord));
  }
}

void Shard::finish_round() {
  // What is delivered meanwhile belongs to the next round.
  std::swap(round_, finished_);
  for (auto& [work, place] : finished_) {
    Slot& slot = *place;
    --slot.busy;
    if (slot.actor->broken()) services_.log("quarantined: " + work->entity);
    if (work->needs_budget) {
      ask_for_budget(std::move(work), slot);
    } else if (!work->needs_peer.empty()) {
      ask_peer(std::move(work), slot);
    } else if (work->needs_history && answer_from_tail(*work, slot)) {
      emit(std::move(work), slot);
    } else if (work->needs_history) {
      if (work->record) write(*work, slot);  // what was due before the query
      read_history(std::move(work), slot);
    } else {
      emit(std::move(work), slot);
    }
  }
  finished_.clear();
}

void Shard::ask_peer(WorkPtr asking, Slot& slot) {
  ++slot.busy;
  const std::string peer = std::exchange(asking->needs_peer, {});
  services_.look_at(peer, [this, shared = std::make_shared<WorkPtr>(std::move(asking))](
                              std::optional<domain::Peer> found) {
    services_.post([this, shared, found] {
      WorkPtr work = std::move(*shared);
      Slot& now = *table_.find(work->entity);
      --now.busy;
      if (!found || lost()) {
        refuse(*work, api::unavailable("the other member cannot be asked just now"));
        return;
      }
      work->peer = *found;
      deliver(std::move(work), now);
    });
  });
}

void Shard::ask_for_budget(WorkPtr work, Slot& slot) {
  ++slot.busy;  // until it goes on
  if (auto ready = portions_.park(std::move(work), std::chrono::steady_clock::now())) {
    go_on(std::move(ready));
  }
  ask_owners();
}

void Shard::go_on(WorkPtr work) {
  Slot& slot = *table_.find(work->entity);
  --slot.busy;
  work->needs_budget = false;
  start(std::move(work), slot);
}

void Shard::ask_owners() {
  const auto after = [this](const std::string& budget) { return outbox_.last_sent(budget); };
  for (auto& ask : portions_.asks(fence().epoch, std::chrono::steady_clock::now(), after)) {
    services_.ask(std::move(ask));
  }
}

/// Once for each program that comes into force here: members of other shards must not go short of
/// what this one was granted before it was started again.
void Shard::disown_budgets() {
  for (const auto& program : services_.programs()) {
    const domain::Catalogue& catalogue = program->catalogue;
    if (!budgets_disowned_.insert(catalogue.id).second || !catalogue.has_budgets()) continue;
    for (const auto& promotion : catalogue.promotions) {
      if (promotion.limits == domain::LimitDefinition{}) continue;
      portions_.disown(budget_key(catalogue.id, catalogue.text(promotion.id)));
    }
    for (const auto& partner : catalogue.partners) {
      if (partner.billing != domain::Billing::pre_paid) continue;
      portions_.disown(partner_key(catalogue.id, catalogue.text(partner.id)));
    }
  }
}

void Shard::granted(const BudgetGrant& grant) {
  for (auto& work : portions_.take(grant, std::chrono::steady_clock::now())) {
    go_on(std::move(work));
  }
  // The owner may have to hear of uses first, which are on their way.
  if (grant.again) {
    services_.later([this] { ask_owners(); });
  } else {
    ask_owners();
  }
}

void Shard::emit(WorkPtr message, Slot& slot) {
  Work& work = *message;
  if (!work.reserved.empty()) portions_.release(work);  // the record says what was used
  if (work.record) write(work, slot);
  if (!work.reserved.empty()) ask_owners();
  if (work.grant) {
    gate_.hold(journal().newest(), [this, grant = *work.grant](bool durable) {
      if (durable) services_.grant(grant);
    });
    return;
  }
  if (const auto* question = get_if<PeerQuestion>(&work.task)) {
    gate_.hold(journal().newest(), [tell = question->tell, peer = work.peer](bool durable) {
      tell(durable ? std::optional(peer) : std::nullopt);
    });
    return;
  }
  if (const auto* call = get_if<api::Call>(&work.task)) {
    if (holds_alternative<api::Subscribe>(call->operation)) {
      subscribe(std::move(message), slot);
      return;
    }
    if (holds_alternative<api::Unsubscribe>(call->operation)) {
      subscriptions_.remove(work.entity, call->reply.peer.get());
      work.answer = api::Result{.body = codec::to_wire(api::UnsubscribeResult{})};
    }
  }
  if (work.receipt) {
    gate_.hold(journal().newest(), [this, receipt = *work.receipt](bool durable) {
      if (durable) services_.confirm(receipt);
    });
  }
  if (work.publish && services_.spread) {
    bring_into_force(work, slot);
    return;
  }
  if (work.publish) {
    gate_.hold(journal().newest(), [this, view = work.publish](bool durable) {
      if (durable) services_.publish(view);
    });
  }
  reply(work, slot);
}

void Shard::reply(Work& work, const Slot& slot) {
  if (work.heard) gate_.hold(journal().newest(), [heard = work.heard](bool) { heard(); });
  const auto* call = get_if<api::Call>(&work.task);
  if (call == nullptr || !call->reply.peer) return;
  if (work.runs_batch) {
    gate_.hold(journal().newest(), [this, to = call->reply, said = work.answer](bool durable) {
      durable ? run_batch(to, said) : answer(to, Answer(said), false);
    });
    return;
  }
  // What was said depends on the records of this entity and of no other.
  const bool durable_already =
      slot.tail.empty() || slot.tail.back().position <= journal().durable();
  if (durable_already && !lost()) {
    // Nothing else tells that the shard is still here: a write would find out.
    if (services_.may_speak && !services_.may_speak()) {
      services_.outbound.add(call->reply.peer, api::Reply{call->reply.msgid, api::out_of_touch()});
      return;
    }
    answer(call->reply, std::move(work.answer), true);
    return;
  }
  gate_.hold(
      journal().newest(),
      [this, to = call->reply, said = std::move(work.answer),
       awaits = std::move(work.awaits)](bool durable) mutable {
        if (awaits.empty() || !durable) return answer(to, std::move(said), durable);
        // It is done; whoever hears of it finds it at the other entity too.
        when_effects_applied(
            awaits, [this, to, said = std::move(said)](bool) { answer(to, Answer(said), true); });
      },
      OutputGate::Kind::answer);
}

/// Once the run is in force everybody is credited, and then the caller hears of it.
void Shard::run_batch(const api::ReplySlot& to, const Answer& said) {
  services_.wake_batch([this, to, said] { answer(to, Answer(said), true); });
}

void Shard::answer(const api::ReplySlot& to, Answer&& answer, bool durable) {
  persistence::failpoint("ack.before");
  api::Reply reply{to.msgid, {}};
  if (!durable) {
    reply.outcome = api::Error{.code = "OUTCOME_UNKNOWN",
                               .text = "it may or may not have been done: repeat it with its key",
                               .param = {},
                               .callers_fault = false,
                               .retryable = true,
                               .retry_after_ms = 1000};
  } else if (auto* result = get_if<api::Result>(&answer)) {
    reply.outcome = std::move(*result);
  } else if (auto* error = get_if<api::Error>(&answer)) {
    reply.outcome = std::move(*error);
  } else {
    reply.outcome = api::Result{.body = "\x80"};  // an empty map
  }
  services_.outbound.add(to.peer, std::move(reply));
}

void Shard::refuse(const Work& work, api::Error error) {
  // What is due is not forgotten because its entity cannot be loaded just now.
  const bool may_come_back = !lost() && unloadable_.count(work.entity) == 0;
  if (holds_alternative<WakeUp>(work.task) && may_come_back) {
    services_.later([this, entity = work.entity, heard = work.heard] { wake(entity, heard); });
    return;
  }
  if (!work.reserved.empty()) portions_.release(work);
  if (const auto* ask = get_if<BudgetAsk>(&work.task)) {
    services_.later([this, grant = BudgetGrant{.source = ask->source,
                                               .budget = ask->budget,
                                               .request = ask->request,
                                               .again = true}] { services_.grant(grant); });
  }
  if (work.heard) services_.post(work.heard);
  if (const auto* question = get_if<PeerQuestion>(&work.task)) question->tell(std::nullopt);
  if (const auto* call = get_if<api::Call>(&work.task)) {
    services_.outbound.add(call->reply.peer, api::Reply{call->reply.msgid, std::move(error)});
  }
  // An effect is never dropped. Where it cannot be applied before a restart, its sender still has
  // it then.
  const auto* message = get_if<OutboxMessage>(&work.task);
  if (message != nullptr && may_come_back) {
    services_.later([this, again = *message] { services_.send(again); });
  }
}

void Shard::confirmed(const OutboxReceipt& receipt) {
  auto confirmed = outbox_.confirm(receipt);
  if (!confirmed.divergence.empty()) services_.log(confirmed.divergence);
  for (auto& message : confirmed.again) services_.send(std::move(message));
}

void Shard::wake(const std::string& entity, Done done) {
  auto work = std::make_unique<Work>();
  work->entity = entity;
  work->task = WakeUp{};
  work->heard = std::move(done);
  submit(std::move(work));
}

void Shard::wake_due() {
  const std::int64_t now = services_.clock.now().ms;
  if (!extending_ && due_.horizon_ms() < now + window_ms / 2) extend_window(now + window_ms, {});
  for (const auto& entity : due_.take_due(now)) wake(entity, {});
}

void Shard::extend_window(std::int64_t until_ms, Done done) {
  extending_ = true;
  const std::int64_t from_ms = std::max<std::int64_t>(due_.horizon_ms() + 1, 1);
  due_.extend(until_ms);
  // What is stated from now on goes to the window at once; what was stated before is in the store
  // when it is durable.
  gate_.hold(journal().newest(), [this, from_ms, until_ms, done = std::move(done)](bool durable) {
    if (durable) {
      read_due(from_ms, until_ms, done);
    } else if (done) {
      done();
    }
  });
  gate_.open(journal().durable());
}

void Shard::read_due(std::int64_t from_ms, std::int64_t until_ms, const Done& done) {
  services_.lane.read([this, from_ms, until_ms, done](persistence::Store& store) {
    auto page = store.due(id(), from_ms, until_ms, due_page);
    services_.post([this, from_ms, until_ms, page = std::move(page), done] {
      if (!page && !lost()) {
        services_.log("due index: " + page.error().message);
        services_.later([this, from_ms, until_ms, done] { read_due(from_ms, until_ms, done); });
        return;
      }
      extending_ = false;
      if (page) {
        for (const auto& entry : *page) due_.add(entry);
        if (page->size() == due_page) due_.shorten(page->back().at_ms - 1);
      }
      if (done) done();
    });
  });
}

void Shard::advance_to(domain::Instant now, Done done) {
  if (lost()) {
    done();
    return;
  }
  // Entities do not depend on each other: whatever is known to be due can go before all of it is.
  const auto due = due_.take_due(now.ms);
  if (due.empty() && extending_) {  // an extension is under way: look again after it
    services_.later([this, now, done] { advance_to(now, done); });
    return;
  }
  if (due.empty() && due_.horizon_ms() < now.ms) {
    extend_window(now.ms, [this, now, done] { advance_to(now, done); });
    return;
  }
  if (due.empty()) {
    gate_.hold(journal().newest(), [done](bool) { done(); });
    gate_.open(journal().durable());
    return;
  }
  auto left = std::make_shared<std::size_t>(due.size());
  for (const auto& entity : due) {
    wake(entity, [this, left, now, done] {
      if (--*left == 0) advance_to(now, done);
    });
  }
}

void Shard::wake_batch(Done done) {
  gate_.hold(journal().newest(), [this, done = std::move(done)](bool durable) {
    if (!durable) {
      done();
      return;
    }
    services_.lane.read([this, done](persistence::Store& store) {
      auto page = store.due(id(), waiting_for_batch_ms, waiting_for_batch_ms, due_page);
      services_.post([this, page = std::move(page), done] {
        if (!page && !lost()) {
          services_.log("due index: " + page.error().message);
          services_.later([this, done] { wake_batch(done); });
          return;
        }
        if (!page || page->empty()) {
          done();
          return;
        }
        auto left = std::make_shared<std::size_t>(page->size());
        const bool more = page->size() == due_page;
        for (const auto& entry : *page) {
          wake(entry.entity, [this, left, more, done] {
            if (--*left > 0) return;
            more ? wake_batch(done) : done();
          });
        }
      });
    });
  });
  gate_.open(journal().durable());
}

}  // namespace loyalty::actors
