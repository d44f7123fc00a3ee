// A run of a pack of rules over an area, as a job. It may be stopped or killed at any moment and run again: it goes on
// behind the last page that it has written, and counts nothing twice.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_QUALITY_RUN_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_QUALITY_RUN_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/operations/runner.h"
#include "services/registration/domain/quality_reconcile.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

// Kind of a run's operation.
inline constexpr char kQualityKind[] = "quality-run";

// A run at work, and whom it reports to.
struct QualityRunWork {
  const Registration& registration;
  ids::RecordId id;
  std::function<absl::Time()> clock;
  operations::Origin origin;  // who started it

  // Tells how far it is; a total of 0 is not known yet.
  std::function<void(const std::string& phase, int64_t done, int64_t total)> progress;
  // Whether it should end at the next checkpoint.
  std::function<bool()> stopped;
  // Asked in each of its transactions: an error if another worker has taken over.
  std::function<absl::Status(db::Tx&)> held;

  int page_households = 2000;
  int page_members = 20'000;
};

// Judges all households of the run's area, a page a transaction, then looks for members who are lost and for issues
// whose household is gone. CANCELLED at a checkpoint.
absl::Status RunQuality(const QualityRunWork& work);

// What operations::Runner runs for that kind. `registration` outlives the runner.
operations::Runner::Body QualityBody(const Registration& registration);

// The pack of a document that is or was in force. POLICY_NOT_FOUND.
absl::StatusOr<domain::QualityPack> PackOf(const policy::Book& book, const std::string& policy_id);

// What a look made of some households.
struct QualityLooked {
  std::vector<domain::QualityCase> cases;
  domain::QualityChange change;
};

// Looks at the households and writes what became of their issues, in the transaction of the caller. Their issues are
// locked before they are read, so that of two looks the later one sees what the first has written.
absl::StatusOr<QualityLooked> LookAtHouseholds(const Registration& registration, db::Tx& tx,
                                               const domain::QualityLook& look, absl::CivilDay date,
                                               const std::vector<ids::RecordId>& households);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_QUALITY_RUN_H_
