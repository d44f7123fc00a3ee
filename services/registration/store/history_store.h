// The versions of a household, of everybody who ever belonged to it, and of its yearly reports.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_HISTORY_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_HISTORY_STORE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bangfu/registration/v1/member.pb.h"
#include "bangfu/registration/v1/yearly_report.pb.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"
#include "services/registration/store/instants.h"
#include "services/registration/store/list_query.h"
#include "services/registration/store/record_version.h"

namespace bangfu::registration::store {

// One version and the one before it; before the first that is an empty message.
struct RecordedChange {
  RecordKind kind = RecordKind::kHousehold;
  // Id of the household or member; year of a report.
  std::string record;
  google::protobuf::Timestamp time;
  std::string valid_from;  // empty for reports
  std::string subject;
  std::string method;
  std::unique_ptr<google::protobuf::Message> before;
  std::unique_ptr<google::protobuf::Message> after;
};

// Newest first; changes of one instant with the household first. `after` is the last_key of the page before. Needs one
// snapshot for its statements.
absl::StatusOr<Page<RecordedChange>> ListChanges(db::Tx& tx, const crypto::Sealer& sealer,
                                                 const ids::RecordId& household, const std::vector<std::string>& after,
                                                 int limit);

// The superseded version of the member that holds at the instants; nothing if there is none.
absl::StatusOr<std::optional<v1::Member>> LoadSupersededMember(db::Tx& tx, const crypto::Sealer& sealer,
                                                               const ids::RecordId& id, const Instants& instants);

// The household's reports as known at `time`, or now, newest year first.
absl::StatusOr<std::vector<v1::Income>> ListIncomesKnown(db::Tx& tx, const crypto::Sealer& sealer,
                                                         const ids::RecordId& household,
                                                         std::optional<absl::Time> time);
absl::StatusOr<std::vector<v1::LivingCondition>> ListLivingConditionsKnown(db::Tx& tx, const crypto::Sealer& sealer,
                                                                           const ids::RecordId& household,
                                                                           std::optional<absl::Time> time);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_HISTORY_STORE_H_
