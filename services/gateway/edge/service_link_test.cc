// Links against gRPC's own server, and against peers that are none.
#include "services/gateway/edge/service_link.h"

#include <unistd.h>

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bangfu/operations/v1/operation_service.grpc.pb.h"
#include "boost/asio/co_spawn.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/use_future.hpp"
#include "boost/asio/write.hpp"
#include "common/status/grpc_status.h"
#include "common/status/refusal.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "services/gateway/edge/made_certificate.h"

namespace bangfu::edge {
namespace {

using operations::v1::GetOperationRequest;
using operations::v1::Operation;

// Does what the id that is asked for says.
class Made : public operations::v1::OperationService::Service {
 public:
  grpc::Status GetOperation(grpc::ServerContext* context, const GetOperationRequest* request,
                            Operation* answer) override {
    const std::string& id = request->operation_id();
    ++calls;
    if (id == "missing") return status::ToGrpc(status::Refuse(status::Reason::NOT_FOUND));
    if (id == "odd") return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "百分之 100% 不行\n");
    while (id == "slow" && !context->IsCancelled()) absl::SleepFor(absl::Milliseconds(20));
    if (id == "slow") cancelled = true;
    if (id == "large") answer->set_kind(std::string(3 << 20, 'x'));
    if (id == "too large") answer->set_kind(std::string(5 << 20, 'x'));
    answer->set_operation_id(id.substr(0, 100));
    answer->set_done_count(static_cast<int64_t>(id.size()));
    for (const auto& [key, value] : context->client_metadata()) {
      if (key == "authorization") answer->set_kind(answer->kind() + std::string(value.data(), value.size()));
    }
    return grpc::Status::OK;
  }

  std::atomic<int> calls{0};
  std::atomic<bool> cancelled{false};
};

class ServiceLinkTest : public testing::Test {
 protected:
  ServiceLinkTest() : address_(absl::StrCat("unix:/tmp/bangfu_link_test_", getpid())) {
    thread_ = std::thread([this] { loop_.run(); });
    link_ = std::make_shared<ServiceLink>(loop_.get_executor(), ServiceAddress{address_, {}});
  }

  ~ServiceLinkTest() override {
    if (server_ != nullptr) server_->Shutdown(absl::ToChronoTime(absl::Now()));
    asio::post(loop_, [this] { link_->Close(); });
    work_.reset();
    thread_.join();
  }

  void Serve() { server_ = Listen(address_, grpc::InsecureServerCredentials()); }

  std::unique_ptr<grpc::Server> Listen(const std::string& address, std::shared_ptr<grpc::ServerCredentials> credentials,
                                       int* port = nullptr) {
    grpc::ServerBuilder builder;
    builder.SetMaxSendMessageSize(-1);
    builder.SetSyncServerOption(grpc::ServerBuilder::CQ_TIMEOUT_MSEC, 100);  // else it may take ten seconds to end
    builder.AddListeningPort(address, std::move(credentials), port);
    builder.RegisterService(&made_);
    return builder.BuildAndStart();
  }

  std::future<absl::Status> Begin(const std::string& id, Operation* answer = nullptr,
                                  absl::Duration time = absl::Seconds(20)) {
    return asio::co_spawn(loop_, Ask(link_, id, answer, time, &abandon_), asio::use_future);
  }

  absl::Status Call(const std::string& id, Operation* answer = nullptr, absl::Duration time = absl::Seconds(20)) {
    return Begin(id, answer, time).get();
  }

  static asio::awaitable<absl::Status> Ask(std::shared_ptr<ServiceLink> link, std::string id, Operation* answer,
                                           absl::Duration time, std::atomic<bool>* abandon) {
    const Abandoned abandoned = [abandon] { return abandon->load(); };
    const CallTerms terms{"Bearer token", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                          absl::Now() + time};
    GetOperationRequest request;
    request.set_operation_id(id);
    Operation own;
    co_return co_await link->Call("/bangfu.operations.v1.OperationService/GetOperation", terms, request,
                                  answer == nullptr ? &own : answer, abandoned);
  }

