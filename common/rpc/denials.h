// Audit records of denials. Whoever is refused must be able to fill neither the queue before real work nor the disk,
// nor hide what others are refused. The first denial of a kind is kept at once, as long as there are not too many
// firsts; all others are counted into one record a kind and minute, which leaves out what differs among them.
//
// Callers with a token that is good are told apart by reason, fault, method, subject and source. Who has used up the
// kinds of one caller, or finds the table full, is told apart by reason and subject: a subject is never lost, and there
// are no more of them than accounts. Everybody else can make up what he likes but his address: he is told apart by
// reason, fault, source and the account that he named, then by reason and source, and when the table is full by reason
// alone. The two have each a table, a number of firsts and, in the queue, a share of their own.
#ifndef BANGFU_COMMON_RPC_DENIALS_H_
#define BANGFU_COMMON_RPC_DENIALS_H_

#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <unordered_map>
#include <variant>

#include "absl/time/time.h"
#include "bangfu/audit/v1/audit.pb.h"
#include "common/db/coalescer.h"
#include "common/db/database.h"
#include "common/metrics/metrics.h"

namespace bangfu::rpc {

struct DenialBounds {
  int queue = 2048;                          // records that wait to be written
  size_t kinds = 512;                        // told apart at once in each of the two tables
  size_t kinds_per_caller = 32;              // of one subject with a token, or of one source without
  int firsts = 256;                          // written at once within a window, of each table; others wait for its end
  int objects = 16;                          // that a record of many denials names
  absl::Duration window = absl::Minutes(1);  // that a record of many denials covers
};

// Whether the subject of a denial is proved by a token. Without one it is at most the account that somebody named.
enum class Asker { kKnown, kAnybody };

class Denials {
 public:
  Denials(db::Database& database, const DenialBounds& bounds);
  // Writes what has been counted so far.
  ~Denials();

  Denials(const Denials&) = delete;
  Denials& operator=(const Denials&) = delete;

  // Does not wait. A record that cannot be kept is counted as a metric.
  void Add(const audit::v1::AuditRecord& record, Asker asker);

 private:
  // Reason, fault, method, subject, source; empty for what does not tell apart.
  using Kind = std::tuple<std::string, std::string, std::string, std::string, std::string>;
  struct Repeats {
    absl::Time begun;
    // The newest, with the objects of those before it, and without what differs; repeat_count 0: none yet.
    audit::v1::AuditRecord record;
  };
  struct Table {
    std::map<Kind, Repeats> kinds;
    std::unordered_map<std::string, size_t> kinds_of;  // by caller
    int firsts = 0;                                    // since then
    absl::Time firsts_since = absl::InfinitePast();
  };

  // Told apart as well as the bounds allow.
  Kind KindOf(const Table& table, const audit::v1::AuditRecord& record, Asker asker) const;
  // Whether one more first of that table may be written now.
  bool TakeFirst(Table& table, absl::Time now) const;
  void Count(const audit::v1::AuditRecord& record, Repeats* repeats) const;
  void Work();
  // Writes the counts whose window began before `until`.
  void Sweep(absl::Time until, absl::Time now);
  void SweepTable(Asker asker, absl::Time until, absl::Time now);
  void Write(const audit::v1::AuditRecord& record, Asker asker);
  Table& TableOf(Asker asker) { return asker == Asker::kKnown ? known_ : anybody_; }

  const DenialBounds bounds_;
  metrics::Counter unaudited_series_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  Table known_;  // guarded by mutex_, as is the other
  Table anybody_;
  // Behind everything else, many to a statement.
  db::Coalescer<std::string, std::monostate> records_;
  std::thread thread_;
};

}  // namespace bangfu::rpc

#endif  // BANGFU_COMMON_RPC_DENIALS_H_
