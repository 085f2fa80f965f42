// SPDX-License-Identifier: Apache-2.0
#include "bench/load/operation.hpp"

namespace loyalty::bench {
namespace {

constexpr std::size_t repeat_within = 50;

void write_hex(char* at, std::uint64_t number, std::size_t digits) {
  for (std::size_t i = digits; i > 0; --i, number >>= 4)
    at[i - 1] = "0123456789abcdef"[number & 15];
}

void write_member(std::array<char, 10>& to, std::uint32_t number) {
  to[0] = 'M';
  for (std::size_t i = to.size() - 1; i > 0; --i, number /= 10) {
    to[i] = static_cast<char>('0' + number % 10);
  }
}

void write_key(std::array<char, 24>& to, char kind, std::uint32_t run, std::uint64_t number) {
  to[0] = kind;
  write_hex(&to[1], run, 8);
  to[9] = '-';
  write_hex(&to[10], number, 14);
}

}  // namespace

Mix::Mix(const MixOptions& options, std::uint32_t run)
    : options_(options), run_(run), random_(run) {
  if (options.zipf > 0) zipf_.emplace(options.members, options.zipf);
}

std::uint32_t Mix::draw_member() {
  if (options_.only_member) return *options_.only_member;
  if (!zipf_) return random_.below(options_.members);
  // The hot ones are spread over the key space.
  return static_cast<std::uint32_t>((std::uint64_t{zipf_->draw(random_)} * 48271 + 7) %
                                    options_.members);
}

const Operation& Mix::next() {
  if (count_ > 2 * remembered && options_.repeats > 0 && random_.unit() < options_.repeats) {
    const Operation& again = last_[(count_ - random_.below(repeat_within)) % remembered];
    if (again.kind != Operation::Kind::query) return again;
  }
  Operation& made = last_[++count_ % remembered];
  made.kind = Operation::Kind::purchase;
  if (options_.redeems) {
    const auto part = random_.below(10);
    if (part == 8) made.kind = Operation::Kind::redeem;
    if (part == 9) made.kind = Operation::Kind::query;
  }
  made.member_number = draw_member();
  write_member(made.member, made.member_number);
  made.number = std::uint64_t{run_} << 31U | count_;
  write_key(made.key, 'T', run_, count_);
  made.amount =
      made.kind == Operation::Kind::redeem ? 10 + random_.below(291) : 100 + random_.below(19901);
  made.partner = options_.only_partner.value_or(random_.below(w1_partners));
  return made;
}

Operation Mix::enrolment(std::uint32_t member) const {
  Operation made;
  made.kind = Operation::Kind::enroll;
  write_member(made.member, member);
  write_key(made.key, 'E', 0, member);
  return made;
}

}  // namespace loyalty::bench
