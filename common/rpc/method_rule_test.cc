#include "common/rpc/method_rule.h"

#include "google/protobuf/descriptor.pb.h"
#include "gtest/gtest.h"

namespace bangfu::rpc {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptorProto;

class MethodRuleTest : public ::testing::Test {
 protected:
  MethodRuleTest() {
    options::v1::Access::descriptor();  // links the file of the options
    file_.set_name("rule_test.proto");
    auto* request = file_.add_message_type();
    request->set_name("Request");
    auto* area = request->add_field();
    area->set_name("area");
    area->set_number(1);
    area->set_type(google::protobuf::FieldDescriptorProto::TYPE_STRING);
    area->set_label(google::protobuf::FieldDescriptorProto::LABEL_OPTIONAL);
    auto* service = file_.add_service();
    service->set_name("Service");
    method_ = service->add_method();
    method_->set_name("Get");
    method_->set_input_type("Request");
    method_->set_output_type("Request");
    access().set_area("area");
    access().add_roles(options::v1::REGISTRAR);
  }

  options::v1::Access& access() { return *method_->mutable_options()->MutableExtension(options::v1::access); }

  absl::StatusOr<MethodRule> Rule() {
    pools_.push_back(std::make_unique<DescriptorPool>(DescriptorPool::generated_pool()));
    return MethodRule::Of(*pools_.back()->BuildFile(file_)->service(0)->method(0));
  }

  FileDescriptorProto file_;
  google::protobuf::MethodDescriptorProto* method_;
  std::vector<std::unique_ptr<DescriptorPool>> pools_;
};

TEST_F(MethodRuleTest, RefusesARuleThatSaysTooLittleOrTooMuch) {
  EXPECT_TRUE(Rule().ok()) << Rule().status();
  access().add_roles(options::v1::REGISTRAR);
  EXPECT_EQ(Rule().status().code(), absl::StatusCode::kFailedPrecondition) << "a role twice";
  access().clear_roles();
  EXPECT_EQ(Rule().status().code(), absl::StatusCode::kFailedPrecondition) << "nobody";
  access().add_roles(options::v1::VIEWER);
  access().set_area("no_such_field");
  EXPECT_EQ(Rule().status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(MethodRuleTest, TellsStreamsApart) {
  EXPECT_EQ(Rule()->stream(), Stream::kNone);
  EXPECT_EQ(Rule()->share(), db::Share::kInteractive);
  method_->set_server_streaming(true);
  EXPECT_EQ(Rule()->stream(), Stream::kExport);
  EXPECT_EQ(Rule()->share(), db::Share::kExport);
  method_->set_name("WatchThings");
  EXPECT_EQ(Rule()->stream(), Stream::kWatch);
  EXPECT_EQ(Rule()->share(), db::Share::kBackground);
  method_->set_client_streaming(true);
  EXPECT_EQ(Rule()->stream(), Stream::kUpload);
}

}  // namespace
}  // namespace bangfu::rpc
