// SPDX-License-Identifier: Apache-2.0
// What the machine allows: one Asio thread that runs hand-written rules on what a read brought, and
// one thread that keeps whatever gathered while it kept the last group. A limit to be compared
// with, not a server: it checks nothing, has no snapshots, loses its keys never, and cannot be
// started again on its journal.
//
//   limit_probe JOURNAL FOLDER PORT
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/write.hpp>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "bench/baselines/limit/journal.hpp"
#include "bench/baselines/limit/plain_codec.hpp"
#include "bench/baselines/limit/w1_core.hpp"

namespace loyalty::bench::w1 {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Bytes = std::vector<char>;

constexpr std::uint32_t members = 100'000;
constexpr std::size_t keys = std::size_t{1} << 26U;  // so many that no run meets a rehash

class Connection;

/// Records and the answers that wait for them.
struct Group {
  Bytes records;
  std::vector<std::pair<std::shared_ptr<Connection>, Bytes>> answers;
  bool empty() const { return records.empty() && answers.empty(); }
};

class Probe {
 public:
  Probe(std::unique_ptr<Journal> journal, std::uint16_t port);
  void run();

  bool answers_wait() const { return journal_ && journal_->waits(); }
  /// Runs all whole requests of `bytes`; returns the size of what is left.
  std::size_t run_requests(std::string_view bytes, Bytes& answers);
  void gathered(const std::shared_ptr<Connection>& connection);
  /// Hands the gathered group over when the keeper is free.
  void pump();

 private:
  void run_batch(const Request* requests, const Hash* keys_of, const Hash* members_of,
                 std::size_t count, Bytes& answers);
  void accept();
  void keep_groups();

  asio::io_context io_{1};
  Core core_{members, keys};
  std::unique_ptr<Journal> journal_;
  tcp::acceptor acceptor_;  // last: who is let in is served
  Group gathering_;
  bool keeping_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  Group handed_over_;
  bool has_work_ = false;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, Probe& probe) : socket_(std::move(socket)), probe_(probe) {}

  void read() {
    socket_.async_read_some(asio::buffer(in_.data() + size_, in_.size() - size_),
                            [me = shared_from_this()](auto error, std::size_t count) {
                              if (error) return;
                              me->size_ += count;
                              me->process();
                              me->read();
                            });
  }
  void write() {
    if (writing_ || out_.empty()) return;
    writing_ = true;
    sending_.swap(out_);
    out_.clear();
    asio::async_write(socket_, asio::buffer(sending_),
                      [me = shared_from_this()](auto error, std::size_t) {
                        me->writing_ = false;
                        if (!error) me->write();
                      });
  }
  void release(const Bytes& answers) {
    out_.insert(out_.end(), answers.begin(), answers.end());
    write();
  }
  Bytes take_held() {
    listed_ = false;
    return std::exchange(held_, {});
  }

 private:
  void process() {
    Bytes& to = probe_.answers_wait() ? held_ : out_;
    const std::size_t left = probe_.run_requests({in_.data(), size_}, to);
    if (left > 0) std::memmove(in_.data(), in_.data() + size_ - left, left);
    size_ = left;
    if (!probe_.answers_wait()) {
      write();
    } else if (!held_.empty() && !listed_) {
      listed_ = true;
      probe_.gathered(shared_from_this());
    }
    probe_.pump();
  }

  tcp::socket socket_;
  Probe& probe_;
  Bytes in_ = Bytes(1U << 17U);
  std::size_t size_ = 0;
  Bytes out_;
  Bytes sending_;
  Bytes held_;
  bool listed_ = false;
  bool writing_ = false;
};

Probe::Probe(std::unique_ptr<Journal> journal, std::uint16_t port)
    : journal_(std::move(journal)), acceptor_(io_, {asio::ip::make_address("127.0.0.1"), port}) {}

