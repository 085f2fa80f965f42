// SPDX-License-Identifier: Apache-2.0
#include "config/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "config/suggestion.hpp"

namespace loyalty::config {
namespace {

using Error = std::optional<std::string>;

std::string expected_but_got(std::string_view bounds, std::string_view text) {
  return "expected " + std::string(bounds) + ", got \"" + std::string(text) + "\"";
}

Setting text_setting(std::string_view name, std::string_view placeholder,
                     std::string Settings::*member, std::string bounds,
                     bool (*accepts)(std::string_view), std::string_view doc) {
  const auto apply = [=](Settings& settings, std::string_view text) -> Error {
    if (!accepts(text)) return expected_but_got(bounds, text);
    settings.*member = text;
    return std::nullopt;
  };
  const auto print = [=](const Settings& settings) { return settings.*member; };
  return {name, placeholder, doc, bounds, SettingKind::text, apply, print};
}

Setting number_setting(std::string_view name, std::uint32_t Settings::*member,
                       std::uint32_t smallest, std::uint32_t largest, std::string_view doc) {
  const std::string bounds =
      "a whole number from " + std::to_string(smallest) + " to " + std::to_string(largest);
  const auto apply = [=](Settings& settings, std::string_view text) -> Error {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < smallest ||
        number > largest) {
      return expected_but_got(bounds, text);
    }
    settings.*member = number;
    return std::nullopt;
  };
  const auto print = [=](const Settings& settings) { return std::to_string(settings.*member); };
  return {name, "N", doc, bounds, SettingKind::number, apply, print};
}

template <class E>
Setting choice_setting(std::string_view name, std::string_view placeholder, E Settings::*member,
                       std::string_view doc) {
  constexpr auto& names = domain::EnumNames<E>::names;
  std::string bounds;
  for (std::size_t i = 0; i < names.size(); ++i) {
    bounds += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + std::string(names[i]);
  }
  const auto apply = [=](Settings& settings, std::string_view text) -> Error {
    const auto found = std::find(names.begin(), names.end(), text);
    if (found == names.end()) return expected_but_got(bounds, text);
    settings.*member = static_cast<E>(found - names.begin());
    return std::nullopt;
  };
  const auto print = [=](const Settings& settings) {
    return std::string(domain::name_of(settings.*member));
  };
  return {name, placeholder, doc, bounds, SettingKind::text, apply, print};
}

Setting flag_setting(std::string_view name, bool Settings::*member, std::string_view doc) {
  const auto apply = [=](Settings& settings, std::string_view text) -> Error {
    if (text != "true" && text != "false") return expected_but_got("true or false", text);
    settings.*member = text == "true";
    return std::nullopt;
  };
  const auto print = [=](const Settings& settings) {
    return std::string(settings.*member ? "true" : "false");
  };
  return {name, "true|false", doc, "true or false", SettingKind::flag, apply, print};
}

Setting list_setting(std::string_view name, std::string_view placeholder,
                     std::vector<std::string> Settings::*member, std::string_view doc) {
  const auto apply = [=](Settings& settings, std::string_view text) -> Error {
    std::vector<std::string> items;
    while (!text.empty()) {
      const std::size_t comma = std::min(text.find(','), text.size());
      if (comma == 0) return "expected names separated by single commas";
      items.emplace_back(text.substr(0, comma));
      text.remove_prefix(std::min(comma + 1, text.size()));
    }
    settings.*member = std::move(items);
    return std::nullopt;
  };
  const auto print = [=](const Settings& settings) {
    std::string text;
    for (const std::string& item : settings.*member) text += (text.empty() ? "" : ",") + item;
    return text;
  };
  return {name,
          placeholder,
          doc,
          "a list, in flags and environment separated by commas",
          SettingKind::list,
          apply,
          print};
}

bool is_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  // An IPv6 address has colons of its own and therefore stands in brackets.
  const std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (!bracketed && host.find_first_of(":[] ") != std::string_view::npos) return false;
  const std::string_view port = text.substr(colon + 1);
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  return error == std::errc{} && end == port.data() + port.size();
}

