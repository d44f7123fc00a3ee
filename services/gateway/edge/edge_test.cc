// The whole entry in one process: real sockets, and a made service behind it on a unix socket.
#include <openssl/ssl.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <mutex>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "bangfu/operations/v1/file.pb.h"
#include "bangfu/operations/v1/operation_service.grpc.pb.h"
#include "bangfu/registration/v1/household_service.grpc.pb.h"
#include "bangfu/registration/v1/import_service.grpc.pb.h"
#include "common/auth/token.h"
#include "common/crypto/digest.h"
#include "common/crypto/encode.h"
#include "common/ids/record_id.h"
#include "common/status/grpc_status.h"
#include "common/status/refusal.h"
#include "gmock/gmock.h"
#include "grpc/health/v1/health_service.grpc.pb.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "services/gateway/edge/made_certificate.h"
#include "services/gateway/edge/raw_http.h"
#include "services/gateway/edge/server.h"

namespace bangfu::edge {
namespace {

using grpc::ServerContext;
using nlohmann::json;
using operations::v1::Operation;
using operations::v1::OperationService;

std::atomic<bool> signed_out{false};  // the session of "leaver"

// What one test wants to happen is told by the id that is asked for.
class MadeOperations : public OperationService::Service {
 public:
  grpc::Status GetOperation(ServerContext* context, const operations::v1::GetOperationRequest* request,
                            Operation* answer) override {
    {
      std::lock_guard lock(mutex);
      metadata.clear();
      for (const auto& [key, value] : context->client_metadata()) {
        metadata[std::string(key.data(), key.size())] = std::string(value.data(), value.size());
      }
    }
    const std::string& id = request->operation_id();
    ++calls;
    if (id == "slow") {
      for (int i = 0; i < 100 && !context->IsCancelled(); ++i) absl::SleepFor(absl::Milliseconds(100));
      cancelled = context->IsCancelled();
    }
    if (id == "missing") return status::ToGrpc(status::Refuse(status::Reason::NOT_FOUND));
    if (id == "last") signed_out = true;
    if (id == "leaky") return grpc::Status(grpc::StatusCode::INTERNAL, "SELECT * FROM household");
    answer->set_operation_id(id);
    answer->set_kind(id == "large" ? std::string(4000, 'x') : "register-import");
    answer->set_state(Operation::RUNNING);
    answer->set_done_count(9007199254740993);
    return grpc::Status::OK;
  }

  grpc::Status WatchOperation(ServerContext* context, const operations::v1::WatchOperationRequest* request,
                              grpc::ServerWriter<Operation>* writer) override {
    if (request->operation_id() == "missing") return status::ToGrpc(status::Refuse(status::Reason::NOT_FOUND));
    Operation operation;
    for (int i = 1; i <= 3; ++i) {
      operation.set_done_count(i);
      if (!writer->Write(operation)) break;
    }
    while (request->operation_id() == "ticking" && writer->Write(operation)) absl::SleepFor(absl::Milliseconds(20));
    if (request->operation_id() == "broken") return status::ToGrpc(status::Refuse(status::Reason::UNAVAILABLE));
    while (request->operation_id() == "endless" && !context->IsCancelled()) absl::SleepFor(absl::Milliseconds(20));
    if (request->operation_id() == "endless") cancelled = true;
    return grpc::Status::OK;
  }

  std::mutex mutex;
  std::map<std::string, std::string> metadata;
  std::atomic<bool> cancelled{false};
  std::atomic<int> calls{0};
};

class MadeImports : public registration::v1::ImportService::Service {
 public:
  grpc::Status UploadImportFile(ServerContext*, grpc::ServerReader<registration::v1::UploadImportFileRequest>* reader,
                                registration::v1::ImportFile* answer) override {
    registration::v1::UploadImportFileRequest request;
    for (bool first = true; reader->Read(&request); first = false) {
      ++pieces;
      if (first) name = request.file_name();
      EXPECT_EQ(first, !request.import_id().empty());
      bytes += request.content().data().size();
      if (name == "refused") return status::ToGrpc(status::Refuse(status::Reason::OVERLOADED));
    }
    return grpc::Status::OK;
  }

