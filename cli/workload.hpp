// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "cli/value.hpp"

/// What `loyalty bench` asks: which calls, of which members, in ready bytes.
namespace loyalty::cli {

enum class WorkloadKind : std::uint8_t { purchase, mixed };
enum class MemberDistribution : std::uint8_t { uniform, zipf };

struct WorkloadOptions {
  WorkloadKind kind = WorkloadKind::purchase;
  MemberDistribution distribution = MemberDistribution::uniform;
  double theta = 0.99;  ///< of zipf: 0 is uniform, more is more skewed
  std::size_t members = 1000;
  std::string program;
};

/// What is bought and redeemed, found in the program so that the calls do real work.
struct WorkloadGoods {
  std::string category;  ///< that some purchase rule rewards; "": none
  std::string offer;     ///< "": nothing can be redeemed
  std::string offer_category;
  std::int64_t offer_price = 0;  ///< of the line a discount is for
};

/// From the answer to `describe_program`.
WorkloadGoods choose_goods(const Value& described);

/// Draws member numbers 0 to n-1.
class MemberChoice {
 public:
  MemberChoice(std::size_t members, MemberDistribution distribution, double theta);
  std::size_t draw(std::mt19937_64& random) const;

 private:
  std::size_t members_;
  std::vector<double> cumulative_;  ///< of zipf; empty: uniform
};

/// One call, ready to be sent; the views live until the next one.
struct WorkloadCall {
  std::string_view method;
  std::string_view params;
  std::size_t member = 0;
};

/// The calls of one run. Their bytes are made once and patched: member, key and amount have places
/// of a fixed size.
class Workload {
 public:
  /// `run` makes the keys of this run its own; at most 16 characters.
  Workload(const WorkloadOptions& options, const WorkloadGoods& goods, std::string_view run);

  WorkloadCall enrolment(std::size_t member);
  /// What `route` is asked with.
  std::string route_params(std::size_t member);
  /// The next call: a purchase, or for `mixed` 80 % purchases, 10 % redemptions and 10 % reads.
  WorkloadCall next();

 private:
  /// Params with the places that change.
  struct Template {
    std::string_view method;
    std::string params;
    std::size_t member = 0;  ///< offset of the digits of the member
    std::optional<std::size_t> key;
    std::optional<std::size_t> amount;
  };

  Template begin(std::string_view method, std::size_t fields, bool has_program) const;
  WorkloadCall patched(Template& call, std::size_t member);

  Template enrolment_;
  Template purchase_;
  Template redemption_;
  Template query_;
  Template route_;
  bool mixed_;
  bool redeems_;
  MemberChoice choice_;
  std::mt19937_64 random_;
  std::uint64_t calls_ = 0;
};

}  // namespace loyalty::cli
