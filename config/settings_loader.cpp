// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "config/settings.hpp"
#include "config/suggestion.hpp"
#include "config/toml_document.hpp"

namespace loyalty::config {
namespace {

std::string_view written_as(SettingKind kind) {
  switch (kind) {
    case SettingKind::text: return "a string";
    case SettingKind::number: return "a whole number";
    case SettingKind::flag: return "true or false";
    case SettingKind::list: return "a list of strings without commas";
  }
  return "";
}

/// The value as the text that a flag would have; nullopt when it has another type.
std::optional<std::string> text_of(const toml::node& node, SettingKind kind) {
  switch (kind) {
    case SettingKind::text:
      if (node.is_string()) return **node.as_string();
      return std::nullopt;
    case SettingKind::number:
      if (node.is_integer()) return std::to_string(**node.as_integer());
      return std::nullopt;
    case SettingKind::flag:
      if (node.is_boolean()) return **node.as_boolean() ? "true" : "false";
      return std::nullopt;
    case SettingKind::list: break;
  }
  if (node.is_string()) return **node.as_string();
  const toml::array* items = node.as_array();
  if (items == nullptr) return std::nullopt;
  std::string text;
  for (const toml::node& item : *items) {
    const auto* name = item.as_string();
    if (name == nullptr || (*name)->empty() || (*name)->find(',') != std::string::npos) {
      return std::nullopt;
    }
    text += (text.empty() ? "" : ",") + **name;
  }
  return text;
}

}  // namespace

Findings parse_settings(std::string_view text, const std::string& file, Settings& settings) {
  const auto table = parse_toml(text, file);
  if (!table) return {table.error()};
  Findings findings;
  Settings changed = settings;
  const auto report = [&](const toml::key& key, const toml::source_position& at,
                          std::string message) {
    findings.push_back({.file = file,
                        .line = static_cast<int>(at.line),
                        .column = static_cast<int>(at.column),
                        .path = std::string(key.str()),
                        .code = "INVALID_SETTING",
                        .message = std::move(message),
                        .warning = false});
  };
  std::vector<std::string_view> names;
  for (const Setting& setting : setting_table()) names.push_back(setting.name);
  for (const auto& [key, node] : *table) {
    const auto name = std::find(names.begin(), names.end(), key.str());
    if (name == names.end()) {
      report(key, key.source().begin,
             "unknown setting \"" + std::string(key.str()) + "\"; " +
                 expected_one_of(key.str(), names));
      continue;
    }
    const Setting& setting = setting_table()[static_cast<std::size_t>(name - names.begin())];
    const auto value = text_of(node, setting.kind);
    if (!value) {
      report(key, node.source().begin,
             "expected " + std::string(written_as(setting.kind)) + ", found " +
                 std::string(kind_of(node)));
    } else if (const auto error = setting.apply(changed, *value)) {
      report(key, node.source().begin, *error);
    }
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  if (findings.empty()) settings = std::move(changed);
  return findings;
}

Findings load_settings_file(const std::string& file, Settings& settings) {
  const auto text = read_file(file);
  if (!text) return {text.error()};
  return parse_settings(*text, file, settings);
}

}  // namespace loyalty::config
