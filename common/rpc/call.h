// One call of a method: who asks, when, until when, and what has been authorised so far. Handed to every method.
#ifndef BANGFU_COMMON_RPC_CALL_H_
#define BANGFU_COMMON_RPC_CALL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/auth/caller.h"
#include "common/db/connection.h"
#include "common/rpc/method_rule.h"

namespace bangfu::rpc {

class Call {
 public:
  Call(const MethodRule& rule, std::shared_ptr<const auth::Caller> caller, absl::Time now, absl::Time deadline,
       std::string trace)
      : rule_(rule), caller_(std::move(caller)), now_(now), deadline_(deadline), trace_(std::move(trace)) {}

  const MethodRule& rule() const { return rule_; }
  const auth::Caller& caller() const { return *caller_; }
  absl::Time now() const { return now_; }  // one instant for the whole call
  absl::Time deadline() const { return deadline_; }
  const std::string& trace() const { return trace_; }  // 32 hexadecimal digits
  bool full_view() const { return full_view_; }
  // Every area authorised so far is one where the caller has a role of the register: only these are shown health
  // details.
  bool sees_health() const { return sees_health_; }

  // SHA-256 of the certificate that the caller came to the entry with, in hexadecimal; empty if it came with none.
  const std::string& certificate() const { return certificate_; }

  // The network address that the caller came to the entry from; empty for a call that came past it.
  const std::string& source() const { return source_; }

  // What the request names as its record and its area, whether there is such a thing or not.
  const std::string& asked_record() const { return asked_record_; }
  const std::string& asked_area() const { return asked_area_; }

  // A method that anybody may call has found out whom the call is about: what audit records name as subject.
  void Identify(std::string subject) { identified_ = std::move(subject); }
  const std::string& subject() const { return identified_.empty() ? caller_->subject : identified_; }

  // The refusal that the method answers has its audit record: it was written together with what the refusal changed.
  void MarkAudited() { audited_ = true; }
  bool audited() const { return audited_; }

  // What bounds the call's database work.
  db::Bounds bounds() const { return {deadline_, &cancelled_, rule_.share(), queue_key_}; }
  bool cancelled() const { return cancelled_.load(); }
  void Cancel() { cancelled_.store(true); }

  // Checks that the caller's roles for this method reach `area` — the area of a loaded row. A method that answers OK
  // without having called this or ScopeIn is failed by the wrapper. AREA_OUT_OF_SCOPE; PERMISSION_DENIED if it is the
  // full view alone that they do not reach it for.
  absl::Status Authorise(int64_t area);

  // The ranges of areas that a list is about: the parameter of list statements. That is `area`, a code that has been
  // validated, or, if it is empty, all that the caller may see with this method. AREA_OUT_OF_SCOPE if the caller may
  // not see all of `area`: a list that leaves out silently what was asked for would be taken for the whole.
  absl::StatusOr<std::vector<auth::AreaRange>> ScopeIn(absl::string_view area);

  // AREA_OUT_OF_SCOPE, with the areas that the caller has for this method.
  absl::Status OutOfScope() const;

  // What to answer when a record is not there: `not_found` if the caller may see all of the record's county, else
  // AREA_OUT_OF_SCOPE, the same as for a record that is there but not the caller's.
  absl::Status Missing(absl::string_view record_id, absl::Status not_found);

  // The answer is that of an earlier, authorised call with the same request id and the same subject; who may ask at all
  // was checked by the wrapper.
  void MarkRepeated() { authorised_ = repeated_ = true; }

  // The answer was given before: what is shown only once (a first password) is not shown again.
  bool repeated() const { return repeated_; }

  bool authorised() const { return authorised_ || rule_.access().areawide(); }

 private:
  friend class Dispatcher;
  const MethodRule& rule_;
  std::shared_ptr<const auth::Caller> caller_;
  const absl::Time now_;
  const absl::Time deadline_;
  const std::string trace_;
  std::string certificate_;
  std::string source_;
  std::string asked_record_;
  std::string asked_area_;
  std::string identified_;
  bool audited_ = false;
  bool authorised_ = false;
  bool repeated_ = false;
  bool full_view_ = false;
  bool sees_health_ = true;
  int64_t queue_key_ = 0;  // of the county that the call is about, or of its caller
  std::atomic<bool> cancelled_{false};
};

}  // namespace bangfu::rpc

#endif  // BANGFU_COMMON_RPC_CALL_H_
