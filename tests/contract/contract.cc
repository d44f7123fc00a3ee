#include "tests/contract/contract.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.pb.h"

namespace bangfu::contract {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;

void AddMessage(const Descriptor& message, Contract* contract) {
  if (message.options().map_entry()) return;
  contract->messages.push_back(&message);
  for (int i = 0; i < message.field_count(); ++i) contract->fields.push_back(message.field(i));
  for (int i = 0; i < message.enum_type_count(); ++i) contract->enums.push_back(message.enum_type(i));
  for (int i = 0; i < message.nested_type_count(); ++i) AddMessage(*message.nested_type(i), contract);
}

void AddFile(const FileDescriptor& file, Contract* contract) {
  for (int i = 0; i < file.service_count(); ++i) {
    contract->services.push_back(file.service(i));
    for (int j = 0; j < file.service(i)->method_count(); ++j) contract->methods.push_back(file.service(i)->method(j));
  }
  for (int i = 0; i < file.message_type_count(); ++i) AddMessage(*file.message_type(i), contract);
  for (int i = 0; i < file.enum_type_count(); ++i) contract->enums.push_back(file.enum_type(i));
}

Contract Load() {
  // The descriptors point into the pool, which therefore lives as long as the program.
  static auto& pool = *new DescriptorPool;
  google::protobuf::FileDescriptorSet set;
  std::ifstream in(BANGFU_DESCRIPTOR_SET, std::ios::binary);
  if (!set.ParseFromIstream(&in)) {
    std::cerr << "cannot read " << BANGFU_DESCRIPTOR_SET << "\n";
    std::abort();
  }
  Contract contract;
  for (const auto& proto : set.file()) {
    const FileDescriptor* file = pool.BuildFile(proto);
    if (file == nullptr) std::abort();
    if (absl::StartsWith(file->package(), "bangfu.")) AddFile(*file, &contract);
  }
  return contract;
}

}  // namespace

const Contract& TheContract() {
  static const auto& contract = *new Contract(Load());
  return contract;
}

const FieldDescriptor* FieldAt(const Descriptor& message, absl::string_view path) {
  const Descriptor* type = &message;
  const FieldDescriptor* field = nullptr;
  for (const auto name : absl::StrSplit(path, '.')) {
    if (type == nullptr) return nullptr;
    field = type->FindFieldByName(std::string(name));
    if (field == nullptr) return nullptr;
    type = field->message_type();
  }
  return field;
}

std::string ReadSource(absl::string_view path) {
  std::ifstream in(absl::StrCat(BANGFU_SOURCE_DIR, "/", path));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace bangfu::contract
