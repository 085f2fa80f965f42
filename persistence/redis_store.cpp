// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_store.hpp"

#include <mutex>
#include <optional>
#include <utility>

#include "persistence/failpoint.hpp"
#include "persistence/faults.hpp"
#include "persistence/redis_commit.hpp"
#include "persistence/redis_open.hpp"
#include "persistence/redis_reader.hpp"
#include "persistence/redis_registration.hpp"
#include "persistence/redis_stability.hpp"
#include "persistence/rocksdb_format.hpp"
#include "persistence/watermark_keeper.hpp"
#include "persistence/write_rules.hpp"

namespace loyalty::persistence {
namespace {

constexpr std::chrono::milliseconds commit_wait{500};
/// A change of owner is rare, and may come just after a replica did.
constexpr std::chrono::milliseconds owner_wait{1500};
constexpr std::chrono::milliseconds stable_wait{200};
constexpr std::chrono::milliseconds stable_interval{100};
/// How long replicas that do not confirm are left alone: each wait holds up the commits.
constexpr std::chrono::milliseconds stable_pause{1000};
constexpr int most_claims = 5;

std::vector<Head> heads_of(const std::vector<OwnerRecord>& records) {
  std::vector<Head> heads;
  for (const auto& record : records) heads.push_back(record.head);
  return heads;
}

bool by_position(const Head& a, const Head& b) { return a.position < b.position; }

class RedisStore final : public Store {
 public:
  struct Parts {
    RedisUrl url;
    std::string id;
    StoreOptions options;
    std::unique_ptr<RedisClient> writer;
    std::vector<ShardKeys> keys;
    std::vector<OwnerRecord> records;
    std::optional<std::filesystem::path> watermark_file;
    Watermark acknowledged;
    std::unique_ptr<RedisRegistration> registration;
  };

  RedisStore(Parts parts, RedisClient::Options reading)
      : url_(std::move(parts.url)),
        id_(std::move(parts.id)),
        options_(std::move(parts.options)),
        keys_(std::move(parts.keys)),
        writer_(std::move(parts.writer)),
        reader_(std::move(reading), keys_),
        stability_(heads_of(parts.records)),
        stable_(keys_.size()),
        registration_(std::move(parts.registration)) {
    if (parts.watermark_file) {
      // What is saved is stable already: `advance` gets nothing else.
      keeper_.emplace(*parts.watermark_file, parts.acknowledged, [] { return true; });
    }
  }

  ~RedisStore() override { registration_.reset(); }

  StoreResult<bool> connect_reader() { return reader_.connect(); }

  ShardId shards() const override { return static_cast<ShardId>(keys_.size()); }

  std::string describe() const override {
    if (options_.inspect) return url_.identity() + " (read only)";
    switch (options_.durability) {
      case Durability::relaxed: return url_.identity() + " (relaxed)";
      case Durability::fsync: return url_.identity() + " (fsync)";
      case Durability::replicated: break;
    }
    return url_.identity() + " (replicated)";
  }

  std::string id() const override { return id_; }
  bool may_regress() const override { return true; }

  StoreResult<OwnerRecord> owner(ShardId shard) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    // Where replicas have to confirm what is written, they confirm what is read as well.
    return replicated() ? touched(shard) : read_owner(shard);
  }

  StoreResult<OwnerRecord> claim(ShardId shard, const Fence& seen, OwnerNonce me,
                                 std::int64_t now_ms) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    for (int attempt = 0; attempt < most_claims; ++attempt) {
      const auto record = read_owner(shard);
      if (!record) return record;
      const auto next = claimed(shard, *record, seen, me, now_ms);
      if (!next) return next;
      const auto swapped = swap(shard, *record, *next);
      if (!swapped) return Fault{swapped.error()};
      if (*swapped) return next;
    }
    return unavailable(shard_name(shard) + ": it changes all the time");
  }

