#include "services/gateway/edge/method_catalogue.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/ids/record_id.h"
#include "common/standards/area_code.h"
#include "google/protobuf/descriptor_database.h"
#include "services/gateway/edge/field_path.h"

namespace bangfu::edge {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

constexpr absl::Duration kDeadline = absl::Seconds(10);
constexpr absl::Duration kBulkDeadline = absl::Seconds(60);

// bangfu.fund.v1 → fund; empty for any other shape.
std::string ServiceOfPackage(absl::string_view package) {
  std::vector<std::string> parts = absl::StrSplit(package, '.');
  return parts.size() == 3 && parts[0] == "bangfu" && parts[2] == "v1" ? parts[1] : "";
}

absl::Duration DefaultDeadline(const MethodDescriptor& method, const options::v1::Access& access) {
  if (method.client_streaming() || method.server_streaming()) return absl::InfiniteDuration();
  return access.load() == options::v1::BULK ? kBulkDeadline : kDeadline;
}

bool HoldsPersonalData(const Descriptor& message, std::set<const Descriptor*>* seen) {
  if (!seen->insert(&message).second) return false;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (field.options().GetExtension(options::v1::field).sensitivity() != options::v1::BUSINESS) return true;
    if (field.message_type() != nullptr && HoldsPersonalData(*field.message_type(), seen)) return true;
  }
  return false;
}

// The text at a path such as household.area, which may be empty.
std::string TextAt(const Message& message, absl::string_view dotted) {
  const auto path = FindFieldPath(*message.GetDescriptor(), dotted);
  if (path.empty() || path.back()->cpp_type() != FieldDescriptor::CPPTYPE_STRING || path.back()->is_repeated())
    return "";
  const Message* holder = &message;
  for (size_t i = 0; i + 1 < path.size(); ++i) holder = &holder->GetReflection()->GetMessage(*holder, path[i]);
  return holder->GetReflection()->GetString(*holder, path.back());
}

}  // namespace

bool HoldsPersonalData(const Descriptor& message) {
  std::set<const Descriptor*> seen;
  return HoldsPersonalData(message, &seen);
}

std::string Method::UpstreamOf(const google::protobuf::Message& message) const {
  if (service_field == nullptr) return upstream;
  return message.GetReflection()->GetString(message, service_field);
}

Asked Method::AskedFor(const google::protobuf::Message& message) const {
  Asked asked{TextAt(message, access->record()), TextAt(message, access->area())};
  if (!ids::ParseRecordId(asked.record)) asked.record.clear();
  if (!standards::ParseAreaCode(asked.area)) asked.area.clear();
  return asked;
}

MethodCatalogue::MethodCatalogue(const std::vector<const ServiceDescriptor*>& services) {
  MessageFactory* factory = MessageFactory::generated_factory();
  for (const ServiceDescriptor* service : services) {
    bool shared = service->options().GetExtension(options::v1::offered_by_all);
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor* descriptor = service->method(i);
      if (!descriptor->options().HasExtension(options::v1::access)) continue;
      auto method = std::make_unique<Method>();
      method->descriptor = descriptor;
      method->path = absl::StrCat("/", service->full_name(), "/", descriptor->name());
      method->access = &descriptor->options().GetExtension(options::v1::access);
      method->deadline = DefaultDeadline(*descriptor, *method->access);
      method->request = factory->GetPrototype(descriptor->input_type());
      method->response = factory->GetPrototype(descriptor->output_type());
      method->personal = method->access->reveals() || HoldsPersonalData(*descriptor->output_type());
      if (shared) method->service_field = descriptor->input_type()->FindFieldByName("service");
      if (method->service_field == nullptr) method->upstream = ServiceOfPackage(service->file()->package());
      by_path_[method->path] = method.get();
      methods_.push_back(std::move(method));
    }
  }
}

const Method* MethodCatalogue::Find(absl::string_view path) const {
  auto found = by_path_.find(std::string(path));
  return found == by_path_.end() ? nullptr : found->second;
}

std::vector<const ServiceDescriptor*> LinkedServices() {
  std::vector<std::string> files;
  DescriptorPool::internal_generated_database()->FindAllFileNames(&files);
  std::sort(files.begin(), files.end());
  std::vector<const ServiceDescriptor*> services;
  for (const std::string& name : files) {
    if (!absl::StartsWith(name, "bangfu/")) continue;
    const auto* file = DescriptorPool::generated_pool()->FindFileByName(name);
    if (ServiceOfPackage(file->package()).empty()) continue;
    for (int i = 0; i < file->service_count(); ++i) services.push_back(file->service(i));
  }
  return services;
}

}  // namespace bangfu::edge
