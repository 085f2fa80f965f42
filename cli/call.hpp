// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/value.hpp"
#include "domain/expected.hpp"

namespace loyalty::cli {

struct CallOptions {
  std::string connect;
  std::string method;
  std::string params = "{}";  ///< a JSON object
  std::string key;            ///< idempotency key; "auto": a random one
};

/// `loyalty call`: the result as JSON on stdout, an error as JSON on stderr.
int call(const CallOptions& options);

/// The params of a call, with the key; the error is a sentence on how to call it right. A write
/// needs a key, and a silent random one would make a repeated command act twice.
domain::Expected<Value, std::string> call_params(const CallOptions& options);

}  // namespace loyalty::cli
