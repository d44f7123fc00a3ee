// Audit records of denials. Whoever is refused must be able to fill neither the queue before real work nor the disk:
// the first denial of a kind is kept at once, and those like it, in method, reason, subject and source, are counted
// into one record a minute.
#ifndef BANGFU_COMMON_RPC_DENIALS_H_
#define BANGFU_COMMON_RPC_DENIALS_H_

#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <variant>

#include "absl/time/time.h"
#include "bangfu/audit/v1/audit.pb.h"
#include "common/db/coalescer.h"
#include "common/db/database.h"
#include "common/metrics/metrics.h"

namespace bangfu::rpc {

struct DenialBounds {
  int queue = 1024;                          // records that wait to be written
  size_t kinds = 1024;                       // told apart at once; what is beyond is told apart by its reason alone
  int objects = 16;                          // that a record of many denials names
  absl::Duration window = absl::Minutes(1);  // that a record of many denials covers
};

class Denials {
 public:
  Denials(db::Database& database, const DenialBounds& bounds);
  // Writes what has been counted so far.
  ~Denials();

  Denials(const Denials&) = delete;
  Denials& operator=(const Denials&) = delete;

  // Does not wait. A record that cannot be kept is counted as a metric.
  void Add(const audit::v1::AuditRecord& record);

 private:
  using Kind = std::tuple<std::string, std::string, std::string, std::string, std::string>;
  struct Repeats {
    absl::Time begun;
    audit::v1::AuditRecord record;  // the newest, with the objects of those before it; repeat_count 0: none yet
  };

  // The place of the record among the kinds; what is one too many loses what it would have been told apart by.
  std::map<Kind, Repeats>::iterator Place(audit::v1::AuditRecord* record, absl::Time now, bool* first);
  void Count(const audit::v1::AuditRecord& record, Repeats* repeats) const;
  void Work();
  // Writes the counts whose window began before `until`.
  void Sweep(absl::Time until, absl::Time now);
  void Write(const audit::v1::AuditRecord& record);

  const DenialBounds bounds_;
  metrics::Counter unaudited_series_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::map<Kind, Repeats> kinds_;  // guarded by mutex_
  // Behind everything else, many to a statement.
  db::Coalescer<std::string, std::monostate> records_;
  std::thread thread_;
};

}  // namespace bangfu::rpc

#endif  // BANGFU_COMMON_RPC_DENIALS_H_
