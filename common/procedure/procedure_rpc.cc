#include "common/procedure/procedure_rpc.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "bangfu/procedure/v1/reason.pb.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::procedure {

using status::Refuse;

namespace {

ids::RecordId IdOf(const std::string& procedure_id) { return *ids::ParseRecordId(procedure_id); }

// Subjects are given by the page.
Procedure Shown(Procedure procedure) {
  procedure.clear_subjects();
  return procedure;
}

// The latest round of a step; null if it was not entered yet.
const v1::StepProgress* LatestRound(const Procedure& procedure, const std::string& step) {
  const auto& steps = procedure.steps();
  const auto found = std::find_if(steps.rbegin(), steps.rend(),
                                  [&](const v1::StepProgress& progress) { return progress.step() == step; });
  return found == steps.rend() ? nullptr : &*found;
}

// The same text for all pages of one list.
std::string QueryName(const v1::ListProceduresRequest& request) {
  return absl::StrCat("procedures\n", request.area(), "\n", request.kind(), "\n", request.state(), "\n",
                      request.subject_id(), "\n", request.step(), "\n", request.mine(), "\n", request.overdue());
}

}  // namespace

absl::StatusOr<StoredProcedure> ProcedureRpc::Readable(rpc::Call& call, const std::string& procedure_id,
                                                       std::optional<StoredProcedure> loaded) const {
  if (!loaded) return call.Missing(procedure_id, Refuse(v1::PROCEDURE_NOT_FOUND));
  const int64_t area = *standards::ParseAreaCode(loaded->procedure.area());
  RETURN_IF_ERROR(call.Authorise(area));
  const ProcedureKind* kind = host_.Find(loaded->procedure.kind());
  if (kind == nullptr || !call.caller().Reaches(kind->readers, area)) {
    return Refuse(status::Reason::PERMISSION_DENIED);
  }
  return *std::move(loaded);
}

absl::StatusOr<int64_t> ProcedureRpc::Position(const std::string& page_token, const std::string& query,
                                               int64_t first) const {
  if (page_token.empty()) return first;
  ASSIGN_OR_RETURN(const auto key, host_.page_tokens->Open(page_token, query));
  int64_t position = 0;
  if (key.size() != 1 || !absl::SimpleAtoi(key[0], &position)) return Refuse(status::Reason::INVALID_PAGE_TOKEN);
  return position;
}

absl::StatusOr<Procedure> ProcedureRpc::GetProcedure(rpc::Call& call, const v1::GetProcedureRequest& request) {
  const std::string& id = request.procedure_id();
  return host_.write.database->ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Procedure> {
    ASSIGN_OR_RETURN(StoredProcedure stored, Readable(call, id, LoadProcedure(tx, IdOf(id))));
    Describe(stored.definition, call.now(), host_.CalendarOf(tx, stored.procedure), &stored.procedure);
    return Shown(std::move(stored.procedure));
  });
}

absl::StatusOr<ProcedureQuery> ProcedureRpc::QueryOf(rpc::Call& call, const v1::ListProceduresRequest& request) const {
  if (!request.kind().empty() && host_.Find(request.kind()) == nullptr) {
    return Refuse(v1::KIND_UNKNOWN, {{"kind", request.kind()}});
  }
  RETURN_IF_ERROR(call.ScopeIn(request.area()).status());
  const auth::AreaRange asked = auth::RangeOf(request.area().empty() ? 0 : *standards::ParseAreaCode(request.area()));
  ProcedureQuery query;
  for (const auto& [name, kind] : host_.kinds) {
    for (const auth::AreaRange& range : call.caller().ScopeFor(kind.readers)) {
      const auth::AreaRange common{std::max(range.low, asked.low), std::min(range.high, asked.high)};
      if (common.low < common.high) query.scope.push_back({name, common});
    }
  }
  if (request.mine()) {
    query.mine.emplace();
    for (const auth::Grant& grant : call.caller().grants) {
      for (const auth::AreaRange& range : grant.areas) {
        for (const LevelRange& part : ByLevel(range)) {
          query.mine->push_back({TodoCode(part.level, grant.role), part.range});
        }
      }
    }
  }
  query.kind = request.kind();
  query.step = request.step();
  query.subject_id = request.subject_id();
  query.state = request.state();
  query.overdue = request.overdue();
  query.now = call.now();
  ASSIGN_OR_RETURN(query.limit, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(query.before, Position(request.page_token(), QueryName(request), 0));
  return query;
}

absl::StatusOr<v1::ListProceduresResponse> ProcedureRpc::ListProcedures(rpc::Call& call,
                                                                        const v1::ListProceduresRequest& request) {
  ASSIGN_OR_RETURN(ProcedureQuery query, QueryOf(call, request));
  const int page_size = query.limit++;
  return host_.write.database->Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::ListProceduresResponse> {
    v1::ListProceduresResponse response;
    for (Procedure& procedure : procedure::ListProcedures(tx, query)) {
      if (response.procedures_size() == page_size) {
        const std::string& last = response.procedures(page_size - 1).procedure_id();
        const std::string number = absl::StrCat(IdOf(last).number);
        response.set_next_page_token(host_.page_tokens->Seal(QueryName(request), {number}));
        break;
      }
      *response.add_procedures() = std::move(procedure);
    }
    return response;
  });
}

