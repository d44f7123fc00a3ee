#include "services/registration/rpc/export_run.h"

#include <utility>

#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/rpc/export_line.h"
#include "services/registration/store/export_store.h"

namespace bangfu::registration {
namespace {

constexpr int kPageRecords = 1000;

}  // namespace

absl::Status Export(const ExportRun& run, absl::FunctionRef<absl::Status(std::string portion)> send,
                    int64_t* row_count) {
  bool begun = false;
  return run.database.ReadSnapshot(run.bounds, [&](db::Tx& tx) -> absl::Status {
    if (begun) return status::Refuse(status::Reason::UNAVAILABLE);
    *row_count = 0;
    std::string portion = ExportHeaderLine(run.table);
    for (const auth::AreaRange& range : run.scope) {
      store::ExportPage page;
      do {
        ASSIGN_OR_RETURN(page, store::ReadExportPage(tx, run.sealer, run.table.table, range, page.last, kPageRecords));
        for (const store::ExportRow& row : page.rows) AppendExportLine(run.table, row, run.reveal, &portion);
        *row_count += static_cast<int64_t>(page.rows.size());
        if (portion.size() < run.portion_bytes) continue;
        begun = true;
        RETURN_IF_ERROR(send(std::exchange(portion, {})));
      } while (page.more);
    }
    begun = true;
    return send(std::move(portion));
  });
}

}  // namespace bangfu::registration
