// Tables that leave as files.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_TABLE_FILE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_TABLE_FILE_H_

#include <string>

#include "bangfu/registration/v1/statistics_service.pb.h"
#include "services/registration/domain/roster.h"
#include "services/registration/rpc/file_sender.h"

namespace bangfu::registration {

// Aligned text unless CSV is asked for.
inline domain::RosterForm FormOf(v1::ExportListRequest::Format format) {
  return format == v1::ExportListRequest::CSV ? domain::RosterForm::kCsv : domain::RosterForm::kAlignedText;
}

// A sender of a file of that name and form.
inline FileSender SenderOf(const std::string& name, domain::RosterForm form,
                           rpc::Writer<google::api::HttpBody>& writer) {
  const bool csv = form == domain::RosterForm::kCsv;
  return FileSender(name + (csv ? ".csv" : ".txt"), csv ? "text/csv; charset=utf-8" : "text/plain; charset=utf-8",
                    writer);
}

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_TABLE_FILE_H_
