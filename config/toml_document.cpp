// SPDX-License-Identifier: Apache-2.0
#include "config/toml_document.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>

namespace loyalty::config {

domain::Expected<std::string, Finding> read_file(const std::string& file) {
  constexpr std::size_t most_bytes = 16 * 1024 * 1024;
  const auto failed = [&](const std::string& message) {
    return domain::Unexpected{Finding{.file = file,
                                      .line = 0,
                                      .column = 0,
                                      .path = {},
                                      .code = "UNREADABLE_FILE",
                                      .message = message,
                                      .warning = false}};
  };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream{std::fopen(file.c_str(), "rb"),
                                                               &std::fclose};
  if (!stream) return failed(std::string("cannot be opened: ") + std::strerror(errno));
  std::string text;
  std::array<char, 65'536> chunk;
  while (const std::size_t n = std::fread(chunk.data(), 1, chunk.size(), stream.get())) {
    text.append(chunk.data(), n);
    if (text.size() > most_bytes) return failed("is larger than 16 MiB");
  }
  if (std::ferror(stream.get()) != 0) {
    return failed(std::string("cannot be read: ") + std::strerror(errno));
  }
  return text;
}

domain::Expected<toml::table, Finding> parse_toml(std::string_view text, const std::string& file) {
  Finding finding{.file = file,
                  .line = 1,
                  .column = 1,
                  .path = {},
                  .code = "SYNTAX_ERROR",
                  .message = {},
                  .warning = false};
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    finding.line = static_cast<int>(error.source().begin.line);
    finding.column = static_cast<int>(error.source().begin.column);
    finding.message = error.description();
  } catch (const std::exception& error) {
    finding.message = error.what();
  }
  return domain::Unexpected{std::move(finding)};
}

std::string_view kind_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "a list";
    case toml::node_type::string: return "a string";
    case toml::node_type::integer: return "a whole number";
    case toml::node_type::floating_point: return "a number with a decimal point";
    case toml::node_type::boolean: return "true or false";
    case toml::node_type::date: return "a date";
    case toml::node_type::time: return "a time of day";
    case toml::node_type::date_time: return "a date with a time";
    case toml::node_type::none: break;
  }
  return "nothing";
}

std::string decimal_text(double number) {
  std::array<char, 400> buffer;  // the largest double has 309 digits
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed);
  return error == std::errc{} ? std::string(buffer.data(), end) : std::string();
}

}  // namespace loyalty::config
