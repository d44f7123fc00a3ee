#include "services/registration/rpc/area_reform_run.h"

#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bangfu/audit/v1/audit.pb.h"
#include "bangfu/registration/v1/management_reason.pb.h"
#include "common/rpc/effects.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/area_reform.h"
#include "services/registration/domain/today.h"
#include "services/registration/store/area_reform_store.h"
#include "services/registration/store/area_store.h"
#include "services/registration/store/family_store.h"
#include "services/registration/store/record_version.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

using domain::Family;
using status::Refuse;
using store::AreaReformRecord;

constexpr int kHouseholdsAtOnce = 500;

class ReformRun {
 public:
  ReformRun(const Registration& registration, operations::Job& job)
      : registration_(registration), job_(job), back_(job.step() == kMoveBackStep) {}

  absl::StatusOr<operations::Outcome> Run() {
    const absl::Status status = MoveAll();
    // The village was restored meanwhile: what was moved before stays, and can be moved back.
    if (status::ReasonOf(status) == "AREA_NOT_REPLACED") {
      RETURN_IF_ERROR(Write([&](db::Tx& tx) -> absl::Status {
        store::SetReformState(tx, job_.id(), v1::AreaReform::MOVED);
        return absl::OkStatus();
      }));
    }
    if (!status.ok()) return status;
    return operations::Outcome{operations::Operation::SUCCEEDED, back_ ? "已撤销" : "已搬移"};
  }

 private:
  absl::Status Write(absl::FunctionRef<absl::Status(db::Tx&)> body) {
    const absl::Status status = registration_.database().Write(db::Bounds{}, [&](db::Tx& tx) -> absl::Status {
      RETURN_IF_ERROR(job_.CheckHeld(tx));
      return body(tx);
    });
    // In doubt: the step is run again and finds out.
    if (status.code() == absl::StatusCode::kDeadlineExceeded) return Refuse(status::Reason::UNAVAILABLE);
    return status;
  }

  absl::Status MoveAll() {
    for (bool more = true; more;) {
      if (job_.Stopped()) return Refuse(status::Reason::CANCELLED);
      v1::AreaReform shown;
      RETURN_IF_ERROR(Write([&](db::Tx& tx) -> absl::Status {
        const auto reform = store::LoadReformForUpdate(tx, job_.id());
        if (!reform) return Refuse(v1::AREA_REFORM_NOT_FOUND);
        ASSIGN_OR_RETURN(more, back_ ? MoveBackPage(tx, *reform) : MovePage(tx, *reform));
        shown = store::DescribeReform(tx, *reform);
        return absl::OkStatus();
      }));
      const int64_t done = back_ ? shown.left_count() : shown.moved_count();
      job_.Progress(back_ ? "撤销" : "搬移", done, shown.moved_count() + shown.left_count());
    }
    return absl::OkStatus();
  }

  // False if there is none left to be moved.
  absl::StatusOr<bool> MovePage(db::Tx& tx, const AreaReformRecord& reform) {
    const auto page = store::NextToMove(tx, reform, after_, kHouseholdsAtOnce);
    if (page.empty()) {
      store::SetReformState(tx, reform.id, v1::AreaReform::MOVED);
      return false;
    }
    RETURN_IF_ERROR(HoldVillages(tx, reform));
    const std::map<int64_t, int64_t> targets(page.begin(), page.end());
    ASSIGN_OR_RETURN(const auto families, Lock(tx, reform, page));
    std::vector<Family> before, after;
    for (const Family& family : families) {
      // Somebody else was faster.
      if (family.household.state() != v1::Household::ACTIVE || AreaNumber(family.household.area()) != reform.area) {
        continue;
      }
      before.push_back(family);
      after.push_back(domain::MoveTo(family, standards::FormatAreaCode(targets.at(NumberOf(family)))));
    }
    RETURN_IF_ERROR(Save(tx, reform, before, &after));
    std::vector<store::MovedHousehold> moved;
    for (const Family& family : after) {
      moved.push_back(
          {NumberOf(family), AreaNumber(family.household.area()), store::VersionOf(family.household.etag())});
    }
    store::SaveMoved(tx, reform.id, moved);
    after_ = page.back().first;
    return true;
  }

