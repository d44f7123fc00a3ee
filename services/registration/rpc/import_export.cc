// ImportService.ExportRegister: the register as files that can be edited and imported again.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bangfu/audit/v1/audit.pb.h"
#include "bangfu/operations/v1/file.pb.h"
#include "common/rpc/effects.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/import_table.h"
#include "services/registration/rpc/export_line.h"
#include "services/registration/rpc/import_rpc.h"
#include "services/registration/store/export_store.h"

namespace bangfu::registration {
namespace {

using domain::ImportTable;

constexpr int kPageRecords = 1000;
constexpr size_t kPortionBytes = 256 << 10;

// The first portion, which names the file.
google::api::HttpBody FirstPortion(const v1::ExportRegisterRequest& request) {
  google::api::HttpBody portion;
  portion.set_content_type("text/csv; charset=utf-8");
  operations::v1::FileName name;
  name.set_name(absl::StrCat(request.table(), "_", request.area(), ".csv"));
  portion.add_extensions()->PackFrom(name);
  return portion;
}

// Sends the portion and empties it for the next; CANCELLED when the caller has gone.
absl::Status Send(google::api::HttpBody* portion, rpc::Writer<google::api::HttpBody>& writer) {
  const bool sent = writer.Write(*portion);
  portion->clear_extensions();
  portion->clear_data();
  return sent ? absl::OkStatus() : status::Refuse(status::Reason::CANCELLED);
}

// One of the two audit records of an export: before the first row leaves and behind the last. The second is written
// also when the caller has gone.
absl::Status Audit(const Registration& registration, const rpc::Call& call, const v1::ExportRegisterRequest& request,
                   int64_t row_count, const std::string& result) {
  audit::v1::AuditRecord record = rpc::RecordOf(registration.write.service, call);
  record.add_objects(request.table());
  record.set_area(request.area());
  record.set_purpose(request.purpose());
  record.set_row_count(row_count);
  record.set_result(result);
  return registration.database().Write({absl::Now() + absl::Seconds(5)},
                                       [&](db::Tx& tx) { return rpc::AppendAudit(tx, record); });
}

// Sends what `scope` holds of the table, and counts the rows.
absl::Status Export(const Registration& registration, rpc::Call& call, const v1::ExportRegisterRequest& request,
                    const ImportTable& table, const std::vector<auth::AreaRange>& scope,
                    rpc::Writer<google::api::HttpBody>& writer, int64_t* row_count) {
  google::api::HttpBody portion = FirstPortion(request);
  portion.set_data(ExportHeaderLine(table));
  for (const auth::AreaRange& range : scope) {
    store::ExportPage page;
    do {
      const ids::RecordId after = page.last;
      ASSIGN_OR_RETURN(page, registration.database().Read(call.bounds(), [&](db::Tx& tx) {
        return store::ReadExportPage(tx, registration.sealer(), table.table, range, after, kPageRecords);
      }));
      for (const store::ExportRow& row : page.rows) {
        AppendExportLine(table, row, call.full_view(), portion.mutable_data());
      }
      *row_count += static_cast<int64_t>(page.rows.size());
      if (portion.data().size() >= kPortionBytes) RETURN_IF_ERROR(Send(&portion, writer));
    } while (page.more);
  }
  return Send(&portion, writer);
}

}  // namespace

absl::Status ImportRpc::ExportRegister(rpc::Call& call, const v1::ExportRegisterRequest& request,
                                       rpc::Writer<google::api::HttpBody>& writer) {
  const ImportTable* table = domain::FindTable(request.table());
  if (table == nullptr) return status::RefuseFields({{"table", "表: 应为 AC01、AB01、AC07 或 AC30"}});
  ASSIGN_OR_RETURN(const auto scope, call.ScopeIn(AreaNumber(request.area())));
  RETURN_IF_ERROR(Audit(registration_, call, request, 0, "STARTED"));
  int64_t row_count = 0;
  const absl::Status exported = Export(registration_, call, request, *table, scope, writer, &row_count);
  const absl::Status audited =
      Audit(registration_, call, request, row_count, exported.ok() ? "OK" : status::ReasonOf(exported));
  return exported.ok() ? audited : exported;
}

}  // namespace bangfu::registration
