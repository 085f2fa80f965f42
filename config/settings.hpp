// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/finding.hpp"
#include "domain/fields.hpp"

namespace loyalty::config {

enum class Durability : std::uint8_t { relaxed, fsync, replicated };
enum class ClockKind : std::uint8_t { real, manual };
enum class LogLevel : std::uint8_t { debug, info, warning, error };

/// What the server is told when it starts. A setting is one entry of `setting_table` (settings.cpp)
/// beside its member here; the file, the environment, the flags and the documentation follow.
struct Settings {
  std::string listen = "127.0.0.1:7400";
  std::string store = "rocksdb:loyalty-data";
  Durability durability = Durability::fsync;
  std::uint32_t shards = 0;
  std::uint32_t wait_for_store = 0;
  std::string state_directory = "loyalty-state";
  std::vector<std::string> programs;
  std::string ports_file;
  ClockKind clock = ClockKind::real;
  std::uint32_t executors = 0;
  std::uint32_t active_entities = 100'000;
  std::uint32_t idle_entity_seconds = 600;
  std::uint32_t snapshot_seconds = 30;
  std::uint32_t max_connections = 10'000;
  std::uint32_t max_in_flight = 256;
  std::uint32_t max_in_flight_node = 20'000;
  std::uint32_t frame_bytes = 65'536;
  std::uint32_t idle_timeout_seconds = 300;
  std::uint32_t drain_timeout_seconds = 10;
  LogLevel log_level = LogLevel::info;
  bool log_json = false;
  bool rebuild_reports = false;
  bool cluster = false;
  std::string node_id;
  std::string peer_listen = "127.0.0.1:0";
  std::string peer_advertise;
  std::uint32_t cluster_heartbeat_ms = 1'000;
  std::uint32_t cluster_dead_polls = 5;
  std::uint32_t cluster_hinted_polls = 2;
  std::uint32_t cluster_read_lease_ms = 3'500;
  std::uint32_t cluster_stop_intake_ms = 5'000;
  std::uint32_t cluster_handover_shards = 4;
  std::uint32_t cluster_handover_drain_ms = 2'000;
  std::uint32_t cluster_handover_seconds = 30;
};

/// How a value is written in TOML; as a flag or in the environment all are text.
enum class SettingKind : std::uint8_t { text, number, flag, list };

struct Setting {
  std::string_view name;         ///< such as max_connections
  std::string_view placeholder;  ///< such as HOST:PORT, for --help
  std::string_view doc;
  std::string bounds;  ///< what is accepted, for people
  SettingKind kind = SettingKind::text;
  /// Sets it from text; else what was expected. Lists are separated by commas.
  std::function<std::optional<std::string>(Settings&, std::string_view)> apply;
  std::function<std::string(const Settings&)> print;

  std::string flag() const;         ///< --max-connections
  std::string environment() const;  ///< LOYALTY_MAX_CONNECTIONS
};

/// Every setting, in the order of the documentation.
const std::vector<Setting>& setting_table();

/// Sets one setting by its name, with dashes or underscores; the text of the error when the name
/// is unknown or the value is not acceptable, in which case nothing changes.
std::optional<std::string> apply(Settings& settings, std::string_view name, std::string_view text);

/// The value of an environment variable; nullptr when it is not set. The default is ::getenv.
using EnvironmentLookup = std::function<const char*(const char*)>;

/// Sets what the environment holds (LOYALTY_LISTEN, ...); an error text for each value that is
/// not acceptable, which is then not set. An empty variable counts as not set.
std::vector<std::string> apply_environment(Settings& settings);
std::vector<std::string> apply_environment(Settings& settings, const EnvironmentLookup& lookup);

/// Sets what a TOML file holds, all or nothing: with findings, `settings` is as it was. Paths in
/// the file are relative to the working directory of the server, as they are in flags.
Findings load_settings_file(const std::string& file, Settings& settings);
Findings parse_settings(std::string_view text, const std::string& file, Settings& settings);

/// The table of all settings for docs/operations.md.
std::string settings_markdown();

}  // namespace loyalty::config

template <>
struct loyalty::domain::EnumNames<loyalty::config::Durability> {
  static constexpr std::array<std::string_view, 3> names{"relaxed", "fsync", "replicated"};
};
template <>
struct loyalty::domain::EnumNames<loyalty::config::ClockKind> {
  static constexpr std::array<std::string_view, 2> names{"real", "manual"};
};
template <>
struct loyalty::domain::EnumNames<loyalty::config::LogLevel> {
  static constexpr std::array<std::string_view, 4> names{"debug", "info", "warning", "error"};
};
