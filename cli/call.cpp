// SPDX-License-Identifier: Apache-2.0
#include "cli/call.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "api/methods.hpp"
#include "cli/endpoint.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/random_id.hpp"
#include "cli/terminal.hpp"

namespace loyalty::cli {
namespace {

constexpr std::chrono::minutes call_patience{1};

}  // namespace

domain::Expected<Value, std::string> call_params(const CallOptions& options) {
  using domain::Unexpected;
  auto params = parse_json(options.params);
  if (!params) return Unexpected{params.error()};
  if (!params->is_map()) {
    return Unexpected{std::string("the params are a JSON object, such as {\"member\": \"ada\"}")};
  }
  const api::Method* method = api::find_method(options.method);
  const bool writes = method != nullptr && method->writes;
  const bool has_key = !(*params)["key"].is_nil();
  if (!options.key.empty()) {
    if (has_key) return Unexpected{std::string("the key stands in the params and in --key")};
    if (method != nullptr && !writes) {
      return Unexpected{options.method + " changes nothing and takes no key"};
    }
    params->set("key", options.key == "auto" ? "auto-" + random_id() : options.key);
  } else if (writes && !has_key) {
    return Unexpected{options.method +
                      " is a write and needs an idempotency key, so that repeating it has no "
                      "second effect: add \"key\": \"...\" to the params, or --key auto for a "
                      "random one"};
  }
  return params;
}

int call(const CallOptions& options) {
  const auto params = call_params(options);
  if (!params) {
    std::fprintf(stderr, "loyalty call: %s\n", params.error().c_str());
    return exit_usage;
  }
  if (options.key == "auto") {
    std::fprintf(stderr, "key: %s\n", (*params)["key"].text().c_str());
  }
  auto client = connect(options.connect);
  if (!client) {
    print_error(client.error());
    return exit_failed;
  }
  auto outcome = client->call(options.method, params->encoded(), call_patience);
  // A node that cannot pass a call on says who has the member.
  if (!outcome && !outcome.error().error.owner.empty()) {
    auto owner = connect(outcome.error().error.owner);
    if (owner) outcome = owner->call(options.method, params->encoded(), call_patience);
  }
  if (!outcome) {
    print_error(outcome.error());
    return exit_failed;
  }
  const auto layout = is_terminal(STDOUT_FILENO) ? JsonLayout::indented : JsonLayout::one_line;
  std::printf("%s\n", raw_to_json(*outcome, layout).c_str());
  return exit_ok;
}

}  // namespace loyalty::cli
