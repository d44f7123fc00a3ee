// Sends one RPC over and over, a fixed number in flight, and prints the rate and the latencies.
//
//   bangfu-load --target unix:/path --method bangfu.registration.v1.HouseholdService.GetHousehold
//               --requests FILE --token FILE [--in-flight 32] [--seconds 5] [--connections 4] [--once]
//
// FILE holds one request a line as JSON; they are sent in turn, again and again until the time is up. With --once each
// is sent at most once, for requests that cannot be repeated.
// Prints one line of JSON: {"rate":…,"p50_us":…,"p99_us":…,"ok":…,"failed":…,"first_failure":"…"}.
//
// It speaks by the gateway's own session: the services' real caller, and the lightest, as pgbench is on the other side.
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/json_util.h"
#include "services/gateway/edge/call_session.h"
#include "tests/bench/contracts.h"

namespace bangfu::bench {
namespace {

constexpr size_t kBytesAtOnce = 64 * 1024;

[[noreturn]] void Fail(const std::string& why) {
  std::cerr << why << "\n";
  std::exit(2);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// As they travel.
std::vector<std::string> ReadRequests(const google::protobuf::MethodDescriptor& method, const std::string& path) {
  std::vector<std::string> requests;
  std::unique_ptr<google::protobuf::Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(method.input_type())->New());
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    message->Clear();
    auto parsed = google::protobuf::util::JsonStringToMessage(line, message.get());
    if (!parsed.ok()) Fail(parsed.ToString());
    requests.push_back(edge::Framed(*message));
  }
  return requests;
}

int Connect(absl::string_view target) {
  sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = {}};
  if (!absl::ConsumePrefix(&target, "unix:") || target.size() >= sizeof address.sun_path) Fail("not a socket's path");
  std::copy(target.begin(), target.end(), address.sun_path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) Fail("cannot connect");
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

struct Flight {
  edge::RemoteCall call;
  absl::Time start;
};

// What came of the calls.
struct Tally {
  std::vector<int> micros;  // of each that was answered
  int failed = 0;
  std::string first_failure;

  void Note(const Flight& flight, absl::Time now) {
    if (auto outcome = edge::OutcomeOf(flight.call); outcome.ok()) {
      micros.push_back(static_cast<int>(absl::ToInt64Microseconds(now - flight.start)));
    } else if (failed++ == 0) {
      first_failure = std::string(outcome.status().message());
    }
  }

  void Print(double seconds) {
    std::sort(micros.begin(), micros.end());
    auto at = [&](double share) {
      return micros.empty() ? 0 : micros[static_cast<size_t>(share * (micros.size() - 1))];
    };
    std::cout << absl::StrFormat(R"({"rate":%.0f,"p50_us":%d,"p99_us":%d,"ok":%d,"failed":%d,"first_failure":"%s"})",
                                 static_cast<double>(micros.size()) / seconds, at(0.5), at(0.99), micros.size(), failed,
                                 first_failure)
              << "\n";
  }
};

// Keeps the load going: each answer sends the next request. One thread, since the machine's other cores are the
// service's.
class Load {
 public:
  Load(std::string path, edge::CallTerms terms, std::vector<std::string> requests, bool once, absl::Time end)
      : path_(std::move(path)), terms_(std::move(terms)), requests_(std::move(requests)), once_(once), end_(end) {}

  Tally Run(absl::string_view target, int connections, int in_flight) {
    for (int i = 0; i < connections; ++i) lines_.push_back(std::make_unique<Line>(Connect(target)));
    for (int i = 0; i < in_flight; ++i) Begin(*lines_[i % lines_.size()], flights_.emplace_back());
    std::vector<pollfd> polled;
    while (open_ > 0) {
      polled.clear();
      for (auto& line : lines_) {
        Write(*line);
        polled.push_back({line->fd, static_cast<short>(line->unsent.empty() ? POLLIN : POLLIN | POLLOUT), 0});
      }
      poll(polled.data(), polled.size(), -1);
      for (size_t i = 0; i < polled.size(); ++i) {
        if (polled[i].revents & ~POLLOUT) Read(*lines_[i]);
      }
    }
    return std::move(tally_);
  }

