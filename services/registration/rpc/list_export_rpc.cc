// StatisticsService: lists as files. The cells come from annotated fields by the same way as those of notices, so that
// what must not be shown cannot get into them; every line is looked at once more before the first is sent.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bangfu/audit/v1/audit.pb.h"
#include "bangfu/registration/v1/statistics_reason.pb.h"
#include "common/procedure/notice_text.h"
#include "common/rpc/effects.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/roster.h"
#include "services/registration/rpc/list_request.h"
#include "services/registration/rpc/statistics_rpc.h"
#include "services/registration/rpc/table_file.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/member_store.h"

namespace bangfu::registration {
namespace {

using Cells = std::vector<std::string>;
using google::protobuf::RepeatedPtrField;

constexpr int kPageRecords = 1000;
constexpr size_t kPortionBytes = 256 << 10;

// The list that a file is made of.
class Listing {
 public:
  Listing(const Registration& registration, const v1::ExportListRequest& request)
      : registration_(registration), persons_(request.list() == v1::ExportListRequest::MEMBERS) {
    columns_ = request.columns();
    const std::vector<const char*> usual =
        persons_ ? std::vector{"name", "sex", "ethnicity", "relation", "education"}
                 : std::vector{"head_name", "member_count", "attribute", "main_cause", "exit_flag", "exit_year"};
    if (columns_.empty()) columns_.Assign(usual.begin(), usual.end());
  }

  const api::ColumnMap& filter_columns() const {
    return persons_ ? store::MemberFilterColumns() : store::HouseholdFilterColumns();
  }

  // NOTICE_FIELD_FORBIDDEN.
  absl::Status ForEach(db::Tx& tx, store::ListQuery query,
                       const std::function<absl::Status(const Cells&)>& take) const {
    bool more = true;
    while (more) {
      if (persons_) {
        ASSIGN_OR_RETURN(const auto page, store::ListMembers(tx, registration_.sealer(), query));
        RETURN_IF_ERROR(Take(page, &query, take));
        more = page.more;
      } else {
        ASSIGN_OR_RETURN(const auto page, store::ListHouseholds(tx, registration_.sealer(), query));
        RETURN_IF_ERROR(Take(page, &query, take));
        more = page.more;
      }
    }
    return absl::OkStatus();
  }

  // The labels of the columns.
  absl::StatusOr<Cells> Head() const {
    return persons_ ? CellsOf(v1::Member(), /*labels=*/true) : CellsOf(v1::Household(), /*labels=*/true);
  }

 private:
  template <typename Record>
  absl::Status Take(const store::Page<Record>& page, store::ListQuery* query,
                    const std::function<absl::Status(const Cells&)>& take) const {
    for (const Record& record : page.records) {
      ASSIGN_OR_RETURN(const Cells cells, CellsOf(record, /*labels=*/false));
      RETURN_IF_ERROR(take(cells));
    }
    query->after = page.last_key;
    return absl::OkStatus();
  }

  absl::StatusOr<Cells> CellsOf(const google::protobuf::Message& record, bool labels) const {
    const auto label = [&](const std::string& dictionary, const std::string& code) {
      return registration_.dictionaries->LabelOf(dictionary, code);
    };
    ASSIGN_OR_RETURN(const auto line, procedure::NoticeLine::Of(record, columns_, label));
    Cells cells;
    for (const auto& [name, value] : line.values()) cells.push_back(labels ? name : value);
    return cells;
  }

  const Registration& registration_;
  const bool persons_;
  RepeatedPtrField<std::string> columns_;
};

// Text that leaves portion by portion.
class Outlet {
 public:
  explicit Outlet(FileSender& sender) : sender_(sender) {}

  absl::Status Write(const std::string& text) {
    portion_ += text;
    return portion_.size() < kPortionBytes ? absl::OkStatus() : Send();
  }
  absl::Status Send() { return sender_.Send(std::exchange(portion_, {})); }

 private:
  FileSender& sender_;
  std::string portion_;
};

// One of the two audit records of a file: before the first row leaves and behind the last.
absl::Status Audit(const Registration& registration, const rpc::Call& call, const v1::ExportListRequest& request,
                   int64_t row_count, const std::string& result) {
  audit::v1::AuditRecord record = rpc::RecordOf(registration.write.service, call);
  record.add_objects(v1::ExportListRequest::List_Name(request.list()));
  record.set_area(request.area());
  record.set_row_count(row_count);
  record.set_result(result);
  return registration.database().Write({absl::Now() + absl::Seconds(5)},
                                       [&](db::Tx& tx) { return rpc::AppendAudit(tx, record); });
}

absl::Status WriteFile(const Listing& listing, const v1::ExportListRequest& request, const store::ListQuery& query,
                       db::Tx& tx, FileSender& sender, int64_t* row_count) {
  domain::Roster roster(FormOf(request.format()));
  Outlet outlet(sender);
  ASSIGN_OR_RETURN(const Cells head, listing.Head());
  RETURN_IF_ERROR(roster.Inspect({request.title()}));
  RETURN_IF_ERROR(roster.Inspect(head));
  RETURN_IF_ERROR(listing.ForEach(tx, query, [&](const Cells& cells) { return roster.Inspect(cells); }));
  RETURN_IF_ERROR(outlet.Write(roster.Beginning(request.title()) + roster.Head(head)));
  RETURN_IF_ERROR(listing.ForEach(tx, query, [&](const Cells& cells) {
    ++*row_count;
    return outlet.Write(roster.Line(cells));
  }));
  return outlet.Send();
}

}  // namespace

absl::Status StatisticsRpc::ExportList(rpc::Call& call, const v1::ExportListRequest& request,
                                       rpc::Writer<google::api::HttpBody>& writer) {
  const Listing listing(registration_, request);
  v1::ListHouseholdsRequest listed;
  listed.set_filter(request.filter());
  ASSIGN_OR_RETURN(store::ListQuery query, ListQueryOf(listed, "", listing.filter_columns(), registration_));
  ASSIGN_OR_RETURN(query.scope, call.ScopeIn(request.area()));
  if (store::Mentions(query.filter, "health") && !call.sees_health()) return status::Refuse(v1::HEALTH_NOT_SHOWN);
  query.limit = kPageRecords;
  RETURN_IF_ERROR(Audit(registration_, call, request, 0, "STARTED"));
  FileSender sender = SenderOf(v1::ExportListRequest::List_Name(request.list()), FormOf(request.format()), writer);
  int64_t row_count = 0;
  bool begun = false;
  const absl::Status sent = registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::Status {
    // What was begun to be sent is not sent anew.
    if (std::exchange(begun, true)) return status::Refuse(status::Reason::UNAVAILABLE);
    return WriteFile(listing, request, query, tx, sender, &row_count);
  });
  const absl::Status audited =
      Audit(registration_, call, request, row_count, sent.ok() ? "OK" : status::ReasonOf(sent));
  return sent.ok() ? audited : sent;
}

}  // namespace bangfu::registration
