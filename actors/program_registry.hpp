// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "domain/program/program.hpp"

namespace loyalty::actors {

/// The versions of all programs that are in force on this node. Written when a change is durable;
/// readers keep a copy of the table and renew it when the generation has moved. Any thread.
class ProgramRegistry {
 public:
  using View = std::shared_ptr<const domain::ProgramView>;
  using Table = std::map<std::string, View, std::less<>>;

  /// An earlier view than the one in force changes nothing: another node may have been quicker.
  void publish(View view) {
    const std::lock_guard lock(mutex_);
    const auto known = table_->find(view->catalogue.id);
    if (known != table_->end() && known->second->sequence > view->sequence) return;
    auto next = std::make_shared<Table>(*table_);
    next->insert_or_assign(view->catalogue.id, view);
    table_ = std::move(next);
    generation_.fetch_add(1, std::memory_order_release);
  }

  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

  std::shared_ptr<const Table> table() const {
    const std::lock_guard lock(mutex_);
    return table_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Table> table_ = std::make_shared<Table>();
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace loyalty::actors
