#include "common/rpc/service_table.h"

#include <cstdlib>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace bangfu::rpc {

ServiceTable::ServiceTable(const std::string& full_name, Dispatcher& dispatcher) : dispatcher_(dispatcher) {
  const auto* service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(full_name);
  if (service == nullptr) {
    fault_ = absl::FailedPreconditionError(absl::StrCat("no service ", full_name, " in the contracts"));
    return;
  }
  for (int i = 0; i < service->method_count(); ++i) {
    const auto* method = service->method(i);
    auto type = method->client_streaming()   ? grpc::internal::RpcMethod::CLIENT_STREAMING
                : method->server_streaming() ? grpc::internal::RpcMethod::SERVER_STREAMING
                                             : grpc::internal::RpcMethod::NORMAL_RPC;
    // gRPC keeps the pointer to the name, so it lives as long as the program.
    auto* path = new std::string(absl::StrCat("/", full_name, "/", method->name()));
    AddMethod(new grpc::internal::RpcServiceMethod(path->c_str(), type, nullptr));
    Entry entry{method, nullptr};
    auto rule = MethodRule::Of(*method);
    if (rule.ok()) {
      entry.rule = std::make_unique<MethodRule>(*std::move(rule));
    } else {
      fault_ = rule.status();
    }
    entries_.push_back(std::move(entry));
  }
}

int ServiceTable::IndexOf(const google::protobuf::Descriptor* request) const {
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].descriptor->input_type() == request && entries_[i].rule != nullptr) return static_cast<int>(i);
  }
  std::cerr << "no RPC takes " << request->full_name() << ", or it has no access rule: " << fault_ << std::endl;
  std::abort();
}

absl::Status ServiceTable::Check() const {
  if (!fault_.ok()) return fault_;
  std::vector<std::string> missing;
  for (const Entry& entry : entries_) {
    if (!entry.bound) missing.push_back(entry.descriptor->full_name());
  }
  if (missing.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("no method for ", absl::StrJoin(missing, ", ")));
}

}  // namespace bangfu::rpc
