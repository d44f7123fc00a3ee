// Sends one RPC over and over, a fixed number in flight, and prints the rate and the latencies.
//
//   bangfu-load --target unix:/path --method bangfu.registration.v1.HouseholdService.GetHousehold
//               --requests FILE --token FILE [--in-flight 32] [--seconds 5] [--channels 4] [--once]
//
// FILE holds one request a line as JSON; they are sent in turn, again and again until the time is up. With --once each
// is sent at most once, for requests that cannot be repeated.
// Prints one line of JSON: {"rate":…,"p50_us":…,"p99_us":…,"ok":…,"failed":…,"first_failure":"…"}.
#include <algorithm>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/json_util.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "tests/bench/contracts.h"

namespace bangfu::bench {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::vector<grpc::ByteBuffer> ReadRequests(const google::protobuf::MethodDescriptor& method, const std::string& path) {
  std::vector<grpc::ByteBuffer> buffers;
  std::unique_ptr<google::protobuf::Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(method.input_type())->New());
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    message->Clear();
    auto parsed = google::protobuf::util::JsonStringToMessage(line, message.get());
    if (!parsed.ok()) {
      std::cerr << parsed.ToString() << "\n";
      std::exit(2);
    }
    grpc::Slice slice(message->SerializeAsString());
    buffers.emplace_back(&slice, 1);
  }
  return buffers;
}

// Keeps the load going: each answer sends the next request.
class Load {
 public:
  Load(std::string path, std::string token, std::vector<grpc::ByteBuffer> requests, bool once, absl::Time end)
      : path_(std::move(path)),
        authorization_("Bearer " + token),
        requests_(std::move(requests)),
        once_(once),
        end_(end) {}

  // One thread sends and receives: the machine's other cores are the service's.
  void Run(const std::vector<std::unique_ptr<grpc::GenericStub>>& stubs, int in_flight) {
    for (int i = 0; i < in_flight; ++i) Send(*stubs[i % stubs.size()]);
    void* tag = nullptr;
    for (bool ok = false; open_ > 0 && queue_.Next(&tag, &ok);) {
      std::unique_ptr<Flight> flight(static_cast<Flight*>(tag));
      --open_;
      Note(*flight);
      Send(flight->stub);
    }
  }

  void Print(double seconds) {
    std::sort(micros_.begin(), micros_.end());
    auto at = [&](double share) {
      return micros_.empty() ? 0 : micros_[static_cast<size_t>(share * (micros_.size() - 1))];
    };
    std::cout << absl::StrFormat(R"({"rate":%.0f,"p50_us":%d,"p99_us":%d,"ok":%d,"failed":%d,"first_failure":"%s"})",
                                 static_cast<double>(micros_.size()) / seconds, at(0.5), at(0.99), micros_.size(),
                                 failed_, first_failure_)
              << "\n";
  }

 private:
  struct Flight {
    grpc::GenericStub& stub;
    absl::Time start = absl::Now();
    grpc::ClientContext context;
    grpc::ByteBuffer response;
    grpc::Status status;
    std::unique_ptr<grpc::GenericClientAsyncResponseReader> call;
  };

  void Send(grpc::GenericStub& stub) {
    if (absl::Now() >= end_ || (once_ && next_ >= requests_.size())) return;
    auto* flight = new Flight{stub};
    flight->context.AddMetadata("authorization", authorization_);
    flight->context.set_deadline(absl::ToChronoTime(end_ + absl::Seconds(20)));
    flight->call = stub.PrepareUnaryCall(&flight->context, path_, requests_[next_++ % requests_.size()], &queue_);
    flight->call->StartCall();
    flight->call->Finish(&flight->response, &flight->status, flight);
    ++open_;
  }

  void Note(const Flight& flight) {
    if (flight.status.ok()) {
      micros_.push_back(static_cast<int>(absl::ToInt64Microseconds(absl::Now() - flight.start)));
    } else if (failed_++ == 0) {
      first_failure_ = flight.status.error_message();
    }
  }

  const std::string path_;
  const std::string authorization_;
  std::vector<grpc::ByteBuffer> requests_;
  const bool once_;
  const absl::Time end_;
  grpc::CompletionQueue queue_;
  size_t next_ = 0;
  std::vector<int> micros_;
  int open_ = 0;
  int failed_ = 0;
  std::string first_failure_;
};

int Main(std::map<std::string, std::string> flags) {
  LinkContracts();
  const auto* method = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(flags["method"]);
  if (method == nullptr) {
    std::cerr << "no such method: " << flags["method"] << "\n";
    return 2;
  }
  const int in_flight = std::stoi(flags["in-flight"]);
  const double seconds = std::stod(flags["seconds"]);
  auto requests = ReadRequests(*method, flags["requests"]);
  std::string token = ReadFile(flags["token"]);
  while (!token.empty() && token.back() == '\n') token.pop_back();

  std::vector<std::unique_ptr<grpc::GenericStub>> stubs;
  for (int i = 0; i < std::stoi(flags["channels"]); ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt("bench.channel", i);  // a connection of its own
    arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
    arguments.SetInt(GRPC_ARG_ENABLE_CHANNELZ, 0);
    arguments.SetInt(GRPC_ARG_MINIMAL_STACK, 1);
    stubs.push_back(std::make_unique<grpc::GenericStub>(
        grpc::CreateCustomChannel(flags["target"], grpc::InsecureChannelCredentials(), arguments)));
  }
  const absl::Time start = absl::Now();
  Load load(absl::StrCat("/", method->service()->full_name(), "/", method->name()), token, std::move(requests),
            flags.contains("once"), start + absl::Seconds(seconds));
  load.Run(stubs, in_flight);
  load.Print(absl::ToDoubleSeconds(absl::Now() - start));
  return 0;
}

}  // namespace
}  // namespace bangfu::bench

int main(int argc, char** argv) {
  std::map<std::string, std::string> flags = {{"in-flight", "32"}, {"seconds", "5"}, {"channels", "4"}};
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
