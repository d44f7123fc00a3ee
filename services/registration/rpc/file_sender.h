// A file that leaves portion by portion.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_FILE_SENDER_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_FILE_SENDER_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "bangfu/operations/v1/file.pb.h"
#include "bangfu/options/v1/reason.pb.h"
#include "common/rpc/service_table.h"
#include "common/status/refusal.h"
#include "google/api/httpbody.pb.h"

namespace bangfu::registration {

// The first portion names the file.
class FileSender {
 public:
  FileSender(const std::string& file_name, const std::string& content_type, rpc::Writer<google::api::HttpBody>& writer)
      : writer_(writer) {
    portion_.set_content_type(content_type);
    operations::v1::FileName name;
    name.set_name(file_name);
    portion_.add_extensions()->PackFrom(name);
  }

  // CANCELLED when the caller has gone.
  absl::Status Send(std::string bytes) {
    portion_.set_data(std::move(bytes));
    const bool sent = writer_.Write(portion_);
    portion_.clear_extensions();
    return sent ? absl::OkStatus() : status::Refuse(status::Reason::CANCELLED);
  }

 private:
  rpc::Writer<google::api::HttpBody>& writer_;
  google::api::HttpBody portion_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_FILE_SENDER_H_