void Probe::run_batch(const Request* requests, const Hash* keys_of, const Hash* members_of,
                      std::size_t count, Bytes& answers) {
  for (std::size_t i = 0; i < count; ++i) core_.prefetch_member(members_of[i].a);
  for (std::size_t i = 0; i < count; ++i) core_.prefetch_lots(members_of[i].a);
  const std::size_t before = answers.size();
  answers.resize(before + count * largest_reply);
  char* at = answers.data() + before;
  for (std::size_t i = 0; i < count; ++i) {
    const Request& request = requests[i];
    const std::uint32_t member = core_.find(request.member, members_of[i].a);
    const auto amount = static_cast<std::int32_t>(request.amount);
    const auto day = static_cast<std::int32_t>(request.day);
    Record record;
    Answer answer;
    if (request.kind == Request::Kind::purchase) {
      answer = core_.purchase(keys_of[i], member, amount, request.partner % partners, day, record);
    } else if (request.kind == Request::Kind::redeem) {
      answer = core_.redeem(keys_of[i], member, amount, day, record);
    } else {
      answer = core_.query(member);
    }
    if (record.sequence > 0 && journal_) {
      Bytes& log = gathering_.records;
      const std::size_t begin = log.size();
      log.resize(begin + sizeof(record) + request.key.size() + request.member.size());
      std::memcpy(&log[begin], &record, sizeof(record));
      std::memcpy(&log[begin + sizeof(record)], request.key.data(), request.key.size());
      std::memcpy(&log[begin + sizeof(record) + request.key.size()], request.member.data(),
                  request.member.size());
    }
    at = put_reply(at, request.id, answer);
  }
  answers.resize(static_cast<std::size_t>(at - answers.data()));
}

std::size_t Probe::run_requests(std::string_view bytes, Bytes& answers) {
  constexpr std::size_t batch = 64;
  std::array<Request, batch> requests;
  std::array<Hash, batch> keys_of;
  std::array<Hash, batch> members_of;
  for (bool more = true; more;) {
    std::size_t count = 0;
    for (; count < batch; ++count) {
      const std::size_t size = parse(bytes, requests[count]);
      if (size == 0) {
        more = false;
        break;
      }
      bytes.remove_prefix(size);
      keys_of[count] = hash_of(requests[count].key);
      members_of[count] = hash_of(requests[count].member);
      core_.prefetch_index(members_of[count].a, keys_of[count]);
    }
    run_batch(requests.data(), keys_of.data(), members_of.data(), count, answers);
  }
  return bytes.size();
}

void Probe::gathered(const std::shared_ptr<Connection>& connection) {
  gathering_.answers.emplace_back(connection, Bytes());
}

void Probe::pump() {
  if (keeping_ || !journal_ || gathering_.empty()) return;
  keeping_ = true;
  for (auto& [connection, answers] : gathering_.answers) answers = connection->take_held();
  {
    const std::lock_guard lock(mutex_);
    std::swap(handed_over_, gathering_);
    has_work_ = true;
  }
  gathering_ = {};
  wake_.notify_one();
}

void Probe::keep_groups() {
  while (true) {
    auto group = std::make_shared<Group>();
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return has_work_; });
      std::swap(*group, handed_over_);
      has_work_ = false;
    }
    if (!group->records.empty()) journal_->keep({group->records.data(), group->records.size()});
    asio::post(io_, [this, group] {
      for (const auto& [connection, answers] : group->answers) connection->release(answers);
      keeping_ = false;
      pump();
    });
  }
}

void Probe::accept() {
  acceptor_.async_accept([this](auto error, tcp::socket socket) {
    if (error) return;
    socket.set_option(tcp::no_delay(true));
    std::make_shared<Connection>(std::move(socket), *this)->read();
    accept();
  });
}

void Probe::run() {
  std::thread([this] { keep_groups(); }).detach();
  accept();
  asio::signal_set signals(io_, SIGTERM, SIGINT);
  // The keeper has no end of its own.
  signals.async_wait([](auto, int) { std::_Exit(0); });
  io_.run();
}

}  // namespace
}  // namespace loyalty::bench::w1

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "Usage: limit_probe JOURNAL FOLDER PORT\n");
    return 2;
  }
  const auto port = static_cast<std::uint16_t>(std::atoi(argv[3]));
  loyalty::bench::w1::Probe(loyalty::bench::w1::make_journal(argv[1], argv[2]), port).run();
}