  const std::string address_;
  Made made_;
  std::unique_ptr<grpc::Server> server_;
  asio::io_context loop_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{loop_.get_executor()};
  std::thread thread_;
  std::shared_ptr<ServiceLink> link_;
  std::atomic<bool> abandon_{false};
};

TEST_F(ServiceLinkTest, BringsRequestsAndAnswers) {
  Serve();
  Operation answer;
  ASSERT_EQ(Call("a", &answer), absl::OkStatus());
  EXPECT_EQ(answer.operation_id(), "a");
  EXPECT_EQ(answer.kind(), "Bearer token");
}

TEST_F(ServiceLinkTest, BringsRefusalsWithTheirDetails) {
  Serve();
  EXPECT_EQ(status::ReasonOf(Call("missing")), "NOT_FOUND");
  EXPECT_EQ(Call("odd"), absl::InvalidArgumentError("百分之 100% 不行\n"));
}

TEST_F(ServiceLinkTest, BringsMoreThanAWindowEitherWay) {
  Serve();
  Operation answer;
  ASSERT_EQ(Call(std::string(2 << 20, 'r'), &answer), absl::OkStatus());
  EXPECT_EQ(answer.done_count(), 2 << 20);
  ASSERT_EQ(Call("large", &answer), absl::OkStatus());
  EXPECT_EQ(answer.kind().size(), (3u << 20) + 12);
  EXPECT_EQ(status::ReasonOf(Call("too large")), "TOO_LARGE");
  EXPECT_EQ(Call("after"), absl::OkStatus());
}

TEST_F(ServiceLinkTest, ManyCallsShareTheConnection) {
  Serve();
  std::vector<std::future<absl::Status>> calls;
  std::vector<Operation> answers(2000);
  for (size_t i = 0; i < answers.size(); ++i) calls.push_back(Begin(absl::StrCat("call ", i), &answers[i]));
  for (size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(calls[i].get(), absl::OkStatus());
    EXPECT_EQ(answers[i].operation_id(), absl::StrCat("call ", i));
  }
}

TEST_F(ServiceLinkTest, EndsAtTheDeadlineOrWhenAbandoned) {
  Serve();
  EXPECT_EQ(Call("slow", nullptr, absl::Milliseconds(50)).code(), absl::StatusCode::kDeadlineExceeded);
  made_.cancelled = false;
  auto call = Begin("slow");
  while (made_.calls < 2) absl::SleepFor(absl::Milliseconds(5));
  abandon_ = true;
  EXPECT_EQ(call.get().code(), absl::StatusCode::kCancelled);
  for (int i = 0; i < 100 && !made_.cancelled; ++i) absl::SleepFor(absl::Milliseconds(20));
  EXPECT_TRUE(made_.cancelled) << "the service was not told";
}

TEST_F(ServiceLinkTest, ComesBackAfterTheService) {
  EXPECT_EQ(Call("nobody").code(), absl::StatusCode::kUnavailable);
  Serve();
  absl::SleepFor(absl::Milliseconds(150));
  EXPECT_EQ(Call("a"), absl::OkStatus());
  auto open = Begin("slow");
  while (made_.calls < 2) absl::SleepFor(absl::Milliseconds(5));
  server_->Shutdown(absl::ToChronoTime(absl::Now()));
  EXPECT_EQ(open.get().code(), absl::StatusCode::kUnavailable);
  server_.reset();
  EXPECT_EQ(Call("gone").code(), absl::StatusCode::kUnavailable);
  Serve();
  absl::Status back;
  for (int i = 0; i < 50; ++i) {
    back = Call("b");
    if (back.ok()) break;
    absl::SleepFor(absl::Milliseconds(50));
  }
  EXPECT_EQ(back, absl::OkStatus());
}

// A service that takes connections and then does as `speak` says.
class Stranger {
 public:
  explicit Stranger(std::string speech) : speech_(std::move(speech)), acceptor_(loop_, {asio::ip::tcp::v4(), 0}) {
    thread_ = std::thread([this] {
      error_code ignored;
      asio::ip::tcp::socket peer(loop_);
      acceptor_.accept(peer, ignored);
      asio::write(peer, asio::buffer(speech_), ignored);
      while (!stop_) absl::SleepFor(absl::Milliseconds(10));
    });
  }
  ~Stranger() {
    stop_ = true;
    thread_.join();
  }
  std::string address() const { return absl::StrCat("127.0.0.1:", acceptor_.local_endpoint().port()); }

