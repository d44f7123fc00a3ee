// Lists of departments: begun, received in batches, closed, and read.

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "bangfu/registration/v1/matching_events.pb.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/label.h"
#include "services/registration/domain/matching_policy.h"
#include "services/registration/rpc/list_place.h"
#include "services/registration/rpc/matching_rpc.h"
#include "services/registration/store/import_staging.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

using status::Refuse;
using store::ListLock;
using store::MatchListRecord;
using v1::MatchList;

constexpr options::v1::Role kDepartment[] = {options::v1::DEPARTMENT};

bool IsDepartment(const rpc::Call& call) { return !call.caller().IsPerson() || call.caller().HasRole(kDepartment); }

absl::Status WrongState(const MatchList& list) {
  return Refuse(v1::MATCH_LIST_WRONG_STATE, {{"state", domain::LabelOf(list.state())}});
}

// A system states a purpose that it is registered for, by its code or as people call it.
absl::Status CheckGranted(const rpc::Call& call, const v1::MatchingPurpose& purpose) {
  if (call.caller().IsPerson()) return absl::OkStatus();
  for (const std::string& granted : call.caller().purposes) {
    if (granted == purpose.code() || granted == purpose.label()) return absl::OkStatus();
  }
  return Refuse(v1::MATCH_PURPOSE_NOT_GRANTED, {{"purpose", purpose.code()}});
}

absl::StatusOr<std::string> DepartmentOf(const rpc::Call& call, const MatchList& given) {
  if (!call.caller().department.empty()) return call.caller().department;
  if (given.department().empty()) return status::RefuseFields({{"list.department", "来源部门: 请填写"}});
  return given.department();
}

// Begins the list as its purpose says.
void ApplyPurpose(const policy::Applied<v1::MatchingPurposes>& rules, const v1::MatchingPurpose& purpose,
                  absl::CivilDay today, MatchList* list) {
  list->set_purpose_label(purpose.label());
  list->set_legal_basis(purpose.legal_basis());
  list->set_statutory_basis_suffices(purpose.statutory_basis_suffices());
  list->set_policy_id(rules.ref.policy_id());
  list->set_retain_until(standards::FormatDate(today + purpose.retention_days()));
  list->set_state(MatchList::RECEIVING);
}

// What makes a batch the same when it is sent again.
std::string ContentDigest(const crypto::Sealer& sealer, const v1::SubmitMatchBatchRequest& request) {
  std::string content;
  for (const v1::MatchRow& row : request.rows()) {
    const std::string bytes = row.SerializeAsString();
    absl::StrAppend(&content, bytes.size(), ":", bytes);
  }
  return sealer.Digest("match_part.content", content);
}

v1::MatchPart ShownPart(const store::MatchPartRecord& record, bool repeated) {
  v1::MatchPart part;
  part.set_number(record.part > store::kLastBatch ? 0 : record.part);
  part.set_row_count(record.row_count);
  part.set_wrong_count(record.wrong_count);
  part.set_repeated(repeated);
  return part;
}

