// SPDX-License-Identifier: Apache-2.0
#include "cli/apply.hpp"

#include <cstdio>

#include "cli/endpoint.hpp"
#include "cli/exit_code.hpp"
#include "cli/random_id.hpp"
#include "codec/wire.hpp"
#include "config/program_loader.hpp"

namespace loyalty::cli {
namespace {

void print_findings_to_stderr(const config::Findings& findings) {
  for (const config::Finding& finding : findings) {
    std::fprintf(stderr, "%s\n", config::to_string(finding).c_str());
  }
}

char sign_of(const std::string& what) {
  if (what == "added") return '+';
  return what == "removed" ? '-' : '~';
}

std::string shown(const std::string& value) { return value.empty() ? "nothing" : value; }

/// "  ~ rules[base].rate: 1 -> 2", and below it who is affected.
std::string plan_text(const Value& line) {
  const std::string& what = line["what"].text();
  std::string text = std::string("  ") + sign_of(what) + " " + line["path"].text();
  if (what == "changed") {
    text += ": " + shown(line["from"].text()) + " -> " + shown(line["to"].text());
  } else {
    text += "  " + (what == "added" ? line["to"] : line["from"]).text();
  }
  const std::string& note = line["note"].text();
  return note.empty() ? text : text + "\n      " + note;
}

void print_plan(const ApplyOptions& options, const Value& result) {
  const auto& lines = result["plan"].items();
  const std::string name = result["program"].text();
  if (lines.empty()) {
    std::printf("%s: the file changes nothing\n", name.c_str());
  } else {
    std::printf("%s: %zu %s\n", name.c_str(), lines.size(),
                lines.size() == 1 ? "change" : "changes");
  }
  for (const Value& line : lines) std::printf("%s\n", plan_text(line).c_str());
  if (options.dry_run) {
    std::printf("nothing was done (--dry-run)\n");
  } else {
    std::printf("%s is %s, version %s\n", name.c_str(), result["status"].text().c_str(),
                result["version"].plain().c_str());
  }
}

}  // namespace

int apply(const ApplyOptions& options) {
  const auto loaded = config::load_program(options.file);
  if (!loaded) {
    print_findings_to_stderr(loaded.error());
    return exit_usage;
  }
  print_findings_to_stderr(loaded->warnings);
  auto client = connect(options.connect);
  if (!client) {
    print_error(client.error());
    return exit_failed;
  }
  auto definition = Value::decode(codec::to_wire(loaded->definition));
  // Applying a definition again changes nothing, so a key of its own for each attempt is enough.
  const Value params(Value::Fields{{"program", loaded->definition.id},
                                   {"key", "apply-" + random_id()},
                                   {"definition", std::move(*definition)},
                                   {"dry_run", options.dry_run}});
  const auto result = ask(*client, "apply_program", params);
  if (!result) {
    print_error(result.error());
    return exit_failed;
  }
  print_plan(options, *result);
  return exit_ok;
}

}  // namespace loyalty::cli