  StoreResult<bool> release(ShardId shard, const Fence& fence) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    // A server that ends gives up all its shards, one after the other, and a Redis that does not
    // answer is waited for once and not once for each. The next owner claims them all the same.
    const std::lock_guard lock(release_mutex_);
    const auto begin = RedisClock::now();
    if (begin < no_release_before_) {
      return unavailable(shard_name(shard) + ": not tried, Redis has just failed to answer");
    }
    auto released = try_release(shard, fence);
    if (!released && released.error().kind == StoreFault::Kind::unavailable) {
      no_release_before_ = RedisClock::now() + options_.request_timeout;
    }
    return released;
  }

  StoreResult<bool> settle(ShardId shard) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    if (options_.inspect) return read_only();
    const ShardKeys& keys = keys_[shard];
    // With a write of its own, WAIT covers all that was written before.
    const RedisRequest request{.slot = keys.slot,
                               .commands = {writer_->call(Script::touch, {keys.own})}};
    const RedisAnswer answer = std::move(writer_->run({&request, 1}, owner_wait).front());
    if (!answer.answered()) return unavailable(shard_name(shard) + ": " + answer.detail);
    const auto record = parse_owner(keys, answer.reply());
    if (!record) return Fault{record.error()};
    const bool enough = answer.replicas > 0 || !replicated();
    bool complete = false;
    {
      const std::lock_guard lock(stable_mutex_);
      replicas_[shard].seen(answer.replicas, RedisClock::now());
      complete = replicas_[shard].complete(answer.replicas);
    }
    if (enough && complete && answer.confirmed_by_all()) return true;
    return unavailable(shard_name(shard) + ": only " + std::to_string(answer.confirmed) + " of " +
                       std::to_string(answer.replicas) + " replicas have confirmed it");
  }

  std::vector<CommitResult> commit(std::span<const Commit> commits) override {
    std::vector<CommitResult> results(commits.size());
    std::vector<RedisRequest> requests;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < commits.size(); ++i) {
      if (commits[i].shard >= shards()) {
        results[i] = {.status = CommitStatus::fenced,
                      .head = {},
                      .detail = no_such_shard(commits[i].shard, shards()).error.message};
      } else if (options_.inspect) {
        results[i] = {
            .status = CommitStatus::unavailable, .head = {}, .detail = read_only().error.message};
      } else {
        const ShardKeys& keys = keys_[commits[i].shard];
        requests.push_back(
            {.slot = keys.slot, .commands = {commit_command(*writer_, keys, commits[i])}});
        places.push_back(i);
      }
    }
    failpoint("sync.before");
    const auto answers = writer_->run(requests, wait(commit_wait));
    failpoint("sync.after");
    bool garbage = false;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const Commit& commit = commits[places[i]];
      CommitResult& result = results[places[i]];
      result = commit_result(keys_[commit.shard], commit, answers[i], replicated());
      garbage = garbage || is_garbage(answers[i]);
      note(commit, result);
    }
    if (garbage) writer_->disconnect();
    return results;
  }

  StoreResult<Loaded> load(ShardId shard, std::span<const std::string> entities) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return reader_.load(shard, entities);
  }

  StoreResult<std::vector<Snapshot>> pinned(ShardId shard) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return reader_.pinned(shard);
  }

  StoreResult<bool> entities(ShardId shard,
                             const std::function<bool(const std::string&)>& visit) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return reader_.entities(shard, visit);
  }

  StoreResult<bool> blocks(ShardId shard, std::uint64_t after_position,
                           const std::function<bool(const Block&)>& visit) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return reader_.blocks(shard, after_position, visit);
  }

  StoreResult<bool> history(ShardId shard, std::string_view entity,
                            const std::function<bool(const Segment&)>& visit) override {
    return history_from(shard, entity, 0, visit);
  }

  StoreResult<bool> history_from(ShardId shard, std::string_view entity,
                                 std::uint64_t first_sequence,
                                 const std::function<bool(const Segment&)>& visit) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return reader_.history(shard, entity, first_sequence, visit);
  }

  StoreResult<std::vector<DueEntry>> due(ShardId shard, std::int64_t from_ms, std::int64_t until_ms,
                                         std::size_t limit) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return reader_.due(shard, from_ms, until_ms, limit);
  }

  StoreResult<bool> trim(ShardId shard, std::uint64_t up_to) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    if (options_.inspect) return read_only();
    const auto record = read_owner(shard);
    if (!record) return Fault{record.error()};
    // The checkpoint never goes back, so what may go now may go later.
    const std::uint64_t limit = trim_limit(*record, up_to);
    if (limit == 0) return true;
    const ShardKeys& keys = keys_[shard];
    const std::string first_kept = std::to_string(limit) + "-1";
    const auto answer = ask(keys, {"XTRIM", keys.journal, "MINID", "=", first_kept}, {});
    if (!answer) return Fault{answer.error()};
    if (!answer->reply().integer()) return unexpected(shard, *answer);
    return true;
  }

  StoreResult<std::uint64_t> stable(ShardId shard) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    if (options_.inspect) {
      const auto record = read_owner(shard);
      if (!record) return Fault{record.error()};
      return record->head.position;
    }
    const auto head = find_stable(shard);
    if (!head) return Fault{head.error()};
    return head->position;
  }

  StoreResult<std::optional<Head>> projection_cursor(ShardId shard,
                                                     std::string_view name) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return reader_.cursor(shard, name);
  }

  StoreResult<bool> put_projection_cursor(ShardId shard, std::string_view name,
                                          Head cursor) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    if (options_.inspect) return read_only();
    const ShardKeys& keys = keys_[shard];
    RedisCommand command = writer_->call(Script::put_cursor, {keys.own, keys.cursors});
    command.add(name).add(store_cursor(entity_key(shard, name), cursor));
    const auto answer = ask(keys, std::move(command), wait(commit_wait));
    if (!answer) return Fault{answer.error()};
    if (answer->reply().integer() == 0) return damaged(gone(keys));
    if (!answer->reply().integer()) return unexpected(shard, *answer);
    return true;
  }

 private:
  bool replicated() const {
    return options_.durability == Durability::replicated && !options_.inspect;
  }

  /// At the level `replicated`, how long the replicas have to confirm.
  std::optional<std::chrono::milliseconds> wait(std::chrono::milliseconds most) const {
    return replicated() ? std::optional(most) : std::nullopt;
  }

  static Fault read_only() { return unavailable("the store is open for reading only"); }

  static std::string gone(const ShardKeys& keys) {
    return shard_name(keys.shard) + ": the owner record " + keys.own +
           " is gone: the database was emptied";
  }

  static Fault unexpected(ShardId shard, const RedisAnswer& answer) {
    return unavailable(shard_name(shard) + ": " +
                       std::string(answer.reply().error().value_or("an unexpected answer")));
  }

  /// One command to the shard's server, answered with no error; with `confirmation`, on all
  /// replicas.
  StoreResult<RedisAnswer> ask(const ShardKeys& keys, RedisCommand command,
                               std::optional<std::chrono::milliseconds> confirmation) {
    const RedisRequest request{.slot = keys.slot, .commands = {std::move(command)}};
    RedisAnswer answer = std::move(writer_->run({&request, 1}, confirmation).front());
    const std::string name = shard_name(keys.shard) + ": ";
    if (!answer.answered()) return unavailable(name + answer.detail);
    if (const auto error = answer.reply().error()) {
      const bool damage = error_code(*error) == "WRONGTYPE";
      return damage ? damaged(name + std::string(*error)) : unavailable(name + std::string(*error));
    }
    if (confirmation && (answer.replicas == 0 || !answer.confirmed_by_all())) {
      return unavailable(name + "only " + std::to_string(answer.confirmed) + " of " +
                         std::to_string(answer.replicas) + " replicas have confirmed it");
    }
    return answer;
  }

  StoreResult<OwnerRecord> read_owner(ShardId shard) {
    const auto answer = ask(keys_[shard], ask_owner(keys_[shard]), {});
    if (!answer) return Fault{answer.error()};
    return parse_owner(keys_[shard], answer->reply());
  }

  StoreResult<OwnerRecord> touched(ShardId shard) {
    const ShardKeys& keys = keys_[shard];
    const auto answer = ask(keys, writer_->call(Script::touch, {keys.own}), wait(owner_wait));
    if (!answer) return Fault{answer.error()};
    return parse_owner(keys, answer->reply());
  }

  StoreResult<bool> try_release(ShardId shard, const Fence& fence) {
    for (int attempt = 0; attempt < most_claims; ++attempt) {
      const auto record = read_owner(shard);
      if (!record) return Fault{record.error()};
      if (record->fence != fence || fence.owner == OwnerNonce{}) return false;
      OwnerRecord next = *record;
      next.fence.owner = {};
      const auto swapped = swap(shard, *record, next);
      if (!swapped || *swapped) return swapped;
    }
    return unavailable(shard_name(shard) + ": it changes all the time");
  }

  /// Replaces the fence while the record is as it was seen; false when it is not.
  StoreResult<bool> swap(ShardId shard, const OwnerRecord& seen, const OwnerRecord& next) {
    if (options_.inspect) return read_only();
    const ShardKeys& keys = keys_[shard];
    const OwnerFields was = owner_fields(keys, seen);
    const OwnerFields is = owner_fields(keys, next);
    RedisCommand command = writer_->call(Script::swap_owner, {keys.own});
    command.add(was.epoch).add(was.nonce).add(was.head).add(was.chain);
    command.add(is.epoch).add(is.nonce).add(is.seal);
    const auto answer = ask(keys, std::move(command), wait(owner_wait));
    if (!answer) return Fault{answer.error()};
    const auto swapped = answer->reply().integer();
    if (!swapped) return unexpected(shard, *answer);
    return *swapped == 1;
  }

  /// Keeps account of what is acknowledged.
  void note(const Commit& commit, const CommitResult& result) {
    const auto now = RedisClock::now();
    const bool again = result.status == CommitStatus::head && commit.block &&
                       result.head == Head{commit.block->last_position, commit.block->chain};
    if (result.status == CommitStatus::head && !again &&
        result.head.position < stability_.newest(commit.shard).position) {
      stability_.rolled_back(commit.shard, result.head, now);
      const std::lock_guard lock(stable_mutex_);
      stable_[commit.shard] = std::min(stable_[commit.shard], result.head, by_position);
    }
    if (!commit.block || (result.status != CommitStatus::ok && !again)) return;
    stability_.acknowledged(commit.shard, result.head, now);
    // Even what Redis may still lose: then the next server says so, and does not serve a shorter
    // past.
    if (keeper_) keeper_->advance(commit.shard, result.head, commit.block->count);
  }

  /// The newest head that neither a failover nor a restart of Redis takes back.
  StoreResult<Head> find_stable(ShardId shard) {
    const std::lock_guard lock(stable_mutex_);
    if (RedisClock::now() >= next_look_ && stability_.newest(shard) != stable_[shard]) {
      const auto looked = look_for_stable();
      if (!looked) return Fault{looked.error()};
    }
    return stable_[shard];
  }

  /// Moves `stable_` forward for all shards in one round trip. Under `stable_mutex_`.
  StoreResult<bool> look_for_stable() {
    const auto begin = RedisClock::now();
    const bool replicas = writer_->replicated();
    std::vector<ShardId> news;
    std::vector<RedisRequest> requests;
    for (ShardId shard = 0; shard < shards(); ++shard) {
      if (stability_.newest(shard) == stable_[shard]) continue;
      const ShardKeys& keys = keys_[shard];
      // With a write of its own, WAIT covers all that was written before.
      requests.push_back(
          {.slot = keys.slot,
           .commands = {replicas ? writer_->call(Script::touch, {keys.own}) : ask_owner(keys)}});
      news.push_back(shard);
    }
    const auto answers = writer_->run(requests, stable_wait);
    bool confirmed = true;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const RedisAnswer& answer = answers[i];
      if (!answer.answered()) return unavailable(shard_name(news[i]) + ": " + answer.detail);
      if (answer.reply().error()) return unexpected(news[i], answer);
      const auto record = parse_owner(keys_[news[i]], answer.reply());
      if (!record) return Fault{record.error()};
      // A replica that came meanwhile has no write to confirm yet. One that is away may be back,
      // and be promoted, with what it had.
      ReplicaCount& known = replicas_[news[i]];
      // One that was there when we last looked counts, even if nobody ever asked it to confirm.
      known.seen(std::max<std::size_t>(answer.replicas, replicas ? 1 : 0), begin);
      const bool final = answer.confirmed_by_all() && (replicas || answer.replicas == 0) &&
                         known.complete(answer.replicas);
      confirmed = confirmed && final;
      if (final) stable_[news[i]] = synced_part(news[i], record->head, begin);
    }
    next_look_ = RedisClock::now() + (confirmed ? stable_interval : stable_pause);
    return true;
  }

  /// Of what every replica has, that which is on the disk of the primary.
  Head synced_part(ShardId shard, const Head& head, Deadline now) {
    if (writer_->synced()) return head;
    const Head synced = stability_.synced(shard, now);
    if (synced.position <= head.position) return synced;
    stability_.rolled_back(shard, head, now);
    return {};
  }

  const RedisUrl url_;
  const std::string id_;
  const StoreOptions options_;
  const std::vector<ShardKeys> keys_;
  const std::unique_ptr<RedisClient> writer_;
  RedisReader reader_;
  RedisStability stability_;
  std::mutex stable_mutex_;
  std::vector<ReplicaCount> replicas_ = std::vector<ReplicaCount>(keys_.size());  // of each shard
  std::vector<Head> stable_;                                                      // as last found
  Deadline next_look_{};
  std::mutex release_mutex_;
  Deadline no_release_before_{};
  std::optional<WatermarkKeeper> keeper_;
  std::unique_ptr<RedisRegistration> registration_;  // ends first: its thread uses the rest
};

}  // namespace

