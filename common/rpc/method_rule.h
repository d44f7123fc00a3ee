// What the annotations say about one method, worked out once at start: who may call it, where its area or record is
// found, which queue it waits in, which special fields its request has.
#ifndef BANGFU_COMMON_RPC_METHOD_RULE_H_
#define BANGFU_COMMON_RPC_METHOD_RULE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bangfu/options/v1/options.pb.h"
#include "common/db/connection.h"
#include "common/metrics/metrics.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace bangfu::rpc {

// What a method streams. Each kind has a bound of its own: watchers stay for long, and must not keep files out.
enum class Stream {
  kNone,
  kUpload,  // from the client
  kExport,  // to the client, finite
  kWatch,   // to the client as things happen, without end; the name of the method begins with Watch
};

class MethodRule {
 public:
  // FAILED_PRECONDITION when the method has no access rule, names a role twice, or names a field that is not there. A
  // service with such a method does not start.
  static absl::StatusOr<MethodRule> Of(const google::protobuf::MethodDescriptor& method);

  const std::string& name() const { return name_; }  // bangfu.registration.v1.HouseholdService.GetHousehold
  const options::v1::Access& access() const { return access_; }
  const std::vector<options::v1::Role>& roles() const { return roles_; }
  const std::vector<options::v1::Role>& reveal_roles() const { return reveal_roles_; }
  options::v1::Load load() const { return load_; }
  Stream stream() const { return stream_; }
  // Its reads keep no interactive read waiting.
  db::Share share() const {
    if (stream_ == Stream::kExport) return db::Share::kExport;
    return load_ == options::v1::BULK || stream_ != Stream::kNone ? db::Share::kBackground : db::Share::kInteractive;
  }
  bool writes() const { return writes_; }
  absl::Duration default_deadline() const { return default_deadline_; }
  metrics::Histogram& duration() const { return *duration_; }

  // The value of the request's area field; empty when the method has none or it is not set.
  std::string AreaIn(const google::protobuf::Message& request) const { return StringAt(area_path_, request); }
  // Without an area the method is about all areas of its caller.
  bool AreaMayBeLeftOut() const { return area_may_be_left_out_; }
  std::string RecordIn(const google::protobuf::Message& request) const { return StringAt(record_path_, request); }
  std::string RequestIdIn(const google::protobuf::Message& request) const {
    return StringAt(request_id_path_, request);
  }
  std::string PurposeIn(const google::protobuf::Message& request) const { return StringAt(purpose_path_, request); }
  // The caller asks for unmasked values.
  bool FullViewIn(const google::protobuf::Message& request) const;
  // The caller asks for a check without effect.
  bool ValidateOnlyIn(const google::protobuf::Message& request) const;

 private:
  using Path = std::vector<const google::protobuf::FieldDescriptor*>;
  static std::string StringAt(const Path& path, const google::protobuf::Message& request);
  static absl::StatusOr<Path> PathTo(const google::protobuf::Descriptor& request, const std::string& dotted);

  std::string name_;
  options::v1::Access access_;
  std::vector<options::v1::Role> roles_;
  std::vector<options::v1::Role> reveal_roles_;
  options::v1::Load load_ = options::v1::INTERACTIVE_READ;
  Stream stream_ = Stream::kNone;
  bool writes_ = false;
  bool area_may_be_left_out_ = false;
  absl::Duration default_deadline_ = absl::Seconds(10);
  std::unique_ptr<metrics::Histogram> duration_;
  Path area_path_, record_path_, request_id_path_, purpose_path_;
  const google::protobuf::FieldDescriptor* view_ = nullptr;
  const google::protobuf::FieldDescriptor* validate_only_ = nullptr;
};

// The six-digit home area at the front of a record's id; nothing if the id is malformed.
std::optional<int32_t> ShardOf(absl::string_view record_id);

}  // namespace bangfu::rpc

#endif  // BANGFU_COMMON_RPC_METHOD_RULE_H_
