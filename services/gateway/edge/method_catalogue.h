// Everything the entry knows about a method, read once from its descriptor: where it is, who may call it, how long it
// may take. REST routes and the gRPC entry look at the same entries, so they cannot disagree.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_METHOD_CATALOGUE_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_METHOD_CATALOGUE_H_

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bangfu/options/v1/options.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace bangfu::edge {

// What a request names: the record, by its id, and the area, by its code; empty where it names none that could be.
struct Asked {
  std::string record;
  std::string area;
};

struct Method {
  const google::protobuf::MethodDescriptor* descriptor;
  std::string path;      // /bangfu.fund.v1.LedgerService/GetAccount
  std::string upstream;  // fund; empty if the request field `service` names it
  const google::protobuf::FieldDescriptor* service_field = nullptr;  // set if and only if `upstream` is empty
  const options::v1::Access* access;
  absl::Duration deadline;                   // default; InfiniteDuration for streams
  const google::protobuf::Message* request;  // prototypes of generated code
  const google::protobuf::Message* response;
  bool personal = false;  // the answer can hold data about persons

  // Name of the upstream that this request goes to.
  std::string UpstreamOf(const google::protobuf::Message& message) const;

  Asked AskedFor(const google::protobuf::Message& message) const;
};

class MethodCatalogue {
 public:
  // Takes every method of `services` that declares (bangfu.options.v1.access); what declares nothing is not offered.
  explicit MethodCatalogue(const std::vector<const google::protobuf::ServiceDescriptor*>& services);

  const Method* Find(absl::string_view path) const;
  const std::vector<std::unique_ptr<Method>>& methods() const { return methods_; }

 private:
  std::vector<std::unique_ptr<Method>> methods_;
  std::unordered_map<std::string, const Method*> by_path_;
};

// The services of packages bangfu.<name>.v1 that are linked into this program, in order of name.
std::vector<const google::protobuf::ServiceDescriptor*> LinkedServices();

// True if the message, or one inside it, has a field that is more sensitive than business data.
bool HoldsPersonalData(const google::protobuf::Descriptor& message);

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_METHOD_CATALOGUE_H_