absl::StatusOr<v1::ListProcedureSubjectsResponse> ProcedureRpc::ListProcedureSubjects(
    rpc::Call& call, const v1::ListProcedureSubjectsRequest& request) {
  using Response = v1::ListProcedureSubjectsResponse;
  const std::string& id = request.procedure_id();
  const std::string query = absl::StrCat("procedure subjects\n", id, "\n", request.state());
  ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const int64_t after, Position(request.page_token(), query, -1));
  return host_.write.database->ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    RETURN_IF_ERROR(Readable(call, id, LoadProcedureHead(tx, IdOf(id))).status());
    Response response;
    for (ListedSubject& listed : ListSubjects(tx, IdOf(id), request.state(), after, page_size + 1)) {
      if (response.subjects_size() == page_size) {
        response.set_next_page_token(host_.page_tokens->Seal(query, {absl::StrCat(listed.ordinal - 1)}));
        break;
      }
      *response.add_subjects() = std::move(listed.subject);
    }
    return response;
  });
}

absl::StatusOr<v1::ListProcedureEntriesResponse> ProcedureRpc::ListProcedureEntries(
    rpc::Call& call, const v1::ListProcedureEntriesRequest& request) {
  using Response = v1::ListProcedureEntriesResponse;
  const std::string& id = request.procedure_id();
  const std::string query = absl::StrCat("procedure entries\n", id);
  ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const int64_t after, Position(request.page_token(), query, 0));
  return host_.write.database->ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    RETURN_IF_ERROR(Readable(call, id, LoadProcedureHead(tx, IdOf(id))).status());
    Response response;
    for (ProcedureEntry& entry : ListEntries(tx, IdOf(id), after, page_size + 1)) {
      if (response.entries_size() == page_size) {
        response.set_next_page_token(host_.page_tokens->Seal(query, {absl::StrCat(entry.number() - 1)}));
        break;
      }
      *response.add_entries() = std::move(entry);
    }
    return response;
  });
}

absl::StatusOr<Procedure> ProcedureRpc::ActOnProcedure(rpc::Call& call, const v1::ActOnProcedureRequest& request) {
  const std::string& id = request.procedure_id();
  const auto act = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<Procedure> {
    const auto stored = LockProcedure(tx, IdOf(id));
    if (!stored) return call.Missing(id, Refuse(v1::PROCEDURE_NOT_FOUND));
    RETURN_IF_ERROR(call.Authorise(*standards::ParseAreaCode(stored->procedure.area())));
    const Actor actor{call.caller().subject, call.caller().grants};
    ASSIGN_OR_RETURN(Procedure after,
                     TakeAction(host_, tx, effects, call.now(), *stored, request.etag(), actor, request.action()));
    after.clear_steps();  // the answer is kept for repeats of the request, so it is kept small
    return Shown(std::move(after));
  };
  return rpc::Write<Procedure>(call, host_.write, request, act);
}

absl::StatusOr<v1::NoticeText> ProcedureRpc::GetNoticeText(rpc::Call& call, const v1::GetNoticeTextRequest& request) {
  const std::string& id = request.procedure_id();
  return host_.write.database->ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::NoticeText> {
    ASSIGN_OR_RETURN(const StoredProcedure stored, Readable(call, id, LoadProcedure(tx, IdOf(id))));
    const std::string& key = request.step().empty() ? stored.procedure.step() : request.step();
    const int index = StepIndex(stored.definition, key);
    if (index < 0) return Refuse(v1::STEP_HAS_NO_NOTICE, {{"step", key}});
    const v1::StepProgress* progress = LatestRound(stored.procedure, key);
    if (progress != nullptr && progress->has_notice()) {
      auto posted = LoadNoticeText(tx, IdOf(id), key, progress->round());
      if (!posted) return absl::DataLossError("the text of a notice");
      return *std::move(posted);
    }
    const auto from = standards::ParseDate(request.from_date());
    return DraftNotice(host_, tx, stored, stored.definition.steps(index), from.value_or(DayOf(call.now())),
                       request.place());
  });
}

std::unique_ptr<rpc::ServiceTable> ProcedureRpc::Table(rpc::Dispatcher& dispatcher) {
  auto table = std::make_unique<rpc::ServiceTable>("bangfu.procedure.v1.ProcedureService", dispatcher);
  table->Add(this, &ProcedureRpc::GetProcedure)
      .Add(this, &ProcedureRpc::ListProcedures)
      .Add(this, &ProcedureRpc::ListProcedureSubjects)
      .Add(this, &ProcedureRpc::ListProcedureEntries)
      .Add(this, &ProcedureRpc::ActOnProcedure)
      .Add(this, &ProcedureRpc::GetNoticeText);
  return table;
}

}  // namespace bangfu::procedure