 private:
  struct Line {
    explicit Line(int socket) : fd(socket) {}
    ~Line() { close(fd); }

    const int fd;
    edge::CallSession session{"localhost"};
    std::string unsent;
  };

  void Begin(Line& line, Flight& flight) {
    flight.start = absl::Now();
    if (flight.start >= end_ || (once_ && next_ >= requests_.size())) return;
    flight.call = {};
    flight.call.request = requests_[next_++ % requests_.size()];
    if (!line.session.Begin(path_, terms_, flight.start, &flight.call)) Fail("the service wants no more calls");
    ++open_;
  }

  void Write(Line& line) {
    for (;;) {
      if (line.unsent.empty()) line.unsent = line.session.Send(kBytesAtOnce, &ended_);
      if (line.unsent.empty()) break;
      ssize_t sent = send(line.fd, line.unsent.data(), line.unsent.size(), MSG_NOSIGNAL);
      if (sent < 0) break;
      line.unsent.erase(0, sent);
    }
    Renew(line);
  }

  void Read(Line& line) {
    ssize_t size = recv(line.fd, buffer_.data(), buffer_.size(), 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0 || !line.session.Receive({buffer_.data(), static_cast<size_t>(size)}, &ended_)) Fail("disconnected");
    Renew(line);
  }

  // Calls that have ended give way to new ones.
  void Renew(Line& line) {
    const absl::Time now = absl::Now();
    for (edge::RemoteCall* call : ended_) {
      auto& flight = *reinterpret_cast<Flight*>(call);
      --open_;
      tally_.Note(flight, now);
      Begin(line, flight);
    }
    ended_.clear();
  }

  const std::string path_;
  const edge::CallTerms terms_;
  const std::vector<std::string> requests_;
  const bool once_;
  const absl::Time end_;
  std::vector<std::unique_ptr<Line>> lines_;
  std::deque<Flight> flights_;  // each stays where it is
  std::vector<edge::RemoteCall*> ended_;
  std::string buffer_ = std::string(kBytesAtOnce, '\0');
  size_t next_ = 0;
  int open_ = 0;
  Tally tally_;
};

int Main(std::map<std::string, std::string> flags) {
  LinkContracts();
  const auto* method = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(flags["method"]);
  if (method == nullptr) Fail("no such method: " + flags["method"]);
  const absl::Time start = absl::Now();
  const absl::Time end = start + absl::Seconds(std::stod(flags["seconds"]));
  edge::CallTerms terms;
  std::string token = ReadFile(flags["token"]);
  terms.authorization = absl::StrCat("Bearer ", absl::StripSuffix(token, "\n"));
  terms.deadline = end + absl::Seconds(20);
  Load load(absl::StrCat("/", method->service()->full_name(), "/", method->name()), std::move(terms),
            ReadRequests(*method, flags["requests"]), flags.contains("once"), end);
  Tally tally = load.Run(flags["target"], std::stoi(flags["connections"]), std::stoi(flags["in-flight"]));
  tally.Print(absl::ToDoubleSeconds(absl::Now() - start));
  return 0;
}

}  // namespace
}  // namespace bangfu::bench

int main(int argc, char** argv) {
  std::map<std::string, std::string> flags = {{"in-flight", "32"}, {"seconds", "5"}, {"connections", "4"}};
  for (int i = 1; i < argc; ++i) {
    const char* name = argv[i] + 2;
    if (std::strcmp(name, "once") == 0) {
      flags[name] = "1";
    } else if (i + 1 < argc) {
      flags[name] = argv[++i];
    }
  }
  return bangfu::bench::Main(flags);
}
