// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "api/exchange.hpp"
#include "domain/refusal.hpp"

namespace loyalty::api {

/// A refusal as an answer: the caller's fault, final.
Error to_error(const domain::Refusal& refusal);

/// The server's own errors, beside the refusals of the domain.
Error overloaded(std::string text, std::int64_t retry_after_ms);
Error deadline_passed();
Error unavailable(std::string text);
Error internal(std::string text);
/// Another node of the cluster has the shard; `owner` is where it takes calls, "" if not known.
Error not_owner(std::string owner);
/// A question about the cluster to a server that is not part of one.
Error no_cluster();
/// This node has not heard from the store for so long that others may have taken its shards.
Error out_of_touch();

/// Every code there is, one per line, for docs/errors.md.
std::string all_codes();

}  // namespace loyalty::api
