// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_commit.hpp"

#include "persistence/faults.hpp"
#include "persistence/rocksdb_format.hpp"
#include "persistence/write_rules.hpp"

namespace loyalty::persistence {
namespace {

void add_value(RedisCommand& command, const StoredValue& value) {
  command.add(value.head, value.bytes());
}

void add_operations(RedisCommand& command, const ShardKeys& keys, const Commit& commit) {
  for (const auto& snapshot : commit.snapshots) {
    const std::string key = entity_key(keys.shard, snapshot.entity);
    command.add(snapshot.pinned ? "p" : "s").add(snapshot.entity);
    add_value(command, store_snapshot(key, snapshot));
  }
  for (const auto& old : commit.merged) {
    command.add("m").add(old.entity).add(hex64(old.first_sequence));
    command.add(segment_field(old.entity, old.first_sequence));
  }
  for (const auto& segment : commit.segments) {
    const std::string key = history_key(keys.shard, segment.entity, segment.first_sequence);
    command.add("h").add(segment.entity).add(hex64(segment.first_sequence));
    command.add(segment_field(segment.entity, segment.first_sequence));
    add_value(command, store_segment(key, segment));
  }
  for (const auto& move : commit.due) {
    const auto member = [&](std::int64_t at_ms) {
      return at_ms == 0 ? std::string() : timer_member(keys, at_ms, move.entity);
    };
    command.add("t").add(member(move.from_ms)).add(member(move.to_ms));
  }
}

/// What the rules say of a commit whose fence and head are right.
bool contradicts_itself(const Commit& commit) {
  const OwnerRecord right{.fence = commit.fence, .head = commit.expected, .checkpoint = 0};
  return refusal(commit, right).has_value();
}

CommitResult result_of(CommitStatus status, const ShardKeys& keys, const std::string& detail) {
  return {.status = status, .head = {}, .detail = shard_name(keys.shard) + ": " + detail};
}

CommitResult failed(const ShardKeys& keys, std::string_view error) {
  const std::string detail = "Redis refused it: " + std::string(error);
  if (error_code(error) == "OOM") return result_of(CommitStatus::full, keys, detail);
  if (is_transient(error)) return result_of(CommitStatus::unavailable, keys, detail);
  return result_of(CommitStatus::unknown, keys, detail);
}

/// The first word of an answer that has as many elements as the script gives with it.
std::string_view code_of(ReplyView answer) {
  const auto code = answer[0].text().value_or("");
  const std::size_t elements = code == "no" ? 8 : code == "stuck" ? 2 : 1;
  return answer.size() == elements ? code : "";
}

/// The shard's record stands in the answer, from its second element on.
CommitResult refused(const ShardKeys& keys, const Commit& commit, ReplyView answer) {
  const auto record = parse_owner(keys, answer, 1);
  if (!record) return result_of(CommitStatus::fenced, keys, record.error().message);
  if (auto reason = refusal(commit, *record)) return *std::move(reason);
  return result_of(CommitStatus::unknown, keys, "Redis refused it without a reason");
}

}  // namespace

RedisCommand commit_command(RedisClient& client, const ShardKeys& keys, const Commit& commit) {
  const OwnerRecord next =
      after(commit, {.fence = commit.fence, .head = commit.expected, .checkpoint = 0});
  const OwnerFields seen =
      owner_fields(keys, {.fence = commit.fence, .head = commit.expected, .checkpoint = 0});
  const OwnerFields written = owner_fields(keys, next);
  RedisCommand command = client.call(
      Script::commit,
      {keys.own, keys.journal, keys.snapshots, keys.pinned, keys.history, keys.index, keys.timers});
  command.add(seen.epoch).add(seen.nonce).add(seen.head).add(seen.chain);
  command.add(written.head).add(written.chain).add(written.seal);
  command.add(commit.checkpoint ? written.checkpoint : "");
  command.add(commit.checkpoint ? written.checkpoint_seal : "");
  command.add(contradicts_itself(commit) ? "no" : "ok");
  if (commit.block) {
    add_value(command,
              store_block(journal_key(keys.shard, commit.block->last_position), *commit.block));
  } else {
    command.add("");
  }
  add_operations(command, keys, commit);
  return command;
}

CommitResult commit_result(const ShardKeys& keys, const Commit& commit, const RedisAnswer& answer,
                           bool replicated) {
  switch (answer.delivery) {
    case RedisAnswer::Delivery::not_sent:
      return result_of(CommitStatus::unavailable, keys, answer.detail);
    case RedisAnswer::Delivery::lost: return result_of(CommitStatus::unknown, keys, answer.detail);
    case RedisAnswer::Delivery::answered: break;
  }
  const ReplyView reply = answer.reply();
  if (const auto error = reply.error()) return failed(keys, *error);
  const auto code = code_of(reply);
  const bool confirmed =
      !replicated || (answer.replicas > 0 && answer.confirmed >= answer.replicas);
  const auto unconfirmed = [&] {
    return result_of(CommitStatus::unknown, keys,
                     "written, but only " + std::to_string(answer.confirmed) + " of " +
                         std::to_string(answer.replicas) + " replicas have confirmed it");
  };
  const Head end = after(commit, {.head = commit.expected}).head;
  if (code == "ok") {
    return confirmed ? CommitResult{.status = CommitStatus::ok, .head = end, .detail = {}}
                     : unconfirmed();
  }
  if (code == "no") {
    auto result = refused(keys, commit, reply);
    // Who tries a commit again takes this for a success.
    const bool own_end = result.status == CommitStatus::head && commit.block && result.head == end;
    return own_end && !confirmed ? unconfirmed() : result;
  }
  if (code == "gone") {
    return result_of(CommitStatus::fenced, keys,
                     "the owner record " + keys.own + " is gone: the database was emptied");
  }
  if (code == "stuck") {
    return result_of(CommitStatus::unavailable, keys,
                     "damaged: the journal does not end where the owner record says: " +
                         std::string(reply[1].text().value_or("")));
  }
  return result_of(CommitStatus::unknown, keys, "an answer that is none of the script's");
}

bool is_garbage(const RedisAnswer& answer) {
  return answer.answered() && !answer.reply().error() && code_of(answer.reply()).empty();
}

}  // namespace loyalty::persistence
