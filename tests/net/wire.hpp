// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// Words for tests that speak to a server byte by byte.
namespace loyalty::net {

constexpr std::chrono::seconds patience{20};

/// "93 00 a1" -> three bytes; what stands in 'quotes' is taken as it is.
std::string hex(std::string_view text);

/// One or more MessagePack values as readable text, one per element.
std::vector<std::string> texts_of(std::string_view bytes);

/// [0, msgid, method, [{}]]
std::string call_bytes(std::uint32_t msgid, std::string_view method);

/// Waits, without sleeping, until `holds`; false when patience ends.
bool eventually(const std::function<bool()>& holds);

/// A blocking socket on loopback.
class RawSocket {
 public:
  explicit RawSocket(std::uint16_t port, int receive_buffer_bytes = 0,
                     std::string_view from = "127.0.0.1");
  ~RawSocket();
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;

  bool is_connected() const { return connected_; }
  /// False when the server does not take it any more.
  bool write(std::string_view bytes);
  void end_input();
  /// Closes with a reset instead of an orderly end.
  void reset();

  /// The next `count` messages as text; fewer when the connection ends before.
  std::vector<std::string> read(std::size_t count);
  /// All that comes until the server closes; ends with "still open" when it does not.
  std::vector<std::string> read_to_end();
  /// Whether input or the end comes within `time`.
  bool wait_readable(std::chrono::milliseconds time) const;

 private:
  bool receive();

  int fd_ = -1;
  bool connected_ = false;
  bool open_ = true;
  std::string received_;
};

}  // namespace loyalty::net
