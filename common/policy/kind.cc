#include "common/policy/kind.h"

#include <cstdlib>

#include "bangfu/options/v1/options.pb.h"
#include "bangfu/policy/v1/reason.pb.h"

namespace bangfu::policy {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::Message;
using google::protobuf::MessageFactory;

std::unique_ptr<Message> Unpack(const google::protobuf::Any& any) {
  const std::string& url = any.type_url();
  const Descriptor* type =
      DescriptorPool::generated_pool()->FindMessageTypeByName(url.substr(url.rfind('/') + 1));  // npos + 1 is 0
  if (type == nullptr) return nullptr;
  std::unique_ptr<Message> message(MessageFactory::generated_factory()->GetPrototype(type)->New());
  return message->ParseFromString(any.value()) ? std::move(message) : nullptr;
}

const std::string& Kinds::Entry::title() const { return type->options().GetExtension(options::v1::title); }

Kinds& Kinds::AddEntry(Entry entry) {
  const std::string& name = entry.kind().name();
  auto [found, added] = entries_.try_emplace(name, entry);
  if (name.empty() || found->second.type != entry.type) std::abort();  // a fault of the program's source
  if (!added) found->second = std::move(entry);
  return *this;
}

const Kinds::Entry* Kinds::Find(absl::string_view name) const {
  auto found = entries_.find(std::string(name));
  return found == entries_.end() ? nullptr : &found->second;
}

absl::StatusOr<Kinds::Opened> Kinds::Open(const google::protobuf::Any& any) const {
  Body body = Unpack(any);
  const Entry* kind = body == nullptr ? nullptr : Find(KindOf(*body->GetDescriptor()).name());
  if (kind == nullptr) return status::Refuse(v1::POLICY_KIND_UNKNOWN);
  return Opened{kind, std::move(body)};
}

std::vector<const Kinds::Entry*> Kinds::all() const {
  std::vector<const Entry*> kinds;
  for (const auto& [name, entry] : entries_) kinds.push_back(&entry);
  return kinds;
}

}  // namespace bangfu::policy