StoreResult<std::unique_ptr<Store>> open_redis_store(const RedisUrl& url,
                                                     const StoreOptions& options) {
  const auto password = read_password(url);
  if (!password) return Fault{password.error()};
  std::optional<RedisMemory> memory;
  if (!options.inspect || !options.state_directory.empty()) {
    auto opened = RedisMemory::open(options.state_directory, url);
    if (!opened) return Fault{opened.error()};
    memory = std::move(*opened);
  }
  using Purpose = RedisClient::Purpose;
  RedisClient::Options client{.url = url,
                              .purpose = options.inspect ? Purpose::inspect : Purpose::write,
                              .durability = options.durability,
                              .timeout = options.request_timeout};
  RedisStore::Parts parts{.url = url, .id = {}, .options = options};
  parts.writer = std::make_unique<RedisClient>(client);
  const auto connected = parts.writer->connect();
  if (!connected) return Fault{connected.error()};
  auto found = find_store(*parts.writer, url, memory);
  if (!found) return Fault{found.error()};

  client.purpose = options.inspect ? Purpose::inspect : Purpose::read;
  if (options.inspect) {
    if (!found->identity) return unavailable(url.identity() + " holds no store");
  } else {
    if (options.shared) {
      const auto alone = RedisRegistration::nobody_alone(client);
      if (!alone) return Fault{alone.error()};
    } else {
      auto registration = RedisRegistration::enter(client);
      if (!registration) return Fault{registration.error()};
      parts.registration = std::move(*registration);
    }
    // Once more: the one that was there before may have been another.
    found = find_store(*parts.writer, url, memory);
    if (!found) return Fault{found.error()};
    if (!found->identity) {
      auto created = create_store(*parts.writer, url, options.shards);
      if (created) {
        found = FoundStore{.identity = std::move(*created), .acknowledged = {}};
      } else {
        // Another node may have been faster.
        if (options.shared) found = find_store(*parts.writer, url, memory);
        if (!found || !found->identity) return Fault{created.error()};
      }
    }
  }
  const StoreIdentity& identity = *found->identity;
  parts.id = identity.id;
  for (ShardId shard = 0; shard < identity.shards; ++shard) parts.keys.emplace_back(shard);
  auto records = verify_store(*parts.writer, parts.keys,
                              found->acknowledged.value_or(Watermark(identity.shards)));
  if (!records) return Fault{records.error()};
  parts.records = std::move(*records);
  if (!options.inspect) {
    // What is found is as good as acknowledged, unless Redis may still lose it.
    const bool settled = parts.writer->synced() && !parts.writer->replicated();
    parts.acknowledged = settled ? heads_of(parts.records)
                                 : found->acknowledged.value_or(Watermark(identity.shards));
    parts.watermark_file = memory->watermark_file(identity.id);
    const auto remembered = memory->remember(identity.id, parts.acknowledged);
    if (!remembered) return Fault{remembered.error()};
  }
  auto store = std::make_unique<RedisStore>(std::move(parts), client);
  const auto readable = store->connect_reader();
  if (!readable) return Fault{readable.error()};
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace loyalty::persistence
