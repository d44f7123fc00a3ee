// Rows of procedures. The machine's message is the record: it is kept whole but for its subjects, which have rows of
// their own; what lists select by stands in columns beside it.
#ifndef BANGFU_COMMON_PROCEDURE_PROCEDURE_STORE_H_
#define BANGFU_COMMON_PROCEDURE_PROCEDURE_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "bangfu/procedure/v1/procedure.pb.h"
#include "bangfu/procedure/v1/procedure_service.pb.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "common/procedure/advance.h"

namespace bangfu::procedure {

struct StoredProcedure {
  ProcedureDefinition definition;
  Procedure procedure;
};

// With all of its subjects; without them; with them, locked until the transaction ends.
std::optional<StoredProcedure> LoadProcedure(db::Tx& tx, const ids::RecordId& id);
std::optional<StoredProcedure> LoadProcedureHead(db::Tx& tx, const ids::RecordId& id);
std::optional<StoredProcedure> LockProcedure(db::Tx& tx, const ids::RecordId& id);

// Inserts a procedure that has begun. SUBJECT_BUSY if a subject is in another running one of the kind.
absl::Status InsertProcedure(db::Tx& tx, const StoredProcedure& begun, const Standing& standing);

// Writes what an action made of a procedure that is locked: the row, the subjects that changed, and the entry.
void SaveProcedure(db::Tx& tx, const Procedure& before, const Advanced& after, const Standing& standing);

// The text that was posted in a step, one time round.
void InsertNoticeText(db::Tx& tx, const ids::RecordId& id, const std::string& step, int round,
                      const v1::NoticeText& text);
std::optional<v1::NoticeText> LoadNoticeText(db::Tx& tx, const ids::RecordId& id, const std::string& step, int round);

// Areas in which procedures of a kind may be seen.
struct KindScope {
  std::string kind;
  auth::AreaRange area;
};

// Areas in which somebody can do what a code of Standing::todo stands for.
struct TodoScope {
  int code = 0;
  auth::AreaRange area;
};

struct ProcedureQuery {
  std::vector<KindScope> scope;
  std::string kind, step, subject_id;                     // empty: any
  Procedure::State state = Procedure::STATE_UNSPECIFIED;  // unspecified: any
  std::optional<std::vector<TodoScope>> mine;
  bool overdue = false;
  absl::Time now;
  int64_t before = 0;  // only ids below; 0 for the first page
  int limit = 0;
};

// Newest first, with their due time and without subjects, steps and what is pending.
std::vector<Procedure> ListProcedures(db::Tx& tx, const ProcedureQuery& query);

struct ListedSubject {
  Subject subject;
  int ordinal = 0;  // place in the list, from 0
};

// In order of the list, behind the ordinal `after`; in any state if it is unspecified.
std::vector<ListedSubject> ListSubjects(db::Tx& tx, const ids::RecordId& id, Subject::State state, int64_t after,
                                        int limit);

// In order of number, behind `after`.
std::vector<ProcedureEntry> ListEntries(db::Tx& tx, const ids::RecordId& id, int64_t after, int limit);

}  // namespace bangfu::procedure

#endif  // BANGFU_COMMON_PROCEDURE_PROCEDURE_STORE_H_