  absl::StatusOr<bool> MoveBackPage(db::Tx& tx, const AreaReformRecord& reform) {
    const auto page = store::NextToMoveBack(tx, reform, after_, kHouseholdsAtOnce);
    if (page.empty()) {
      const bool all = store::DescribeReform(tx, reform).moved_count() == 0;
      store::SetReformState(tx, reform.id, all ? v1::AreaReform::UNDONE : v1::AreaReform::MOVED);
      return false;
    }
    const std::map<int64_t, int64_t> versions(page.begin(), page.end());
    ASSIGN_OR_RETURN(const auto families, Lock(tx, reform, page));
    std::vector<Family> before, after;
    std::vector<store::MovedHousehold> moved;
    for (const Family& family : families) {
      // Changed since the reform was asked to be undone: it stays.
      if (store::VersionOf(family.household.etag()) != versions.at(NumberOf(family))) continue;
      before.push_back(family);
      after.push_back(domain::MoveTo(family, standards::FormatAreaCode(reform.area)));
      moved.push_back({NumberOf(family), AreaNumber(family.household.area()), 0});
    }
    RETURN_IF_ERROR(Save(tx, reform, before, &after));
    store::SaveMoved(tx, reform.id, moved);
    after_ = page.back().first;
    return true;
  }

  // While a page is moved, the end of the village is not taken back and no successor ends. AREA_NOT_REPLACED.
  absl::Status HoldVillages(db::Tx& tx, const AreaReformRecord& reform) {
    const auto known = store::LoadAreas(tx, {reform.area});
    std::vector<int64_t> codes = {reform.area};
    if (const auto old = known.find(reform.area); old != known.end()) {
      for (const v1::AreaSuccessor& successor : old->second.successors()) codes.push_back(AreaNumber(successor.code()));
    }
    const auto held = store::LoadAreasForShare(tx, codes);
    const auto old = held.find(reform.area);
    if (old != held.end() && !old->second.successors().empty()) return absl::OkStatus();
    return Refuse(v1::AREA_NOT_REPLACED, {{"area", standards::FormatAreaCode(reform.area)}});
  }

  absl::StatusOr<std::vector<Family>> Lock(db::Tx& tx, const AreaReformRecord& reform,
                                           const std::vector<std::pair<int64_t, int64_t>>& page) {
    std::vector<ids::RecordId> ids;
    for (const auto& [number, what] : page) ids.push_back({reform.id.shard, number});
    return store::LoadFamiliesForUpdate(tx, registration_.sealer(), ids);
  }

  absl::Status Save(db::Tx& tx, const AreaReformRecord& reform, const std::vector<Family>& before,
                    std::vector<Family>* after) {
    if (before.empty()) return absl::OkStatus();
    const store::Author author{job_.subject(), back_ ? "UndoAreaReform" : "StartAreaReform", absl::Now()};
    audit::v1::AuditRecord record;
    record.set_service(std::string(store::kService));
    record.set_method(absl::StrCat("bangfu.registration.v1.AreaReformService.", author.method));
    record.set_subject(author.subject);
    record.set_session(job_.origin().session);
    record.set_trace(job_.origin().trace);
    store::SetTime(author.time, record.mutable_time());
    record.set_result("OK");
    rpc::Effects effects(std::move(record));
    effects.ActOn(reform.id.ToString(), reform.area);
    RETURN_IF_ERROR(SaveDecided(registration_, tx, effects, author, before, after));
    return effects.Flush(tx);
  }

  static int64_t NumberOf(const Family& family) { return store::IdOf(family.household.household_id()).number; }

  const Registration& registration_;
  operations::Job& job_;
  const bool back_;
  int64_t after_ = 0;
};

}  // namespace

operations::Runner::Body AreaReformBody(const Registration& registration) {
  return [&registration](operations::Job& job) { return ReformRun(registration, job).Run(); };
}

}  // namespace bangfu::registration