bool is_not_empty(std::string_view text) { return !text.empty(); }
bool is_anything(std::string_view) { return true; }

std::string canonical_name(std::string_view name) {
  std::string result(name);
  std::replace(result.begin(), result.end(), '-', '_');
  return result;
}

std::vector<Setting> make_table() {
  return {
      text_setting("listen", "HOST:PORT", &Settings::listen, "HOST:PORT or [IPV6]:PORT", is_address,
                   "Address for clients; port 0 takes any free port."),
      text_setting("store", "URL", &Settings::store,
                   "rocksdb:DIR, redis://HOST:PORT/DB (docs/redis.md) or memory", is_not_empty,
                   "Where everything is kept; a directory is made when it is missing."),
      choice_setting("durability", "LEVEL", &Settings::durability,
                     "What an acknowledged write survives: relaxed, a crash of the process; "
                     "fsync, loss of power too; replicated (Redis), loss of the store's machine."),
      number_setting("shards", &Settings::shards, 0, 1'024,
                     "Shards of a new store; 0 leaves the choice to the store. A store keeps the "
                     "number it was made with."),
      number_setting("wait_for_store", &Settings::wait_for_store, 0, 86'400,
                     "Seconds that a starting server waits for a store that is not there."),
      text_setting(
          "state_directory", "DIR", &Settings::state_directory, "a directory", is_not_empty,
          "Where a server on Redis keeps what must not be in Redis: the positions that were "
          "acknowledged, and writes that Redis has lost."),
      list_setting("programs", "FILE[,FILE]", &Settings::programs,
                   "Program files that are applied when the server starts."),
      text_setting("ports_file", "FILE", &Settings::ports_file, "a file name", is_anything,
                   "File that receives the ports in use, for tools that let the server choose."),
      choice_setting("clock", "KIND", &Settings::clock,
                     "real, or manual: time stands until the method set_clock moves it (tests and "
                     "demonstrations)."),
      number_setting(
          "executors", &Settings::executors, 0, 256,
          "Threads that run members, programs and partners; 0 is half as many as there are cores, "
          "two at least."),
      number_setting("active_entities", &Settings::active_entities, 100, 100'000'000,
                     "Members and partners kept in memory; the least recently used ones leave."),
      number_setting("idle_entity_seconds", &Settings::idle_entity_seconds, 0, 86'400,
                     "Members and partners not used for so long leave memory, too; 0: each one "
                     "before its call is answered."),
      number_setting("snapshot_seconds", &Settings::snapshot_seconds, 0, 3'600,
                     "What is older than this does not stand in the journal but in snapshots and "
                     "compressed history; less makes starts faster and writes more."),
      number_setting("max_connections", &Settings::max_connections, 1, 1'000'000,
                     "Clients connected at the same time; more are turned away."),
      number_setting(
          "max_in_flight", &Settings::max_in_flight, 1, 65'536,
          "Unanswered requests of one connection; with so many the server reads no more."),
      number_setting("max_in_flight_node", &Settings::max_in_flight_node, 1, 10'000'000,
                     "Unanswered requests of all connections; more are answered OVERLOADED."),
      number_setting("frame_bytes", &Settings::frame_bytes, 1'024, 16'777'216,
                     "Largest request in bytes."),
      number_setting("idle_timeout_seconds", &Settings::idle_timeout_seconds, 1, 86'400,
                     "A connection that is silent for this long is closed."),
      number_setting("drain_timeout_seconds", &Settings::drain_timeout_seconds, 0, 3'600,
                     "How long a stopping server waits for the calls it has begun."),
      choice_setting("log_level", "LEVEL", &Settings::log_level,
                     "The least important lines that are logged."),
      flag_setting("log_json", &Settings::log_json, "Log lines as JSON objects."),
      flag_setting("rebuild_reports", &Settings::rebuild_reports,
                   "Make what reports are answered from anew, from the whole history, before the "
                   "server takes calls."),
      flag_setting("cluster", &Settings::cluster,
                   "Be one node of those that share the store, which is Redis then."),
      text_setting("node_id", "NAME", &Settings::node_id, "a name of its own for each node",
                   is_anything, "Name of this node; default: the host's name and the port."),
      text_setting("peer_listen", "HOST:PORT", &Settings::peer_listen, "HOST:PORT or [IPV6]:PORT",
                   is_address,
                   "Address for other nodes, on a private network; port 0 takes any free port."),
      text_setting("peer_advertise", "HOST:PORT", &Settings::peer_advertise, "HOST:PORT",
                   is_anything,
                   "Where other nodes are told to connect, if that differs from peer_listen."),
      number_setting(
          "cluster_heartbeat_ms", &Settings::cluster_heartbeat_ms, 50, 60'000,
          "Between two heartbeats of a node, in which it looks twice at the others; this and what "
          "follows is to be the same on all nodes."),
      number_setting("cluster_dead_polls", &Settings::cluster_dead_polls, 2, 1'000,
                     "A node is dead when its heart stood still for so many looks,"),
      number_setting("cluster_hinted_polls", &Settings::cluster_hinted_polls, 1, 1'000,
                     "or for so many when the link to it broke."),
      number_setting("cluster_read_lease_ms", &Settings::cluster_read_lease_ms, 100, 600'000,
                     "So long after its last confirmed heartbeat was sent a node answers reads."),
      number_setting("cluster_stop_intake_ms", &Settings::cluster_stop_intake_ms, 100, 600'000,
                     "So long after it a node takes new calls."),
      number_setting("cluster_handover_shards", &Settings::cluster_handover_shards, 1, 1'024,
                     "Shards that a node gives away at the same time."),
      number_setting("cluster_handover_drain_ms", &Settings::cluster_handover_drain_ms, 10, 60'000,
                     "How long a shard that is given away writes its snapshots, and again how long "
                     "it finishes its calls."),
      number_setting("cluster_handover_seconds", &Settings::cluster_handover_seconds, 1, 3'600,
                     "How long a node that stops gives its shards away."),
  };
}

}  // namespace

