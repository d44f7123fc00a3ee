#include "common/rpc/reflection.h"

#include "absl/time/clock.h"
#include "common/rpc/server.h"
#include "grpcpp/generic/generic_stub.h"
#include "gtest/gtest.h"

namespace bangfu::rpc {
namespace {

// What a server answers who asks it for its services.
grpc::StatusCode Asked(bool reflection) {
  Health health([] { return absl::OkStatus(); });
  auto server = Server::Start({.reflection = reflection}, health, {});
  EXPECT_TRUE(server.ok()) << server.status();
  grpc::GenericStub stub((*server)->InProcessChannel());
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(10)));
  grpc::CompletionQueue queue;
  grpc::ByteBuffer nothing, answer;
  auto call = stub.PrepareUnaryCall(&context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", nothing,
                                    &queue);
  call->StartCall();
  grpc::Status ended;
  call->Finish(&answer, &ended, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  return ended.error_code();
}

// gRPC's own part would give it to every server of a program that it is linked into.
TEST(ReflectionTest, IsThereOnlyIfItIsAskedFor) {
  EXPECT_FALSE(ServerOptions().reflection);
  EXPECT_EQ(Asked(false), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_NE(Asked(true), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(Asked(false), grpc::StatusCode::UNIMPLEMENTED);
}

}  // namespace
}  // namespace bangfu::rpc
