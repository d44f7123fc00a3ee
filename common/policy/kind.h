// The kinds of policy that a service has: messages that carry the annotation (bangfu.policy.v1.kind).
//
//   kinds.Add<v1::PovertyLine>(CheckPovertyLine);
//
// is all that a new kind takes, besides the message.
#ifndef BANGFU_COMMON_POLICY_KIND_H_
#define BANGFU_COMMON_POLICY_KIND_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/policy/v1/kind.pb.h"
#include "common/status/refusal.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/message.h"

namespace bangfu::policy {

using FieldErrors = std::vector<status::FieldError>;

// A message that may hold the content of a document. Never null where it is handed out.
using Body = std::shared_ptr<const google::protobuf::Message>;

// The annotation of a message that is a kind of policy.
inline const v1::Kind& KindOf(const google::protobuf::Descriptor& type) {
  return type.options().GetExtension(v1::kind);
}

// The message in `any`; null if its type is not linked into the program or its bytes are not of that type.
std::unique_ptr<google::protobuf::Message> Unpack(const google::protobuf::Any& any);

// Filled before the service starts; thread-safe from then on.
class Kinds {
 public:
  struct Entry {
    const google::protobuf::Descriptor* type = nullptr;
    // What the annotations of single fields cannot say; paths are relative to the message. May be empty.
    std::function<FieldErrors(const google::protobuf::Message&)> check;

    const v1::Kind& kind() const { return KindOf(*type); }
    const std::string& title() const;
  };

  // Adding a kind again replaces its check. Aborts if the message is not annotated or its name is another's.
  template <typename Message>
  Kinds& Add(FieldErrors (*check)(const Message&) = nullptr) {
    Entry entry{Message::descriptor(), {}};
    if (check != nullptr) {
      entry.check = [check](const google::protobuf::Message& body) { return check(static_cast<const Message&>(body)); };
    }
    return AddEntry(std::move(entry));
  }

  // Null if there is no such kind.
  const Entry* Find(absl::string_view name) const;

  // The body and its kind. POLICY_KIND_UNKNOWN.
  struct Opened {
    const Entry* kind;
    Body body;
  };
  absl::StatusOr<Opened> Open(const google::protobuf::Any& any) const;

  // In order of name.
  std::vector<const Entry*> all() const;

 private:
  Kinds& AddEntry(Entry entry);

  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace bangfu::policy

#endif  // BANGFU_COMMON_POLICY_KIND_H_