 private:
  const std::string speech_;
  asio::io_context loop_;
  asio::ip::tcp::acceptor acceptor_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

TEST_F(ServiceLinkTest, SurvivesPeersThatSpeakNoHttp2) {
  const Stranger mute("");
  link_ = std::make_shared<ServiceLink>(loop_.get_executor(), ServiceAddress{mute.address(), {}});
  EXPECT_EQ(Call("a", nullptr, absl::Milliseconds(100)).code(), absl::StatusCode::kDeadlineExceeded);
  asio::post(loop_, [link = link_] { link->Close(); });

  const Stranger loud("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
  link_ = std::make_shared<ServiceLink>(loop_.get_executor(), ServiceAddress{loud.address(), {}});
  EXPECT_EQ(Call("a").code(), absl::StatusCode::kUnavailable);
}

TEST_F(ServiceLinkTest, KeepsDeadlinesWhileItConnects) {
  // A listener that takes no connection: its queue is full, so the kernel answers nothing.
  asio::ip::tcp::acceptor full(loop_, {asio::ip::tcp::v4(), 0}, false);
  full.listen(0);
  std::vector<asio::ip::tcp::socket> queued;
  for (int i = 0; i < 4; ++i) {
    queued.emplace_back(loop_);
    queued.back().async_connect(full.local_endpoint(), [](error_code) {});
  }
  absl::SleepFor(absl::Milliseconds(50));
  const std::string address = absl::StrCat("127.0.0.1:", full.local_endpoint().port());
  link_ = std::make_shared<ServiceLink>(loop_.get_executor(), ServiceAddress{address, {}});
  const absl::Time start = absl::Now();
  EXPECT_EQ(Call("a", nullptr, absl::Milliseconds(300)).code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_LT(absl::Now() - start, absl::Milliseconds(1500));

  link_ = std::make_shared<ServiceLink>(loop_.get_executor(), ServiceAddress{"unix:" + std::string(200, 'x'), {}});
  EXPECT_EQ(Call("a").code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Call("a").code(), absl::StatusCode::kUnavailable) << "and again";
}

TEST_F(ServiceLinkTest, KnowsItsServiceByCertificate) {
  const MadeCertificate own = MakeCertificate("localhost"), other = MakeCertificate("elsewhere");
  const rpc::TlsFiles files{PutFile("link.crt", own.certificate), PutFile("link.key", own.key),
                            PutFile("link.roots", own.certificate)};
  int port = 0;
  const auto server = Listen("localhost:0", rpc::ServerCredentials(files), &port);
  ASSERT_NE(server, nullptr);
  const std::string address = absl::StrCat("localhost:", port);
  link_ = std::make_shared<ServiceLink>(loop_.get_executor(), ServiceAddress{address, files});
  Operation answer;
  EXPECT_EQ(Call("a", &answer), absl::OkStatus());
  EXPECT_EQ(answer.operation_id(), "a");
  asio::post(loop_, [link = link_] { link->Close(); });

  rpc::TlsFiles strange = files;
  strange.roots = PutFile("other.roots", other.certificate);
  link_ = std::make_shared<ServiceLink>(loop_.get_executor(), ServiceAddress{address, strange});
  EXPECT_EQ(Call("a").code(), absl::StatusCode::kUnavailable) << "of an issuer that is not trusted";
  asio::post(loop_, [link = link_] { link->Close(); });

  link_ = std::make_shared<ServiceLink>(loop_.get_executor(), ServiceAddress{absl::StrCat("127.0.0.1:", port), files});
  EXPECT_EQ(Call("a").code(), absl::StatusCode::kUnavailable) << "of another name";
  EXPECT_EQ(made_.calls, 1);
}

}  // namespace
}  // namespace bangfu::edge