  grpc::Status ExportRegister(ServerContext*, const registration::v1::ExportRegisterRequest* request,
                              grpc::ServerWriter<google::api::HttpBody>* writer) override {
    google::api::HttpBody piece;
    piece.set_content_type("text/csv");
    if (request->table() == "AC01") {
      operations::v1::FileName name;
      name.set_name("户册.csv");
      piece.add_extensions()->PackFrom(name);
    }
    for (int i = 0; i < 50; ++i) {
      piece.set_data(std::string(10'000, static_cast<char>('a' + i % 26)));
      writer->Write(piece);
    }
    if (request->area() == "000000000000") return grpc::Status(grpc::StatusCode::INTERNAL, "");
    return grpc::Status::OK;
  }

  std::string name;
  std::atomic<int> pieces{0};
  std::atomic<size_t> bytes{0};
};

class MadeHouseholds : public registration::v1::HouseholdService::Service {
 public:
  grpc::Status GetHousehold(ServerContext*, const registration::v1::GetHouseholdRequest* request,
                            registration::v1::Household* answer) override {
    answer->set_household_id(request->household_id());
    answer->set_etag("\"e.1\"");
    return grpc::Status::OK;
  }
};

class MadeHealth : public grpc::health::v1::Health::Service {
 public:
  grpc::Status Check(ServerContext*, const grpc::health::v1::HealthCheckRequest*,
                     grpc::health::v1::HealthCheckResponse* answer) override {
    answer->set_status(grpc::health::v1::HealthCheckResponse::SERVING);
    return grpc::Status::OK;
  }
};

absl::StatusOr<std::shared_ptr<const auth::Caller>> Verify(absl::string_view token, absl::Time now) {
  auto caller = std::make_shared<auth::Caller>();
  caller->subject = std::string(token);
  caller->expire_time = now + absl::Minutes(5);
  if (token == "leaver" && signed_out) return status::Refuse(status::Reason::UNAUTHENTICATED);
  if (token == "registrar" || token == "greedy" || token == "department" || token == "leaver") {
    if (token == "department") caller->calls_per_minute = 6;
    caller->grants.push_back({options::v1::REGISTRAR, {}});
  } else if (token == "bound") {
    caller->certificate = crypto::HexEncode(crypto::Sha256("certificate"));
    caller->grants.push_back({options::v1::REGISTRAR, {}});
  } else if (token == "helper") {
    caller->grants.push_back({options::v1::HELPER, {}});
  } else if (token == "newcomer") {
    caller->grants.push_back({options::v1::REGISTRAR, {}});
    caller->password_change_only = true;
  } else {
    return auth::RefuseToken("signature");
  }
  return caller;
}

constexpr char kRegistrar[] = "Authorization: Bearer registrar\r\n";

class EdgeTest : public testing::Test {
 protected:
  void SetUp() override {
    socket_ = absl::StrCat("unix:/tmp/bangfu_edge_test_", getpid());
    grpc::ServerBuilder builder;
    builder.AddListeningPort(socket_, grpc::InsecureServerCredentials());
    builder.RegisterService(&operations_);
    builder.RegisterService(&imports_);
    builder.RegisterService(&households_);
    builder.RegisterService(&health_);
    upstream_ = builder.BuildAndStart();
    ASSERT_NE(upstream_, nullptr);
    Start(EdgeOptions());
  }

  void Start(EdgeOptions options) {
    edge_.reset();
    options.admission.verify = Verify;
    options.grpc_address = "127.0.0.1:0";
    options.upstreams = {{"registration", {socket_, {}}}, {"fund", {"unix:/tmp/bangfu_nobody", {}}}};
    options.http.header_time = absl::Milliseconds(500);
    options.heartbeat = absl::Seconds(1);
    options.observe = [this](const RequestRecord& record) {
      std::lock_guard lock(mutex_);
      records_.push_back(absl::StrCat(record.protocol, " ", record.method, " ", record.code, " ", record.subject));
      if (record.forwarded) return;
      refused_.push_back(absl::StrCat(record.reason, " ", record.subject, " ", record.source));
      for (absl::string_view more :
           {record.detail, absl::string_view(record.asked.record), absl::string_view(record.asked.area)}) {
        if (!more.empty()) absl::StrAppend(&refused_.back(), " ", more);
      }
    };
    auto edge = Edge::Start(std::move(options), {&health_});
    ASSERT_TRUE(edge.ok()) << edge.status();
    edge_ = *std::move(edge);
  }

  void TearDown() override {
    edge_.reset();
    if (upstream_ != nullptr) upstream_->Shutdown(absl::ToChronoTime(absl::Now()));
  }

  RawAnswer Ask(absl::string_view verb, absl::string_view target, absl::string_view headers = kRegistrar,
                absl::string_view body = "") {
    return RawHttp(edge_->http_port()).Ask(verb, target, headers, body);
  }

  static std::string ReasonIn(const RawAnswer& answer) {
    json body = json::parse(answer.body, nullptr, false);
    return body.is_discarded() ? "no JSON" : body["error"].value("reason", "");
  }

  size_t Records() {
    std::lock_guard lock(mutex_);
    return records_.size();
  }

  std::string socket_;
  MadeOperations operations_;
  MadeImports imports_;
  MadeHouseholds households_;
  MadeHealth health_;
  std::unique_ptr<grpc::Server> upstream_;
  std::mutex mutex_;
  std::vector<std::string> records_;
  std::vector<std::string> refused_;  // by the entry itself
  std::unique_ptr<Edge> edge_;
};

TEST_F(EdgeTest, AnswersAGoodCall) {
  RawAnswer answer = Ask("GET", "/v1/services/registration/operations/150526-a",
                         absl::StrCat(kRegistrar,
                                      "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
                                      "X-User-Id: root\r\nX-Forwarded-For: 1.2.3.4\r\n"));
  ASSERT_EQ(answer.status, 200) << answer.body;
  json body = json::parse(answer.body);
  EXPECT_EQ(body["operationId"], "150526-a");
  EXPECT_EQ(body["doneCount"], "9007199254740993");
  EXPECT_EQ(body["totalCount"], "0");
  EXPECT_EQ(body["state"], "RUNNING");
  EXPECT_EQ(answer.headers["trace-id"], "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(answer.headers["x-content-type-options"], "nosniff");
  std::lock_guard lock(operations_.mutex);
  EXPECT_EQ(operations_.metadata["authorization"], "Bearer registrar");
  EXPECT_TRUE(absl::StartsWith(operations_.metadata["traceparent"], "00-0af7651916cd43dd8448eb211c80319c-"));
  EXPECT_EQ(operations_.metadata.count("x-user-id"), 0u);
  EXPECT_EQ(operations_.metadata.count("x-forwarded-for"), 0u);
  // The record is made after the answer has left.
  for (int i = 0; i < 50 && Records() == 0; ++i) absl::SleepFor(absl::Milliseconds(20));
  std::lock_guard records(mutex_);
  ASSERT_EQ(records_.size(), 1u);
  EXPECT_EQ(records_[0], "http bangfu.operations.v1.OperationService.GetOperation OK registrar");
}

TEST_F(EdgeTest, RefusesWithTheRightStatus) {
  struct Case {
    const char* verb;
    const char* target;
    std::string headers;
    std::string body;
    int status;
    const char* reason;
  };
  const std::string household = "/v1/households/150526-a";
  const Case cases[] = {
      {"GET", "/v1/nothing", kRegistrar, "", 404, "NOT_FOUND"},
      {"GET", "/", "", "", 404, "NOT_FOUND"},
      {"DELETE", "/v1/areas", kRegistrar, "", 405, "METHOD_NOT_ALLOWED"},
      {"GET", "/v1/services/registration/operations/a", "", "", 401, "UNAUTHENTICATED"},
      {"GET", "/v1/services/registration/operations/a", "Authorization: Bearer forged\r\n", "", 401, "UNAUTHENTICATED"},
      {"GET", "/v1/services/registration/operations/a", "Authorization: Basic cmVnaXN0cmFy\r\n", "", 401,
       "UNAUTHENTICATED"},
      {"GET", "/v1/services/registration/operations/a", "Authorization: Bearer helper\r\n", "", 403,
       "PERMISSION_DENIED"},
      {"GET", "/v1/services/registration/operations/a", "Authorization: Bearer newcomer\r\n", "", 400,
       "PASSWORD_CHANGE_REQUIRED"},
      {"GET", "/v1/services/nobody/operations/a", kRegistrar, "", 404, "NOT_FOUND"},
      {"GET", "/v1/services/fund/operations/a", kRegistrar, "", 503, "UNAVAILABLE"},
      {"GET", "/v1/services/registration/operations/missing", kRegistrar, "", 404, "NOT_FOUND"},
      {"GET", "/v1/services/registration/operations/leaky", kRegistrar, "", 500, "INTERNAL"},
      {"GET", "/v1/services/registration/operations/a?x=1", kRegistrar, "", 400, "MALFORMED_REQUEST"},
      {"GET", "/v1/services/registration/operations/a", absl::StrCat(kRegistrar, "Grpc-Timeout: soon\r\n"), "", 400,
       "MALFORMED_REQUEST"},
      {"PATCH", household.c_str(), kRegistrar, "{\"nothing\":1}", 400, "MALFORMED_REQUEST"},
      {"PATCH", household.c_str(), kRegistrar, "{\"area\":\"\x80\"}", 400, "MALFORMED_REQUEST"},
      {"PATCH", household.c_str(), kRegistrar, "{\"area\":" + std::string(40, '[') + std::string(40, ']') + "}", 400,
       "MALFORMED_REQUEST"},
      {"PATCH", household.c_str(), absl::StrCat(kRegistrar, "Content-Type: text/xml\r\n"), "<a/>", 415,
       "MALFORMED_REQUEST"},
      {"PATCH", household.c_str(), kRegistrar, "{\"area\":\"" + std::string(1 << 20, 'a') + "\"}", 413, "TOO_LARGE"},
      {"PATCH", household.c_str(), kRegistrar, "{\"area\":\"1\"}", 501, "UNIMPLEMENTED"},
  };
  for (const Case& c : cases) {
    RawAnswer answer = Ask(c.verb, c.target, c.headers, c.body);
    EXPECT_EQ(answer.status, c.status) << c.target << answer.body;
    EXPECT_EQ(ReasonIn(answer), c.reason) << c.target << answer.body;
    EXPECT_EQ(answer.headers["trace-id"].size(), 32u);
    EXPECT_FALSE(absl::StrContains(answer.body, "SELECT"));
  }
}

TEST_F(EdgeTest, ServesSeveralRequestsOnAConnection) {
  RawHttp connection(edge_->http_port());
  std::string one =
      absl::StrCat("GET /v1/services/registration/operations/a HTTP/1.1\r\nHost: t\r\n", kRegistrar, "\r\n");
  std::string two = absl::StrCat("GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n");
  ASSERT_TRUE(connection.Send(one + two + one));
  EXPECT_TRUE(absl::StrContains(connection.Receive().body, "operationId"));
  EXPECT_EQ(connection.Receive().body, "ok\n");
  EXPECT_EQ(connection.Receive().status, 200);
  // A refusal leaves the connection in order.
  EXPECT_EQ(connection.Ask("PATCH", "/v1/households/a", "", "{}").status, 401);
  EXPECT_EQ(connection.Ask("GET", "/healthz", "Connection: close\r\n").headers["connection"], "close");
  EXPECT_TRUE(connection.ClosedWithin(absl::Seconds(3)));
}

TEST_F(EdgeTest, ReadsBodiesInPieces) {
  RawHttp connection(edge_->http_port());
  connection.Send(absl::StrCat("PATCH /v1/households/150526-a HTTP/1.1\r\nHost: t\r\n", kRegistrar,
                               "Transfer-Encoding: chunked\r\n\r\n9\r\n{\"area\":\"\r\n"));
  absl::SleepFor(absl::Milliseconds(50));
  connection.Send("100\r\n");
  absl::SleepFor(absl::Milliseconds(50));
  connection.Send(std::string(256, '1'));
  connection.Send("\r\n2\r\n\"}\r\n0\r\n\r\n");
  EXPECT_EQ(connection.Receive().status, 501);  // read whole; the made service has no such method
  connection.Send(absl::StrCat("PATCH /v1/households/150526-a HTTP/1.1\r\nHost: t\r\n", kRegistrar,
                               "Expect: 100-continue\r\nContent-Length: 12\r\n\r\n"));
  EXPECT_EQ(connection.Receive().status, 100);
  connection.Send("{\"area\":\"1\"}");
  EXPECT_EQ(connection.Receive().status, 501);
}

// Many clients send a body whole before they look for an answer.
TEST_F(EdgeTest, RefusesATooLongBodyInPiecesSoThatItsSenderLearnsWhy) {
  for (const int pieces : {17, 80}) {
    RawHttp connection(edge_->http_port());
    connection.Send(absl::StrCat("POST /v1/households HTTP/1.1\r\nHost: t\r\n", kRegistrar,
                                 "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"));
    const std::string piece = absl::StrCat("10000\r\n", std::string(65536, ' '), "\r\n");
    for (int i = 0; i < pieces; ++i) EXPECT_TRUE(connection.Send(piece)) << i << " of " << pieces;
    EXPECT_TRUE(connection.Send("0\r\n\r\n"));
    const RawAnswer answer = connection.Receive();
    EXPECT_EQ(answer.status, 413);
    EXPECT_EQ(ReasonIn(answer), "TOO_LARGE");
    EXPECT_TRUE(absl::StrContains(answer.body, "上限 1 MB"));
  }
}

TEST_F(EdgeTest, TellsWhomItRefusesItself) {
  constexpr char kForwarded[] = "Authorization: Bearer helper\r\nX-Forwarded-For: 10.1.2.3\r\n";
  EXPECT_EQ(Ask("GET", "/v1/services/registration/operations/a", kForwarded).status, 403);
  EXPECT_EQ(Ask("GET", "/v1/services/registration/operations/missing").status, 404);
  auto stub = OperationService::NewStub(
      grpc::CreateChannel(absl::StrCat("127.0.0.1:", edge_->grpc_port()), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer helper");
  Operation answer;
  EXPECT_FALSE(stub->GetOperation(&context, operations::v1::GetOperationRequest(), &answer).ok());
  for (int i = 0; i < 100 && Records() < 3; ++i) absl::SleepFor(absl::Milliseconds(10));
  {
    std::lock_guard lock(mutex_);
    EXPECT_THAT(refused_, ::testing::UnorderedElementsAre("PERMISSION_DENIED helper 10.1.2.3",
                                                          "PERMISSION_DENIED helper 127.0.0.1"));
    refused_.clear();
  }
  // What is asked for is told if it is an id or a code, and what is wrong with a token.
  const std::string id = ids::RecordId{150526, 7}.ToString();
  EXPECT_EQ(Ask("POST", "/v1/households/" + id + ":archive", kForwarded, "{").status, 403);
  EXPECT_EQ(Ask("PATCH", "/v1/households/150526199001011234", kForwarded).status, 403);
  EXPECT_EQ(Ask("GET", "/v1/imports?area=150526000000", kForwarded).status, 403);
  EXPECT_EQ(Ask("GET", "/v1/households/" + id, "").status, 401);
  EXPECT_EQ(Ask("GET", "/v1/households/" + id, "Authorization: Bearer forged\r\n").status, 401);
  EXPECT_EQ(Ask("GET", "/v1/households/" + id, "Authorization: Bearer bound\r\n").status, 401);
  for (int i = 0; i < 100 && Records() < 9; ++i) absl::SleepFor(absl::Milliseconds(10));
  std::lock_guard lock(mutex_);
  // Each is recorded when its answer has left, on whatever thread.
  EXPECT_THAT(refused_,
              ::testing::UnorderedElementsAre(
                  "PERMISSION_DENIED helper 10.1.2.3 " + id, "PERMISSION_DENIED helper 10.1.2.3",
                  "PERMISSION_DENIED helper 10.1.2.3 150526000000", "UNAUTHENTICATED  127.0.0.1 missing " + id,
                  "UNAUTHENTICATED  127.0.0.1 signature " + id, "UNAUTHENTICATED  127.0.0.1 certificate " + id));
}

TEST_F(EdgeTest, HasReflectionOnlyIfConfigured) {
  const auto asked = [&] {
    grpc::GenericStub stub(
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", edge_->grpc_port()), grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(10)));
    grpc::CompletionQueue queue;
    grpc::ByteBuffer nothing, answer;
    auto call = stub.PrepareUnaryCall(&context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                                      nothing, &queue);
    call->StartCall();
    grpc::Status ended;
    call->Finish(&answer, &ended, nullptr);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    return ended.error_code();
  };
  EXPECT_EQ(asked(), grpc::StatusCode::UNIMPLEMENTED);
  EdgeOptions options;
  options.reflection = true;
  Start(std::move(options));
  EXPECT_NE(asked(), grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(EdgeTest, TakesABoundTokenOnlyWithItsCertificate) {
  constexpr char kShown[] = "-----BEGIN%20CERTIFICATE-----%0AY2VydGlmaWNhdGU%3D%0A-----END%20CERTIFICATE-----%0A";
  constexpr char kOther[] = "-----BEGIN%20CERTIFICATE-----%0AY2VydGlmaWNhdG8%3D%0A-----END%20CERTIFICATE-----%0A";
  const std::string bound = "Authorization: Bearer bound\r\n";
  const auto header = [](const char* shown) { return absl::StrCat("X-Client-Certificate: ", shown, "\r\n"); };
  EXPECT_EQ(Ask("GET", "/v1/services/registration/operations/a", bound).status, 401);
  EXPECT_EQ(Ask("GET", "/v1/services/registration/operations/a", bound + header(kOther)).status, 401);
  EXPECT_EQ(Ask("GET", "/v1/services/registration/operations/a", bound + header(kShown)).status, 200);
  EXPECT_EQ(operations_.metadata["x-client-certificate-digest"], crypto::HexEncode(crypto::Sha256("certificate")));
  // A client cannot tell a service directly what certificate it has.
  EXPECT_EQ(Ask("GET", "/v1/services/registration/operations/a",
                absl::StrCat(kRegistrar, "X-Client-Certificate-Digest: ", std::string(64, 'a'), "\r\n"))
                .status,
            200);
  EXPECT_EQ(operations_.metadata.count("x-client-certificate-digest"), 0u);

  auto stub = OperationService::NewStub(
      grpc::CreateChannel(absl::StrCat("127.0.0.1:", edge_->grpc_port()), grpc::InsecureChannelCredentials()));
  for (const auto& [shown, taken] : {std::pair(kOther, false), std::pair(kShown, true)}) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer bound");
    context.AddMetadata("x-client-certificate", shown);
    operations::v1::GetOperationRequest request;
    request.set_service("registration");
    request.set_operation_id("a");
    Operation answer;
    EXPECT_EQ(stub->GetOperation(&context, request, &answer).ok(), taken);
  }
}

TEST_F(EdgeTest, RefusesBrokenHeads) {
  const std::pair<std::string, int> cases[] = {
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: a\n\n\r\n\r\n", 400},
      {"POST /v1/households HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n", 431},
      {"GET / HTTP/1.1\r\nHost: a\r\n", 0},  // and then nothing more: closed without a word
      {"\x16\x03\x01\x02\r\n\r\n", 400},
  };
  for (const auto& [bytes, expected] : cases) {
    RawHttp connection(edge_->http_port());
    connection.Send(bytes);
    EXPECT_EQ(connection.Receive().status, expected) << bytes.substr(0, 60);
    EXPECT_TRUE(connection.ClosedWithin(absl::Seconds(5)));
  }
}

TEST_F(EdgeTest, KeepsDeadlinesAndCancelsForTheGone) {
  absl::Time start = absl::Now();
  RawAnswer answer =
      Ask("GET", "/v1/services/registration/operations/slow", absl::StrCat(kRegistrar, "X-Timeout-Seconds: 0.3\r\n"));
  EXPECT_EQ(answer.status, 504);
  EXPECT_EQ(ReasonIn(answer), "DEADLINE_EXCEEDED");
  EXPECT_LT(absl::Now() - start, absl::Seconds(3));

  operations_.cancelled = false;
  {
    RawHttp connection(edge_->http_port());
    connection.Send(
        absl::StrCat("GET /v1/services/registration/operations/slow HTTP/1.1\r\nHost: t\r\n", kRegistrar, "\r\n"));
    absl::SleepFor(absl::Milliseconds(300));
  }
  for (int i = 0; i < 60 && !operations_.cancelled; ++i) absl::SleepFor(absl::Milliseconds(100));
  EXPECT_TRUE(operations_.cancelled);
}

TEST_F(EdgeTest, StreamsEvents) {
  RawAnswer answer = Ask("GET", "/v1/services/registration/operations/a:watch");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers["content-type"], "text/event-stream; charset=utf-8");
  EXPECT_TRUE(absl::StrContains(answer.body, "\"doneCount\":\"1\""));
  EXPECT_TRUE(absl::StrContains(answer.body, "\"doneCount\":\"3\""));
  EXPECT_TRUE(absl::EndsWith(answer.body, "event: end\ndata: {}\n\n"));

  EXPECT_EQ(Ask("GET", "/v1/services/registration/operations/missing:watch").status, 404);
  answer = Ask("GET", "/v1/services/registration/operations/broken:watch");
  EXPECT_TRUE(absl::StrContains(answer.body, "event: error\ndata: {\"error\":{\"code\":503"));
}

TEST_F(EdgeTest, KeepsEventStreamsAliveAndNoticesTheGone) {
  {
    RawHttp connection(edge_->http_port());
    connection.Send(absl::StrCat("GET /v1/services/registration/operations/endless:watch HTTP/1.1\r\nHost: t\r\n",
                                 kRegistrar, "\r\n"));
    EXPECT_TRUE(absl::StrContains(connection.ReceiveUntil("\n: \n", absl::Seconds(8)), "\n: \n"));
  }
  for (int i = 0; i < 60 && !operations_.cancelled; ++i) absl::SleepFor(absl::Milliseconds(100));
  EXPECT_TRUE(operations_.cancelled);
}

TEST_F(EdgeTest, StreamsEndWithTheSession) {
  signed_out = false;
  RawHttp connection(edge_->http_port());
  connection.Send(
      "GET /v1/services/registration/operations/endless:watch HTTP/1.1\r\nHost: t\r\n"
      "Authorization: Bearer leaver\r\n\r\n");
  EXPECT_TRUE(absl::StrContains(connection.ReceiveUntil("\"doneCount\":\"3\"", absl::Seconds(5)), "doneCount"));
  auto stub = OperationService::NewStub(
      grpc::CreateChannel(absl::StrCat("127.0.0.1:", edge_->grpc_port()), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(10)));
  context.AddMetadata("authorization", "Bearer leaver");
  operations::v1::WatchOperationRequest request;
  request.set_service("registration");
  request.set_operation_id("ticking");
  auto reader = stub->WatchOperation(&context, request);
  Operation operation;
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(reader->Read(&operation));

  signed_out = true;
  while (reader->Read(&operation)) {
  }
  EXPECT_EQ(status::ReasonOf(status::FromGrpc(reader->Finish())), "UNAUTHENTICATED");
  EXPECT_TRUE(absl::StrContains(connection.ReceiveUntil("0\r\n\r\n", absl::Seconds(5)), "0\r\n\r\n"));
}

TEST_F(EdgeTest, StreamsUploads) {
  std::string file(3'000'000, 'x');
  RawAnswer answer = Ask("POST", "/v1/imports/150526-a/files/AC01.xlsx", kRegistrar, file);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(imports_.bytes, file.size());
  EXPECT_EQ(imports_.name, "AC01.xlsx");
  EXPECT_EQ(answer.headers["x-content-type-options"], "nosniff");
  EXPECT_GT(imports_.pieces, 20);

  EXPECT_EQ(Ask("POST", "/v1/imports/150526-a/files/empty", kRegistrar).status, 200);
  EXPECT_EQ(ReasonIn(Ask("POST", "/v1/imports/150526-a/files/..%2Fetc", kRegistrar, "x")), "MALFORMED_REQUEST");
  EXPECT_EQ(ReasonIn(Ask("POST", "/v1/imports/150526-a/files/a.csv",
                         absl::StrCat(kRegistrar, "Content-Disposition: attachment; filename=\r\n"), "x")),
            "MALFORMED_REQUEST");
  EXPECT_EQ(
      Ask("POST", "/v1/imports/150526-a/files/a.csv", absl::StrCat(kRegistrar, "Content-Type: csv\r\n"), "x").status,
      415);
  EXPECT_EQ(ReasonIn(Ask("POST", "/v1/imports/150526-a/files/refused", kRegistrar, "x")), "OVERLOADED");
  EXPECT_EQ(
      Ask("POST", "/v1/imports/150526-a/files/x", absl::StrCat(kRegistrar, "Content-Length: 600000000\r\n")).status,
      413);
}

TEST_F(EdgeTest, StreamsDownloads) {
  RawAnswer answer = Ask("GET", "/v1/register:export?area=150526000000");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers["content-type"], "text/csv");
  EXPECT_EQ(answer.headers["content-disposition"], "attachment; filename=\"register.csv\"");
  EXPECT_EQ(answer.headers["x-content-type-options"], "nosniff");
  EXPECT_EQ(Ask("GET", "/v1/register:export?area=150526000000&table=AC01").headers["content-disposition"],
            "attachment; filename=\"__.csv\"; filename*=UTF-8''%E6%88%B7%E5%86%8C.csv");
  EXPECT_EQ(answer.body.size(), 500'000u);
  EXPECT_EQ(Ask("GET", "/v1/register:export?area=000000000000").status, -1);  // cut, and so not mistaken for whole
}

TEST_F(EdgeTest, CachesByEtag) {
  RawAnswer answer = Ask("GET", "/v1/households/150526-a");
  EXPECT_EQ(answer.headers["etag"], "\"e.1\"");
  EXPECT_EQ(answer.headers["cache-control"], "no-store");
  answer = Ask("GET", "/v1/households/150526-a", absl::StrCat(kRegistrar, "If-None-Match: \"e.1\"\r\n"));
  EXPECT_EQ(answer.status, 304);
  answer = Ask("HEAD", "/v1/households/150526-a");
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.headers["content-length"], "0");
}

TEST_F(EdgeTest, Compresses) {
  RawAnswer plain = Ask("GET", "/v1/services/registration/operations/large");
  RawAnswer packed =
      Ask("GET", "/v1/services/registration/operations/large", absl::StrCat(kRegistrar, "Accept-Encoding: gzip\r\n"));
  EXPECT_EQ(packed.headers["content-encoding"], "gzip");
  EXPECT_LT(packed.body.size(), plain.body.size() / 4);
}

TEST_F(EdgeTest, LimitsRate) {
  EdgeOptions options;
  options.admission.caller_rate = {1, 3};
  options.admission.source_rate = {1, 2};
  Start(std::move(options));
  RawAnswer answer;
  for (int i = 0; i < 4; ++i)
    answer = Ask("GET", "/v1/services/registration/operations/a", "Authorization: Bearer greedy\r\n");
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.headers["retry-after"], "1");
  EXPECT_EQ(Ask("GET", "/v1/services/registration/operations/a").status, 200);  // others are not held back
  for (int i = 0; i < 3; ++i)
    answer = Ask("GET", "/v1/services/registration/operations/a", "Authorization: Bearer guess\r\n");
  EXPECT_EQ(answer.status, 429);
}

// What costs nobody a token is counted by address, whichever way the path is wrong.
TEST_F(EdgeTest, LimitsHowOftenAPathIsTriedWithAnotherVerb) {
  EdgeOptions options;
  options.admission.source_rate = {0.01, 2};
  Start(std::move(options));
  for (int status : {405, 405, 429}) EXPECT_EQ(Ask("DELETE", "/v1/areas", "").status, status);
}

TEST_F(EdgeTest, CountsWhoeverATrustedProxyForwards) {
  EdgeOptions options;
  options.admission.source_rate = {1, 1};
  Start(std::move(options));
  const auto status_from = [&](const std::string& forwarded) {
    return Ask("GET", "/v1/nothing", absl::StrCat("X-Forwarded-For: ", forwarded, "\r\n")).status;
  };
  EXPECT_EQ(status_from("10.0.0.1"), 404);
  EXPECT_EQ(status_from("10.0.0.1"), 429);
  EXPECT_EQ(status_from("10.0.0.2"), 404);
  EXPECT_EQ(status_from("10.0.0.3, 10.0.0.2"), 429) << "what the caller itself has sent stands before";
}

TEST_F(EdgeTest, ARequestThatIsStillComingInHoldsNoPlace) {
  EdgeOptions options;
  options.admission.in_flight = 1;
  Start(std::move(options));
  RawHttp slow(edge_->http_port());
  slow.Send(absl::StrCat("PATCH /v1/households/150526-a HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n",
                         kRegistrar, "Content-Length: 100\r\n\r\n{"));
  absl::SleepFor(absl::Milliseconds(100));
  EXPECT_EQ(Ask("GET", "/v1/services/registration/operations/a").status, 200);
}

TEST_F(EdgeTest, KeepsTheQuotaOfAClientAtBothEntries) {
  constexpr char kClient[] = "Authorization: Bearer department\r\n";
  EXPECT_EQ(Ask("GET", "/v1/services/registration/operations/a", kClient).status, 200);
  RawAnswer refused = Ask("GET", "/v1/services/registration/operations/a", kClient);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(ReasonIn(refused), "RATE_LIMITED");
  EXPECT_EQ(refused.headers["retry-after"], "10");

  auto stub = OperationService::NewStub(
      grpc::CreateChannel(absl::StrCat("127.0.0.1:", edge_->grpc_port()), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer department");
  operations::v1::GetOperationRequest request;
  request.set_service("registration");
  request.set_operation_id("a");
  Operation answer;
  const absl::Status status = status::FromGrpc(stub->GetOperation(&context, request, &answer));
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(status::RetryDelaySecondsOf(status), 10);
  EXPECT_EQ(operations_.calls, 1);  // what is refused costs no service anything
}

TEST_F(EdgeTest, ReadsTheCertificateAgain) {
  const auto name_shown = [&] {
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    BIO* connection = BIO_new_ssl_connect(context);
    BIO_set_conn_hostname(connection, absl::StrCat("127.0.0.1:", edge_->http_port()).c_str());
    char name[64] = "";
    SSL* tls = nullptr;
    BIO_get_ssl(connection, &tls);
    if (BIO_do_connect(connection) == 1) {
      X509* shown = SSL_get1_peer_certificate(tls);
      X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name, sizeof name);
      X509_free(shown);
    }
    BIO_free_all(connection);
    SSL_CTX_free(context);
    return std::string(name);
  };
  const MadeCertificate first = MakeCertificate("first"), second = MakeCertificate("second");
  EdgeOptions options;
  options.certificate_file = PutFile("edge.pem", first.certificate);
  options.key_file = PutFile("edge.key", first.key);
  options.certificate_interval = absl::ZeroDuration();
  Start(std::move(options));
  EXPECT_EQ(name_shown(), "first");
  const std::string certificate_file = PutFile("edge.pem", second.certificate);
  const std::string key_file = PutFile("edge.key", second.key);
  EXPECT_EQ(name_shown(), "second");
  std::remove(certificate_file.c_str());
  std::remove(key_file.c_str());
}

TEST_F(EdgeTest, BoundsConnections) {
  EdgeOptions options;
  options.connections_per_source = 2;
  options.trusted_proxies.clear();
  Start(std::move(options));
  RawHttp one(edge_->http_port()), two(edge_->http_port());
  EXPECT_EQ(one.Ask("GET", "/healthz").status, 200);
  EXPECT_EQ(two.Ask("GET", "/healthz").status, 200);
  RawHttp three(edge_->http_port());
  EXPECT_TRUE(three.ClosedWithin(absl::Seconds(3)));
}

TEST_F(EdgeTest, HasPages) {
  EdgeOptions options;
  options.cors_origins = {"https://console.example"};
  Start(std::move(options));
  EXPECT_EQ(Ask("GET", "/version", "").body, "{\"version\":\"0.1.0\"}\n");
  EXPECT_EQ(Ask("GET", "/metrics", "").status, 404) << "figures are for the admin port";
  RawAnswer ready = Ask("GET", "/readyz", "");
  EXPECT_EQ(ready.status, 503);
  EXPECT_EQ(ready.body, "gateway ok\nfund UNAVAILABLE\nregistration ok\n");
  RawAnswer document = Ask("GET", "/openapi.json", "");
  EXPECT_EQ(json::parse(document.body)["openapi"], "3.1.0");
  EXPECT_EQ(Ask("GET", "/openapi.json", absl::StrCat("If-None-Match: ", document.headers["etag"], "\r\n")).status, 304);
  RawAnswer choices =
      Ask("OPTIONS", "/v1/areas", "Origin: https://console.example\r\nAccess-Control-Request-Method: GET\r\n");
  EXPECT_EQ(choices.status, 204);
  EXPECT_EQ(choices.headers["allow"], "GET, OPTIONS");
  EXPECT_EQ(choices.headers["access-control-allow-origin"], "https://console.example");
  choices = Ask("OPTIONS", "/v1/areas", "Origin: https://elsewhere.example\r\nAccess-Control-Request-Method: GET\r\n");
  EXPECT_EQ(choices.headers.count("access-control-allow-origin"), 0u);
}

TEST_F(EdgeTest, DrainsWithoutFailingARequest) {
  RawHttp busy(edge_->http_port()), idle(edge_->http_port());
  EXPECT_EQ(idle.Ask("GET", "/healthz").status, 200);
  busy.Send(
      absl::StrCat("GET /v1/services/registration/operations/slow HTTP/1.1\r\nHost: t\r\nX-Timeout-Seconds: 1\r\n",
                   kRegistrar, "\r\n"));
  absl::SleepFor(absl::Milliseconds(100));
  std::thread drain([&] { edge_->Drain(absl::Seconds(10)); });
  EXPECT_TRUE(idle.ClosedWithin(absl::Seconds(4)));
  EXPECT_EQ(busy.Receive().status, 504);
  drain.join();
}

TEST_F(EdgeTest, ProxiesGrpc) {
  auto channel =
      grpc::CreateChannel(absl::StrCat("127.0.0.1:", edge_->grpc_port()), grpc::InsecureChannelCredentials());
  auto stub = OperationService::NewStub(channel);
  auto ask = [&](const std::string& token, const std::string& service, const std::string& id) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(10)));
    if (!token.empty()) context.AddMetadata("authorization", "Bearer " + token);
    operations::v1::GetOperationRequest request;
    request.set_service(service);
    request.set_operation_id(id);
    Operation answer;
    absl::Status status = status::FromGrpc(stub->GetOperation(&context, request, &answer));
    return status.ok() ? answer.operation_id() : status::ReasonOf(status);
  };
  EXPECT_EQ(ask("registrar", "registration", "a"), "a");
  EXPECT_EQ(ask("", "registration", "a"), "UNAUTHENTICATED");
  EXPECT_EQ(ask("helper", "registration", "a"), "PERMISSION_DENIED");
  EXPECT_EQ(ask("registrar", "registration", "missing"), "NOT_FOUND");
  EXPECT_EQ(ask("registrar", "registration", "leaky"), "INTERNAL");
  EXPECT_EQ(ask("registrar", "nobody", "a"), "NOT_FOUND");
  EXPECT_EQ(ask("registrar", "fund", "a"), "UNAVAILABLE");
  signed_out = false;
  EXPECT_EQ(ask("leaver", "registration", "last"), "last") << "the answer of the call that ends the session";
  EXPECT_EQ(ask("leaver", "registration", "last"), "UNAUTHENTICATED");

  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer registrar");
  operations::v1::WatchOperationRequest request;
  request.set_service("registration");
  request.set_operation_id("a");
  auto reader = stub->WatchOperation(&context, request);
  Operation operation;
  int count = 0;
  while (reader->Read(&operation)) ++count;
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(count, 3);

  auto imports = registration::v1::ImportService::NewStub(channel);
  grpc::ClientContext upload;
  upload.AddMetadata("authorization", "Bearer registrar");
  registration::v1::ImportFile file;
  auto writer = imports->UploadImportFile(&upload, &file);
  registration::v1::UploadImportFileRequest piece;
  piece.mutable_content()->set_data(std::string(1000, 'x'));
  piece.set_import_id("150526-a");
  for (int i = 0; i < 10; ++i) {
    writer->Write(piece);
    piece.clear_import_id();
  }
  writer->WritesDone();
  EXPECT_TRUE(writer->Finish().ok());
  EXPECT_EQ(imports_.bytes, 10'000u);
}

// Reading and writing overlap at full speed: every byte arrives, however the threads interleave.
TEST_F(EdgeTest, ProxiesLongGrpcStreamsWhole) {
  auto channel =
      grpc::CreateChannel(absl::StrCat("127.0.0.1:", edge_->grpc_port()), grpc::InsecureChannelCredentials());
  auto imports = registration::v1::ImportService::NewStub(channel);
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer registrar");
  registration::v1::ImportFile file;
  auto writer = imports->UploadImportFile(&context, &file);
  registration::v1::UploadImportFileRequest piece;
  piece.set_import_id("150526-a");
  for (int i = 0; i < 5000; ++i) {
    piece.mutable_content()->set_data(std::string(static_cast<size_t>(i % 7), 'x'));
    ASSERT_TRUE(writer->Write(piece)) << i;
    piece.Clear();
  }
  writer->WritesDone();
  EXPECT_TRUE(writer->Finish().ok());
  EXPECT_EQ(imports_.pieces, 5000);
}

TEST_F(EdgeTest, CancelsGrpcForTheGone) {
  auto channel =
      grpc::CreateChannel(absl::StrCat("127.0.0.1:", edge_->grpc_port()), grpc::InsecureChannelCredentials());
  auto stub = OperationService::NewStub(channel);
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer registrar");
  operations::v1::WatchOperationRequest request;
  request.set_service("registration");
  request.set_operation_id("endless");
  auto reader = stub->WatchOperation(&context, request);
  Operation operation;
  EXPECT_TRUE(reader->Read(&operation));
  context.TryCancel();
  while (reader->Read(&operation)) {
  }
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  for (int i = 0; i < 60 && !operations_.cancelled; ++i) absl::SleepFor(absl::Milliseconds(100));
  EXPECT_TRUE(operations_.cancelled);
}

}  // namespace
}  // namespace bangfu::edge
