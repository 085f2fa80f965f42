// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "persistence/redis_connection.hpp"

/// What runs inside Redis. Each script makes all of its checks before its first write, because
/// Redis rolls nothing back; its `#!lua` line makes Redis refuse it as a whole when there is no
/// memory or no replica. 64-bit numbers are strings in there: a number of Lua holds 53 bits.
namespace loyalty::persistence {

enum class Script : std::uint8_t {
  create,      ///< own: the record of a new shard, unless there is one
  swap_owner,  ///< own: another fence, while the record is as it was seen
  touch,       ///< own: the record, after a write that changes nothing but has to be replicated
  commit,      ///< all keys of a shard: `Store::commit`
  put_cursor,  ///< own, cursors
  load,        ///< own, snapshots, pinned: snapshots of entities as of one moment
  history,     ///< own, history, index: a page of an entity's segments as of one moment
  names,       ///< a hash: a page of its field names
  found,       ///< cfg: the format record of a new store, unless there is one
  join,        ///< nodes: this server's record; answers with those that were there before
  allowed,     ///< a key: the commands of the scripts that this user may not use
  node_join,   ///< nodes, view, and so are the following: redis_membership_script.hpp
  node_beat,
  node_expire,
  node_enter,
  node_leave,
  node_pin,
  node_view,
};
inline constexpr std::size_t script_count = 18;

/// The digests by which the scripts are called.
class ScriptSet {
 public:
  /// Loads all scripts into a server (they do not survive its restart) and learns their digests.
  StoreResult<bool> load(RedisConnection& connection, Deadline deadline);

  /// EVALSHA with these keys; arguments are added by the caller.
  RedisCommand call(Script script, std::initializer_list<std::string_view> keys) const;

 private:
  std::array<std::string, script_count> digests_;
};

/// The commands that the scripts call, as the script `allowed` takes them.
RedisCommand& add_needed_commands(RedisCommand& command, bool writes);

}  // namespace loyalty::persistence
