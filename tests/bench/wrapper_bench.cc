// What the wrapper costs a call: the same method called through the dispatcher's checks and without them, in one
// process and without a transport, so that nothing else is in the figure.
#include <fcntl.h>

#include "absl/time/clock.h"
#include "benchmark/benchmark.h"
#include "common/api/mask.h"
#include "common/api/validate.h"
#include "common/log/log.h"
#include "common/testing/test_server.h"
#include "tests/probe/probe_service.h"

namespace bangfu::bench {
namespace {

probe::v1::EchoRequest Request() {
  probe::v1::EchoRequest request;
  request.set_area("150526100201");
  request.set_text("入户走访");
  request.set_phone("13900000000");
  return request;
}

rpc::MethodRule& Rule() {
  static auto* rule = new rpc::MethodRule(*rpc::MethodRule::Of(
      *google::protobuf::DescriptorPool::generated_pool()->FindMethodByName("bangfu.probe.v1.ProbeService.Echo")));
  return *rule;
}

probe::v1::Probe Method(const probe::v1::EchoRequest& request) {
  probe::v1::Probe probe;
  probe.set_area(request.area());
  probe.set_text(request.text());
  probe.set_phone(request.phone());
  return probe;
}

void BM_Bare(benchmark::State& state) {
  const auto request = Request();
  for (auto _ : state) benchmark::DoNotOptimize(Method(request));
}
BENCHMARK(BM_Bare);

// Token, access, validation, authorisation, masking, metrics and the log line.
void BM_Wrapped(benchmark::State& state) {
  log::Configure({.service = "bench", .output = open("/dev/null", O_WRONLY)});
  testing::TokenMint mint;
  const std::string token = mint.Token("bench", options::v1::REGISTRAR, {150526000000});
  rpc::DispatcherOptions options;
  options.verifier = &mint.verifier();
  options.read_workers = options.write_workers = options.bulk_workers = 1;
  rpc::Dispatcher dispatcher(options);
  const auto request = Request();
  for (auto _ : state) {
    const absl::Time start = absl::Now();
    auto caller = mint.verifier().Verify(token, start);
    auto call = std::make_shared<rpc::Call>(Rule(), *caller, start, start + absl::Seconds(10), rpc::TraceIdOf(""));
    absl::Status status = dispatcher.CheckRequest(*call, request);
    probe::v1::Probe response;
    if (status.ok()) {
      status = dispatcher.Guard(
          *call,
          [&] {
            absl::Status authorised = call->Authorise(150526100201);
            response = Method(request);
            return authorised;
          },
          &response);
    }
    benchmark::DoNotOptimize(dispatcher.Complete(*call, start, status));
  }
}
BENCHMARK(BM_Wrapped);

}  // namespace
}  // namespace bangfu::bench

BENCHMARK_MAIN();