// The part that was taken under the number before, if it was. MATCH_LIST_MIXED, MATCH_BATCH_DIFFERS.
absl::StatusOr<std::optional<store::MatchPartRecord>> TakenBefore(const std::vector<store::MatchPartRecord>& parts,
                                                                  int64_t number, const std::string& digest) {
  for (const store::MatchPartRecord& part : parts) {
    if (part.part > store::kLastBatch) return Refuse(v1::MATCH_LIST_MIXED, {{"way", "文件"}});
    if (part.part != number) continue;
    if (part.content_digest != digest) return Refuse(v1::MATCH_BATCH_DIFFERS, {{"number", absl::StrCat(number)}});
    return part;
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<MatchListRecord> MatchingRpc::LoadList(rpc::Call& call, db::Tx& tx, const std::string& list_id,
                                                      ListLock lock) const {
  auto record = store::LoadMatchList(tx, store::IdOf(list_id), lock);
  if (!record) return call.Missing(list_id, Refuse(v1::MATCH_LIST_NOT_FOUND));
  RETURN_IF_ERROR(call.Authorise(record->area));
  if (IsDepartment(call) && record->shown.subject() != call.caller().subject) return Refuse(v1::MATCH_LIST_NOT_FOUND);
  return *std::move(record);
}

absl::StatusOr<MatchListRecord> MatchingRpc::LoadReceiving(rpc::Call& call, db::Tx& tx, const std::string& list_id,
                                                           ListLock lock) const {
  ASSIGN_OR_RETURN(MatchListRecord record, LoadList(call, tx, list_id, lock));
  if (record.shown.state() != MatchList::RECEIVING) return WrongState(record.shown);
  return record;
}

domain::MatchRowReader MatchingRpc::ReaderOf(const MatchList& list) const {
  domain::ItemCodes codes;
  for (const v1::DictionaryEntry& entry :
       registration_.dictionaries->EntriesOf(domain::SchemaOf(list.kind()).dictionary)) {
    codes[entry.code()] = entry.code();
    codes[entry.label()] = entry.code();
    codes.emplace(std::string(absl::StripPrefix(entry.code(), "0")), entry.code());  // as spreadsheets write it
  }
  return {list.kind(), std::move(codes), list.as_of()};
}

absl::StatusOr<MatchList> MatchingRpc::CreateMatchList(rpc::Call& call, const v1::CreateMatchListRequest& request) {
  const MatchList& given = request.list();
  const std::string today = TodayOf(call);
  if (given.as_of() > today) return status::RefuseFields({{"list.as_of", "数据截止日期: 不能晚于今天"}});
  MatchListRecord record;
  record.area = AreaNumber(given.area());
  record.shown = given;
  ASSIGN_OR_RETURN(*record.shown.mutable_department(), DepartmentOf(call, given));
  record.shown.set_list_id(NewIdIn(given.area()));
  record.id = store::IdOf(record.shown.list_id());
  record.shown.set_subject(call.caller().subject);
  store::SetTime(call.now(), record.shown.mutable_create_time());
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<MatchList> {
    RETURN_IF_ERROR(call.Authorise(record.area));
    const auto book = registration_.policies->Open(tx);
    const absl::CivilDay day = *standards::ParseDate(today);
    ASSIGN_OR_RETURN(const auto rules, policy::Resolve<v1::MatchingPurposes>(*book, record.area, day));
    ASSIGN_OR_RETURN(const auto purpose, domain::FindPurpose(rules.message, given.purpose(), given.kind()));
    RETURN_IF_ERROR(CheckGranted(call, purpose));
    ApplyPurpose(rules, purpose, day, &record.shown);
    store::InsertMatchList(tx, record);
    effects.ActOn(record.shown.list_id(), record.area);
    effects.record().set_purpose(purpose.label());
    return record.shown;
  };
  return rpc::Write<MatchList>(call, registration_.write, request, write);
}

absl::StatusOr<v1::MatchPart> MatchingRpc::SubmitMatchBatch(rpc::Call& call,
                                                            const v1::SubmitMatchBatchRequest& request) {
  const std::string digest = ContentDigest(registration_.sealer(), request);
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::MatchPart> {
    ASSIGN_OR_RETURN(const MatchListRecord list, LoadReceiving(call, tx, request.list_id(), ListLock::kUpdate));
    ASSIGN_OR_RETURN(const auto before, TakenBefore(store::LoadParts(tx, list.id), request.number(), digest));
    effects.ActOn(request.list_id(), list.area);
    effects.record().set_purpose(list.shown.purpose_label());
    if (before) return ShownPart(*before, /*repeated=*/true);
    const domain::MatchRowReader reader = ReaderOf(list.shown);
    store::MatchPartRecord part{request.number(), digest, 0, 0};
    std::vector<domain::TakenRow> rows;
    for (int i = 0; i < request.rows_size(); ++i) {
      rows.push_back(reader.Read(i + 1, request.rows(i)));
      ++(rows.back().faults.empty() ? part.row_count : part.wrong_count);
    }
    store::CopyMatchRows(tx, registration_.sealer(), list.id, part.part, rows);
    store::InsertPart(tx, list.id, part);
    return ShownPart(part, /*repeated=*/false);
  };
  return rpc::Write<v1::MatchPart>(call, registration_.write, request, write);
}

absl::StatusOr<MatchList> MatchingRpc::CloseMatchList(rpc::Call& call, const v1::CloseMatchListRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<MatchList> {
    ASSIGN_OR_RETURN(MatchListRecord list, LoadReceiving(call, tx, request.list_id(), ListLock::kUpdate));
    if (list.shown.row_count() == 0) return Refuse(v1::MATCH_LIST_EMPTY);
    store::AllowLongStatements(tx);
    store::DeleteStrayRows(tx, list.id);
    store::SetListState(tx, list.id, MatchList::RECEIVED);
    list.shown.set_state(MatchList::RECEIVED);
    effects.ActOn(request.list_id(), list.area);
    effects.record().set_purpose(list.shown.purpose_label());
    v1::MatchListReceived received;
    received.set_list_id(request.list_id());
    received.set_kind(list.shown.kind());
    received.set_row_count(list.shown.row_count());
    effects.Emit(received, request.list_id(), list.area);
    return list.shown;
  };
  return rpc::Write<MatchList>(call, registration_.write, request, write);
}

absl::StatusOr<MatchList> MatchingRpc::GetMatchList(rpc::Call& call, const v1::GetMatchListRequest& request) {
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<MatchList> {
    ASSIGN_OR_RETURN(MatchListRecord list, LoadList(call, tx, request.list_id()));
    return std::move(list.shown);
  });
}

absl::StatusOr<v1::ListMatchListsResponse> MatchingRpc::ListMatchLists(rpc::Call& call,
                                                                       const v1::ListMatchListsRequest& request) {
  using Response = v1::ListMatchListsResponse;
  ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const auto scope, call.ScopeIn(request.area()));
  ASSIGN_OR_RETURN(const auto place, PlaceOf<1>(registration_, request));
  const std::string subject = IsDepartment(call) ? call.caller().subject : "";
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    auto lists = store::ListMatchLists(tx, scope, subject, place[0], page_size + 1);
    Response response;
    if (static_cast<int>(lists.size()) > page_size) {
      lists.pop_back();
      response.set_next_page_token(PageBehind(registration_, request, {lists.back().id.number}));
    }
    for (MatchListRecord& list : lists) *response.add_lists() = std::move(list.shown);
    return response;
  });
}

absl::StatusOr<v1::ListMatchRowFaultsResponse> MatchingRpc::ListMatchRowFaults(
    rpc::Call& call, const v1::ListMatchRowFaultsRequest& request) {
  using Response = v1::ListMatchRowFaultsResponse;
  ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const auto place, PlaceOf<3>(registration_, request));
  const bool first = request.page_token().empty();
  const store::RowFaultKey after = {place[0], place[1], first ? -1 : static_cast<int>(place[2])};
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    ASSIGN_OR_RETURN(const MatchListRecord list, LoadList(call, tx, request.list_id()));
    store::RowFaultPage page = store::ListRowFaults(tx, list.id, after, page_size);
    Response response;
    if (static_cast<int>(page.faults.size()) == page_size) {
      const store::RowFaultKey& last = page.last;
      response.set_next_page_token(PageBehind(registration_, request, {last.part, last.row, last.number}));
    }
    for (v1::MatchRowFault& fault : page.faults) *response.add_faults() = std::move(fault);
    return response;
  });
}

}  // namespace bangfu::registration
