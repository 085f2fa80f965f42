// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/record.hpp"
#include "domain/member/events.hpp"
#include "domain/member/member.hpp"
#include "tests/audit/store_image.hpp"

namespace loyalty::audit {

/// A record that can be changed and encoded again.
struct OpenRecord {
  std::string entity;
  actors::Record record;

  static OpenRecord of(std::string_view bytes);
  std::string encoded() const;

  std::vector<actors::Stamped<domain::MemberEvent>> facts() const;
  void set_facts(const std::vector<actors::Stamped<domain::MemberEvent>>& facts);
};

/// Changes the facts of one type in a record; false when there is none.
template <class Event>
bool edit_fact(OpenRecord& open, const std::function<void(Event&)>& edit) {
  auto facts = open.facts();
  for (auto& fact : facts) {
    if (auto* event = get_if<Event>(&fact.event)) {
      edit(*event);
      open.set_facts(facts);
      return true;
    }
  }
  return false;
}

/// Changes the first record of the journal for which `edit` returns true, and makes checksums,
/// chain and head anew. False when there is none.
bool edit_journal(StoreImage& image, const std::function<bool(OpenRecord&)>& edit);
/// The same in the segments.
bool edit_history(StoreImage& image, const std::function<bool(OpenRecord&)>& edit);

/// Takes the last record of an entity out of the journal, as if it had not been written yet; its
/// due time must not depend on it. False when it has none.
bool drop_last(StoreImage& image, const std::string& entity);

/// Snapshots of entities, opened (docs/format.md).
struct OpenSnapshot {
  std::uint64_t records = 0;
  std::int64_t due_ms = 0;
  bool waits_for_batch = false;
  std::vector<std::uint64_t> keys;
  std::string state;

  static OpenSnapshot of(std::string_view bytes);
  std::string encoded() const;
};

/// Changes the first snapshot of a member, with its state, for which `edit` returns true.
bool edit_member_snapshot(StoreImage& image,
                          const std::function<bool(OpenSnapshot&, domain::Member&)>& edit);

}  // namespace loyalty::audit
