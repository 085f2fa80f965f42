// SPDX-License-Identifier: Apache-2.0
#include "actors/own_shards.hpp"

#include <mutex>
#include <set>
#include <utility>

#include "actors/at_last.hpp"
#include "domain/report/rows.hpp"
#include "domain/report/selection.hpp"

namespace loyalty::actors {
namespace {

using persistence::ShardId;

void append_stored(const domain::ReportRows& rows, std::vector<domain::ReportRow>& out) {
  for (const auto& [key, values] : rows.all()) {
    domain::ReportRow row{.key = key, .values = {}};
    for (const auto& [measure, amount] : values.all()) {
      row.values.push_back(static_cast<std::int64_t>(measure));
      row.values.push_back(amount);
    }
    out.push_back(std::move(row));
  }
}

}  // namespace

struct OwnShards::Sum {
  std::mutex mutex;
  std::set<ShardId> missed;
  EverywhereAnswer answer;
};

void OwnShards::bring(const Everywhere& what, const std::vector<ShardId>& shards,
                      std::function<void(EverywhereAnswer)> done) const {
  const auto* clock = get_if<MoveClock>(&what);
  if (clock != nullptr) {
    clock_.set(clock->now);
    if (!clock->act) return done({});
  }
  auto sum = std::make_shared<Sum>();
  sum->missed = {shards.begin(), shards.end()};
  const auto all = std::make_shared<AtLast>(
      [sum, done = std::move(done)] {
        sum->answer.missed = {sum->missed.begin(), sum->missed.end()};
        done(std::move(sum->answer));
      },
      ending_);
  for (std::size_t i = 0; i < executors_.size(); ++i) {
    std::vector<ShardId> here;
    for (const ShardId id : shards) {
      if (id % executors_.size() == i) here.push_back(id);
    }
    if (here.empty()) continue;
    executors_[i]->post([this, executor = executors_[i].get(), here, what, sum, all] {
      for (const ShardId id : here) {
        Shard* const shard = executor->shard(id);
        if (shard == nullptr) continue;
        bring(what, *shard, sum, [sum, id, one = AtLast::one_of(all)] {
          {
            const std::lock_guard lock(sum->mutex);
            sum->missed.erase(id);
          }
          one();
        });
      }
    });
  }
}

void OwnShards::bring(const Everywhere& what, Shard& shard, const std::shared_ptr<Sum>& sum,
                      std::function<void()> told) const {
  if (holds_alternative<WakeBatch>(what)) {
    shard.wake_batch(std::move(told));
  } else if (const auto* effects = get_if<EffectsApplied>(&what)) {
    shard.when_effects_applied(effects->destination, [sum, told = std::move(told)](bool clear) {
      {
        const std::lock_guard lock(sum->mutex);
        sum->answer.clear = sum->answer.clear && clear;
      }
      told();
    });
  } else if (const auto* clock = get_if<MoveClock>(&what)) {
    shard.advance_to(clock->now, std::move(told));
  } else {
    const auto& part = get<ReportPart>(what);
    const auto programs = registry_.table();
    const auto known = programs->find(part.program);
    if (known == programs->end()) return;
    const auto view = known->second;
    const auto wanted = domain::check(part.query, view->catalogue, part.now);
    if (!wanted) return;
    shard.report(part.program, *wanted, view, [sum, told = std::move(told)](const auto& rows) {
      if (!rows) return;
      {
        const std::lock_guard lock(sum->mutex);
        append_stored(*rows, sum->answer.rows);
      }
      told();
    });
  }
}

}  // namespace loyalty::actors
