// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

#include "codec/msgpack_reader.hpp"
#include "net/frame.hpp"
#include "net/frame_scanner.hpp"
#include "net/msgpack_writer.hpp"
#include "net/outgoing.hpp"

/// The codec on the hot path: from the bytes of a read to the bytes of a write.
namespace loyalty::net {
namespace {

constexpr FrameBounds bounds{.bytes = 65'536, .elements = 1'024, .nesting = 8};

/// A purchase of `lines` lines, as a till sends it.
std::string purchase_frame(std::uint64_t lines) {
  std::string frame;
  pack::array(frame, 4);
  pack::unsigned_integer(frame, 0);
  pack::unsigned_integer(frame, 123'456);
  pack::string(frame, "purchase");
  pack::array(frame, 1);
  pack::map(frame, 5);
  pack::string(frame, "member");
  pack::string(frame, "m-000123456");
  pack::string(frame, "key");
  pack::string(frame, "till-17-2024-05-01-000042");
  pack::string(frame, "store");
  pack::string(frame, "berlin-mitte");
  pack::string(frame, "paid");
  pack::unsigned_integer(frame, 1'999);
  pack::string(frame, "lines");
  pack::array(frame, lines);
  for (std::uint64_t line = 0; line < lines; ++line) {
    pack::map(frame, 3);
    pack::string(frame, "product");
    pack::string(frame, "sneaker-42");
    pack::string(frame, "quantity");
    pack::unsigned_integer(frame, 1 + line);
    pack::string(frame, "amount");
    pack::unsigned_integer(frame, 999);
  }
  return frame;
}

api::Reply purchase_reply() {
  std::string body;
  pack::map(body, 4);
  pack::string(body, "earned");
  pack::unsigned_integer(body, 19);
  pack::string(body, "balance");
  pack::unsigned_integer(body, 12'345);
  pack::string(body, "tier");
  pack::string(body, "gold");
  pack::string(body, "seq");
  pack::unsigned_integer(body, 987'654);
  return {123'456, api::Result{std::move(body)}};
}

/// The keys and scalars of a flat map, as a strict decoder reads them.
bool read_flat(std::string_view params, std::uint64_t& sum) {
  codec::Reader reader(params);
  std::uint32_t count = 0;
  if (!reader.read_map(count)) return false;
  for (; count > 0; --count) {
    std::string_view key;
    std::string_view text;
    std::uint64_t number = 0;
    codec::Kind kind{};
    if (!reader.read(key) || !reader.peek(kind)) return false;
    const bool read = kind == codec::Kind::string    ? reader.read(text)
                      : kind == codec::Kind::integer ? reader.read(number)
                                                     : reader.skip();
    if (!read) return false;
    sum += key.size() + text.size() + number;
  }
  return reader.at_end();
}

void find_end_of_a_purchase(benchmark::State& state) {
  const std::string frame = purchase_frame(static_cast<std::uint64_t>(state.range(0)));
  for (auto _ : state) {
    std::size_t end = 0;
    benchmark::DoNotOptimize(codec::find_end(frame, bounds.elements, bounds.nesting, end));
    benchmark::DoNotOptimize(end);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(frame.size()));
}
BENCHMARK(find_end_of_a_purchase)->Arg(0)->Arg(3)->Arg(50);

void scan_a_purchase_byte_by_byte(benchmark::State& state) {
  const std::string frame = purchase_frame(static_cast<std::uint64_t>(state.range(0)));
  FrameScanner scanner(bounds);
  for (auto _ : state) {
    std::size_t end = 0;
    for (std::size_t size = 1; size <= frame.size(); ++size) {
      benchmark::DoNotOptimize(scanner.scan(std::string_view(frame).substr(0, size), end));
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(frame.size()));
}
BENCHMARK(scan_a_purchase_byte_by_byte)->Arg(3)->Arg(50);

void frames_of_a_read(benchmark::State& state) {
  std::string bytes;
  for (int i = 0; i < 64; ++i) bytes += purchase_frame(1);
  FrameScanner scanner(bounds);
  for (auto _ : state) {
    std::string_view rest = bytes;
    while (!rest.empty()) {
      std::size_t end = 0;
      if (scanner.scan(rest, end) != Verdict::complete) state.SkipWithError("not a frame");
      benchmark::DoNotOptimize(read_frame(rest.substr(0, end)));
      rest.remove_prefix(end);
    }
  }
  state.SetItemsProcessed(64 * state.iterations());
}
BENCHMARK(frames_of_a_read);

void read_the_params_of_a_purchase(benchmark::State& state) {
  const std::string frame = purchase_frame(1);
  const Frame parsed = read_frame(frame);
  const std::string_view params = get<Request>(parsed).params;
  std::uint64_t sum = 0;
  for (auto _ : state) {
    if (!read_flat(params, sum)) state.SkipWithError("not read");
    benchmark::DoNotOptimize(sum);
  }
}
BENCHMARK(read_the_params_of_a_purchase);

void check_utf8(benchmark::State& state) {
  const std::string text(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(codec::is_utf8(text));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(check_utf8)->Arg(8)->Arg(64)->Arg(1024);

void encode_replies_of_a_burst(benchmark::State& state) {
  const api::Reply reply = purchase_reply();
  std::string out;
  for (auto _ : state) {
    out.clear();
    for (int i = 0; i < 64; ++i) append_reply(out, reply, ErrorForm::triple);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(64 * state.iterations());
}
BENCHMARK(encode_replies_of_a_burst);

void encode_a_replayed_reply(benchmark::State& state) {
  api::Reply reply = purchase_reply();
  get<api::Result>(reply.outcome).replayed = true;
  std::string out;
  for (auto _ : state) {
    out.clear();
    append_reply(out, reply, ErrorForm::triple);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(encode_a_replayed_reply);

void encode_an_error(benchmark::State& state) {
  const api::Error error{.code = "INSUFFICIENT_POINTS",
                         .text = "the balance is 120 points, 500 were asked for",
                         .param = "points"};
  std::string out;
  for (auto _ : state) {
    out.clear();
    append_error(out, 123'456, error, ErrorForm::triple);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(encode_an_error);

}  // namespace
}  // namespace loyalty::net