std::string Setting::flag() const {
  std::string text = "--" + std::string(name);
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

std::string Setting::environment() const {
  std::string text = "LOYALTY_" + std::string(name);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

const std::vector<Setting>& setting_table() {
  static const std::vector<Setting> table = make_table();
  return table;
}

std::optional<std::string> apply(Settings& settings, std::string_view name, std::string_view text) {
  const std::string wanted = canonical_name(name);
  std::vector<std::string_view> names;
  for (const Setting& setting : setting_table()) {
    if (setting.name == wanted) return setting.apply(settings, text);
    names.push_back(setting.name);
  }
  return "unknown setting \"" + std::string(name) + "\"; " + expected_one_of(wanted, names);
}

std::vector<std::string> apply_environment(Settings& settings) {
  return apply_environment(settings, [](const char* name) { return std::getenv(name); });
}

std::vector<std::string> apply_environment(Settings& settings, const EnvironmentLookup& lookup) {
  std::vector<std::string> errors;
  for (const Setting& setting : setting_table()) {
    const std::string variable = setting.environment();
    const char* const text = lookup(variable.c_str());
    if (text == nullptr || *text == '\0') continue;
    if (const auto error = setting.apply(settings, text))
      errors.push_back(variable + ": " + *error);
  }
  return errors;
}

std::string settings_markdown() {
  const Settings defaults;
  std::string text =
      "| Setting | Flag | Environment | Default | Accepted | Meaning |\n"
      "|---|---|---|---|---|---|\n";
  for (const Setting& setting : setting_table()) {
    const std::string value = setting.print(defaults);
    text += "| `" + std::string(setting.name) + "` | `" + setting.flag() + "` | `" +
            setting.environment() + "` | " + (value.empty() ? "none" : "`" + value + "`") + " | " +
            setting.bounds + " | " + std::string(setting.doc) + " |\n";
  }
  return text;
}

}  // namespace loyalty::config
