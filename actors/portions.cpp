// SPDX-License-Identifier: Apache-2.0
#include "actors/portions.hpp"

#include <algorithm>

namespace loyalty::actors {
namespace {

using domain::Quantities;

Quantities missing(const Reserved& reserved) {
  return (reserved.wanted - reserved.share.quantities).positive();
}

Reserved* first_open(Work& work) {
  const auto open = std::ranges::find_if(work.reserved, [](const auto& r) { return !r.settled(); });
  return open == work.reserved.end() ? nullptr : &*open;
}

Reserved& of_budget(Work& work, const std::string& budget) {
  return *std::ranges::find(work.reserved, budget, &Reserved::budget);
}

}  // namespace

WorkPtr Portions::park(WorkPtr work, Time now) {
  std::vector<WorkPtr> ready;
  enqueue(std::move(work), now, ready);
  return ready.empty() ? nullptr : std::move(ready.front());
}

void Portions::enqueue(WorkPtr work, Time since, std::vector<WorkPtr>& ready) {
  const Reserved* open = first_open(*work);
  if (open == nullptr) {
    ready.push_back(std::move(work));
    return;
  }
  const std::string budget = open->budget;
  shares_[budget].waiting.push_back({std::move(work), since});
}

void Portions::release(const Work& work) {
  for (const auto& reserved : work.reserved) {
    Quantities used;
    if (work.record) {
      for (const auto& entry : work.record->owed) {
        const auto* use = get_if<domain::BudgetUse>(&entry.effect);
        if (use != nullptr && entry.destination == reserved.budget) {
          used += use->quantities.positive();
        }
      }
    }
    shares_[reserved.budget].free += (reserved.share.quantities - used).positive();
  }
}

void Portions::reported(const OutboxMessage& message) {
  const auto share = shares_.find(message.destination);
  if (share == shares_.end()) return;
  for (const auto& effect : message.effects) {
    const auto* use = get_if<domain::BudgetUse>(&effect);
    if (use != nullptr) share->second.held -= use->quantities.positive();
  }
}

void Portions::disown(const std::string& budget) { shares_[budget].owner_may_err = true; }

std::vector<BudgetAsk> Portions::asks(
    std::uint64_t epoch, Time now,
    const std::function<domain::OutboxId(const std::string&)>& after) {
  std::vector<BudgetAsk> result;
  for (auto& [budget, share] : shares_) {
    const bool is_idle =
        share.waiting.empty() && share.free == Quantities{} && !share.owner_may_err;
    if (share.request || is_idle) continue;
    Quantities wanted;
    for (auto& waiting : share.waiting) wanted += missing(of_budget(*waiting.work, budget));
    // What is free goes back first, and is granted again if it is wanted.
    share.held -= share.free;
    share.free = {};
    share.request = {++requests_, share.waiting.size(), now};
    result.push_back({.source = shard_,
                      .epoch = epoch,
                      .request = requests_,
                      .budget = budget,
                      .after = after(budget),
                      .kept = share.held,
                      .wanted = wanted});
  }
  return result;
}

std::vector<WorkPtr> Portions::take(const BudgetGrant& grant, Time now) {
  const auto found = shares_.find(grant.budget);
  if (found == shares_.end()) return {};
  Share& share = found->second;
  if (!share.request || share.request->number != grant.request) return {};
  const std::size_t asked_for = share.request->covers;
  share.request.reset();
  if (grant.again) return {};
  share.owner_may_err = false;
  share.held += grant.granted;
  share.free += grant.granted;
  std::vector<WorkPtr> ready;
  for (std::size_t i = 0; i < asked_for && !share.waiting.empty(); ++i) {
    Waiting next = std::move(share.waiting.front());
    share.waiting.pop_front();
    Reserved& reserved = of_budget(*next.work, grant.budget);
    const Quantities given = least(missing(reserved), share.free).positive();
    reserved.share.quantities += given;
    share.free -= given;
    reserved.is_all = !reserved.share.quantities.covers(reserved.wanted);
    enqueue(std::move(next.work), now, ready);
  }
  return ready;
}

void Portions::ask_again(Time since) {
  for (auto& [budget, share] : shares_) {
    if (share.request && share.request->at < since) share.request.reset();
  }
}

std::vector<WorkPtr> Portions::give_up(Time since) {
  std::vector<WorkPtr> result;
  for (auto& [budget, share] : shares_) {
    while (!share.waiting.empty() && share.waiting.front().since < since) {
      result.push_back(std::move(share.waiting.front().work));
      share.waiting.pop_front();
      if (share.request && share.request->covers > 0) --share.request->covers;
    }
  }
  return result;
}

}  // namespace loyalty::actors
