// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/key_memory.hpp"
#include "actors/record.hpp"
#include "actors/work.hpp"

namespace loyalty::actors {

/// What an actor of one kind of entity does with a message: it runs the pure domain on its state
/// and puts the outcome into words that can be stored and sent. Free of CAF, threads and I/O.
class Entity {
 public:
  explicit Entity(std::string key) : key_(std::move(key)) {}
  virtual ~Entity() = default;
  Entity(const Entity&) = delete;
  Entity& operator=(const Entity&) = delete;

  const std::string& key() const { return key_; }

  /// Answers a message. Throws domain::BrokenInvariant on a bug; the entity is not used after it.
  void handle(Work& work);

  /// Applies a record of the past; false when it cannot be read or does not follow.
  bool replay(const RecordView& record);

  std::string snapshot() const;
  /// False when the bytes cannot be read.
  bool restore(std::string_view snapshot);
  /// The stored form of the domain's state alone: what a snapshot holds beside its book-keeping.
  std::string state() const;

  std::uint64_t records() const { return records_; }
  std::int64_t due_ms() const { return due_ms_; }
  bool waits_for_batch() const { return waits_for_batch_; }
  const KeyMemory& keys() const { return keys_; }
  /// False for a key that no record of this entity has.
  bool may_know(std::string_view key) const;

  /// Brings what the next message will touch into the cache: the object itself, then what it points
  /// to, then what that points to. Each is a wait for memory where entities are many, and waits for
  /// several overlap.
  virtual void prefetch() const {}
  virtual void prefetch_parts() const {}
  virtual void prefetch_parts_of_parts() const {}

  /// The number of the newest fact.
  virtual std::uint64_t sequence() const = 0;

 protected:
  virtual void execute(Work& work) = 0;
  virtual void answer_with_history(Work& work, std::span<const RecordView> history) = 0;
  virtual bool replay_facts(const RecordView& record) = 0;
  virtual void write_state(codec::Writer& out) const = 0;
  virtual bool read_state(codec::Reader& in) = 0;

  /// Begins the record of a turn with what is the same for all kinds.
  Record new_record(const Work& work) const;
  /// Ends it: where the entity stands in the due index now.
  void finish(Work& work, Record record, domain::Instant due, bool waits_for_batch);

 private:
  /// True when the call repeats a key: then it is answered, or the history is asked for.
  bool repeats(Work& work) const;
  void handle_with_history(Work& work);

  std::string key_;
  KeyMemory keys_;
  std::uint64_t records_ = 0;
  std::int64_t due_ms_ = 0;
  bool waits_for_batch_ = false;
};

/// How many records a snapshot covers, without reading the rest of it; nullopt when it is none.
std::optional<std::uint64_t> records_of_snapshot(std::string_view snapshot);

std::unique_ptr<Entity> make_entity(const std::string& key);

/// The answer to a repeated key: what was answered then, or a conflict when another thing is asked.
Answer repeated_answer(const Work& work, const RecordView& record);

}  // namespace loyalty::actors
