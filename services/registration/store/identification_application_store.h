// Rows of `identification_application` and `home_check`. A check is sealed as a whole.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_IDENTIFICATION_APPLICATION_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_IDENTIFICATION_APPLICATION_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/identification.pb.h"
#include "common/auth/area_range.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/store/author.h"

namespace bangfu::registration::store {

// An id of another county or kind finds nothing.
std::optional<v1::IdentificationApplication> LoadApplication(db::Tx& tx, const ids::RecordId& id);
// The same, locked until the end of the transaction.
std::optional<v1::IdentificationApplication> LockApplication(db::Tx& tx, const ids::RecordId& id);

// A new one. False if the household has one that is not decided.
bool InsertApplication(db::Tx& tx, const v1::IdentificationApplication& application, const Author& author);

// What a check makes of an application that is locked: points, verdicts, and what it is ranked by.
struct CheckedApplication {
  const v1::IdentificationApplication& application;
  int64_t need_key, first_tie, second_tie;
};
void SaveChecked(db::Tx& tx, const CheckedApplication& checked, absl::Time time);

// Locked before. `keeps_place`: whoever was ranked still is, so that nobody moves.
void SaveWithdrawn(db::Tx& tx, const ids::RecordId& id, const std::string& note, bool keeps_place, absl::Time time);

// The applications of a campaign in a village that are in no procedure and not decided, locked in order of id, each
// with whether it stands beyond the campaign's quota; 0 draws no line.
struct Candidate {
  v1::IdentificationApplication application;
  bool beyond_quota = false;
};
std::vector<Candidate> LockCandidates(db::Tx& tx, const ids::RecordId& campaign, int64_t village, int32_t quota);

// Of the whole campaign, those without a check.
int64_t CountUnchecked(db::Tx& tx, const ids::RecordId& campaign);
// Of the whole campaign, those checked that nothing excludes and whose entry test is not settled: their scores.
std::vector<int64_t> ScoresOfIncomplete(db::Tx& tx, const ids::RecordId& campaign);

// Whether a list of the campaign was started that decided, or may decide, about somebody.
bool HasLists(db::Tx& tx, const ids::RecordId& campaign);

// Applications that are locked, of one county: refused, each with its note; put into a procedure.
void RefuseApplications(db::Tx& tx, int32_t shard, const std::vector<int64_t>& ids,
                        const std::vector<std::string>& notes, absl::Time time);
void PutInProcedure(db::Tx& tx, int32_t shard, const std::vector<int64_t>& ids, const std::string& procedure_id,
                    absl::Time time);

// What the procedure has made of households, each with its application's new state and note.
struct ProcedureResult {
  std::vector<int64_t> households;
  std::vector<int> states;
  std::vector<std::string> notes;
};
void SaveResults(db::Tx& tx, const ids::RecordId& procedure, const ProcedureResult& result, absl::Time time);

// Of a procedure's applications, those that are not decided are, or are no longer, in a posted notice.
void SaveNotice(db::Tx& tx, const ids::RecordId& procedure, bool in_notice, absl::Time time);

// All applications that a procedure was started with.
std::vector<v1::IdentificationApplication> LoadApplicationsOf(db::Tx& tx, const ids::RecordId& procedure);

// The latest application of each household, in the order of `households`, those of one county; nothing where there is
// none.
std::vector<std::optional<v1::IdentificationApplication>> LoadLatestApplications(
    db::Tx& tx, const std::vector<ids::RecordId>& households);

struct ApplicationQuery {
  std::vector<auth::AreaRange> scope;
  std::optional<ids::RecordId> campaign;
  v1::IdentificationApplication::State state = v1::IdentificationApplication::STATE_UNSPECIFIED;  // unspecified: any
  int64_t after_area = 0, after_id = 0;
  int limit = 0;
};
// In order of area and id.
std::vector<v1::IdentificationApplication> ListApplications(db::Tx& tx, const ApplicationQuery& query);

void InsertHomeCheck(db::Tx& tx, const crypto::Sealer& sealer, const v1::HomeCheck& check, const Author& author);

// Newest first.
absl::StatusOr<std::vector<v1::HomeCheck>> ListHomeChecks(db::Tx& tx, const crypto::Sealer& sealer,
                                                          const ids::RecordId& application, int limit);

// The columns of a row, for a table `t` joined with its household `h`, and their reader.
extern const char kApplicationColumns[];
v1::IdentificationApplication ReadApplication(const pqxx::row& row);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_IDENTIFICATION_APPLICATION_STORE_H_
