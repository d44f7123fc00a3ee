// Where procedures live in a service: the kinds that it runs, what it does when they move, and what only it knows. The
// service fills this in before it serves, starts procedures in transactions of its own, and is called back inside the
// transaction of every action.
#ifndef BANGFU_COMMON_PROCEDURE_HOST_H_
#define BANGFU_COMMON_PROCEDURE_HOST_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/api/page_token.h"
#include "common/policy/library.h"
#include "common/procedure/notice_text.h"
#include "common/procedure/procedure_store.h"
#include "common/rpc/effects.h"
#include "common/rpc/write.h"

namespace bangfu::procedure {

// One action as the service sees it, inside its transaction.
struct Stage {
  db::Tx& tx;
  rpc::Effects& effects;
  absl::Time now;
  const Procedure& before;  // empty at the start
  const Procedure& after;
  const ProcedureEntry& entry;  // empty at the start
};

// What a service does with procedures of one kind. A refusal by any of these takes the action back whole. All but the
// name and the readers may be left out.
struct ProcedureKind {
  std::string name;
  // Roles that may read them; those that act in them, and others.
  std::vector<options::v1::Role> readers;
  // A procedure was started; something was done in it; it ended, in whichever state (called behind acted).
  std::function<absl::Status(const Stage&)> started, acted, ended;
  // The records from which notices take what they show: one for each subject, in order.
  std::function<absl::StatusOr<std::vector<std::unique_ptr<google::protobuf::Message>>>(
      db::Tx& tx, const std::vector<std::string>& subject_ids)>
      notice_records;
};

struct ProcedureHost {
  rpc::WriteContext write;
  const api::PageTokens* page_tokens = nullptr;
  std::map<std::string, ProcedureKind> kinds;
  // Definitions, and holiday tables for what counts working days.
  policy::Library* policies = nullptr;
  // What notices call an area, and a code.
  std::function<absl::StatusOr<std::string>(db::Tx& tx, int64_t area)> area_name;
  CodeLabel code_label = [](const std::string&, const std::string& code) { return code; };

  void Add(ProcedureKind kind);
  // Null if there is none.
  const ProcedureKind* Find(const std::string& name) const;
  // Days on which offices of the procedure's area work.
  policy::WorkCalendar CalendarOf(db::Tx& tx, const Procedure& procedure) const;
};

// The definition that applies to procedures of a purpose in an area when they are started on that day.
// NO_POLICY_APPLIES.
absl::StatusOr<AppliedDefinition> ResolveDefinition(const ProcedureHost& host, db::Tx& tx, int64_t area,
                                                    absl::CivilDay day, const std::string& purpose);

// Starts a procedure in the caller's transaction: rows, audit, event and the kind's callback. Makes the id. Whether
// the caller may start it is for the service to say. KIND_UNKNOWN, SUBJECT_BUSY, and those of Begin.
absl::StatusOr<Procedure> StartProcedure(const ProcedureHost& host, db::Tx& tx, rpc::Effects& effects, absl::Time now,
                                         const AppliedDefinition& applied, NewProcedure given);

// Takes an action in a procedure that is locked. Whether the caller reaches the procedure's area at all is to be
// authorised before. ETAG_MISMATCH, NOTICE_TEXT_CHANGED, KIND_UNKNOWN, and those of Advance and of the callbacks.
absl::StatusOr<Procedure> TakeAction(const ProcedureHost& host, db::Tx& tx, rpc::Effects& effects, absl::Time now,
                                     const StoredProcedure& stored, const std::string& etag, const Actor& actor,
                                     Action action);

// The text of a step's notice as it would be posted from that day at that place. STEP_HAS_NO_NOTICE, KIND_UNKNOWN,
// NOTICE_FIELD_FORBIDDEN, NOTICE_HOLDS_PERSONAL_DATA.
absl::StatusOr<v1::NoticeText> DraftNotice(const ProcedureHost& host, db::Tx& tx, const StoredProcedure& stored,
                                           const StepDefinition& step, absl::CivilDay from, const std::string& place);

}  // namespace bangfu::procedure

#endif  // BANGFU_COMMON_PROCEDURE_HOST_H_
