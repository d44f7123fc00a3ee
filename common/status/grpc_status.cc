#include "common/status/grpc_status.h"

#include <string>

#include "absl/strings/cord.h"
#include "google/rpc/error_details.pb.h"

namespace bangfu::status {
namespace {

// Of the 16 KiB, for base64 makes four thirds of the details, and percent signs may make three of a byte of the
// message.
constexpr size_t kMostDetails = 8 * 1024;
constexpr size_t kLongestMessage = 1024;

// At most `most` bytes, whole characters and then an ellipsis.
void Cut(size_t most, std::string* text) {
  if (text->size() <= most) return;
  size_t end = most - 3;
  while (end > 0 && (static_cast<unsigned char>((*text)[end]) & 0xC0) == 0x80) --end;
  text->resize(end);
  text->append("…");
}

void CutTexts(size_t most, google::rpc::ErrorInfo* info) {
  for (auto& [key, value] : *info->mutable_metadata()) Cut(most, &value);
}
void CutTexts(size_t most, google::rpc::LocalizedMessage* localized) { Cut(most, localized->mutable_message()); }
void CutTexts(size_t most, google::rpc::BadRequest* bad) {
  for (auto& violation : *bad->mutable_field_violations()) {
    Cut(most, violation.mutable_field());
    Cut(most, violation.mutable_description());
  }
}

// False if the detail is none of these.
template <typename Message>
bool CutDetail(size_t most, google::protobuf::Any* detail) {
  Message message;
  if (!detail->UnpackTo(&message)) return false;
  CutTexts(most, &message);
  detail->set_value(message.SerializeAsString());
  return true;
}

// Cuts the texts of the details as far as needed, and leaves out what is long by its number of parts.
void Shorten(google::rpc::Status* proto) {
  for (const size_t most : {size_t{1024}, size_t{256}, size_t{64}}) {
    if (proto->ByteSizeLong() <= kMostDetails) return;
    for (auto& detail : *proto->mutable_details()) {
      CutDetail<google::rpc::ErrorInfo>(most, &detail) || CutDetail<google::rpc::LocalizedMessage>(most, &detail) ||
          CutDetail<google::rpc::BadRequest>(most, &detail);
    }
  }
  auto* details = proto->mutable_details();
  for (int i = details->size() - 1; i >= 0 && proto->ByteSizeLong() > kMostDetails; --i) {
    google::rpc::ErrorInfo info;
    if (!details->Get(i).UnpackTo(&info)) {
      details->DeleteSubrange(i, 1);
    } else {
      info.clear_metadata();
      details->Mutable(i)->set_value(info.SerializeAsString());
    }
  }
}

}  // namespace

google::rpc::Status ToProto(const absl::Status& status) {
  google::rpc::Status proto;
  proto.set_code(static_cast<int>(status.code()));
  proto.set_message(std::string(status.message()));
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    auto* detail = proto.add_details();
    detail->set_type_url(std::string(url));
    detail->set_value(std::string(payload));
  });
  return proto;
}

absl::Status FromProto(const google::rpc::Status& proto) {
  absl::Status status(static_cast<absl::StatusCode>(proto.code()), proto.message());
  if (status.ok()) return status;
  for (const auto& detail : proto.details()) status.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  return status;
}

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status proto = ToProto(status);
  Cut(kLongestMessage, proto.mutable_message());
  Shorten(&proto);
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), proto.message(), proto.SerializeAsString());
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status proto;
  if (!status.error_details().empty() && proto.ParseFromString(status.error_details()) && proto.code() != 0) {
    return FromProto(proto);
  }
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

}  // namespace bangfu::status
