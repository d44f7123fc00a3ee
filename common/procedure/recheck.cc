// Re-checks of a part of the list that is drawn by lot.
#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bangfu/procedure/v1/reason.pb.h"
#include "common/crypto/digest.h"
#include "common/procedure/advance.h"
#include "common/procedure/turn.h"
#include "common/status/refusal.h"

namespace bangfu::procedure {

using status::Refuse;
using v1::RecheckRequirement;
using v1::RecordRecheck;
using v1::Sample;

namespace {

int SampleSize(const RecheckRequirement& requirement, int list) {
  const int by_percent = static_cast<int>((int64_t{list} * requirement.percent() + 99) / 100);
  return std::min(list, std::max(by_percent, requirement.least()));
}

bool IsChecked(const Sample& sample, const std::string& subject_id) {
  return std::any_of(sample.rechecks().begin(), sample.rechecks().end(),
                     [&](const RecordRecheck& recheck) { return recheck.subject_id() == subject_id; });
}

// Subjects of the sample that have still to be checked; those that left the list need not be.
int Unchecked(const Procedure& procedure, const Sample& sample) {
  const auto active = ActiveIds(procedure);
  int left = 0;
  for (const std::string& id : sample.subject_ids()) left += active.contains(id) ? 1 : 0;
  for (const RecordRecheck& recheck : sample.rechecks()) left -= active.contains(recheck.subject_id()) ? 1 : 0;
  return left;
}

}  // namespace

std::vector<std::string> DrawSample(const std::string& seed, std::vector<std::string> subject_ids, int count) {
  std::vector<std::pair<std::string, std::string>> drawn;
  for (std::string& id : subject_ids) {
    std::string digest = crypto::Sha256(absl::StrCat(seed, "\n", id));
    drawn.emplace_back(std::move(digest), std::move(id));
  }
  std::sort(drawn.begin(), drawn.end());
  std::vector<std::string> sample;
  for (auto& [digest, id] : drawn) {
    if (static_cast<int>(sample.size()) == count) break;
    sample.push_back(std::move(id));
  }
  return sample;
}

absl::Status TakeSample(const Turn& turn) {
  if (!turn.step.has_recheck()) return RefuseAction(turn.step, "抽取样本");
  if (turn.progress().has_sample()) return RefuseRepeat("抽取样本");
  std::vector<std::string> list;
  for (const Subject& subject : turn.procedure.subjects()) {
    if (subject.state() == Subject::ACTIVE) list.push_back(subject.subject_id());
  }
  const int count = static_cast<int>(list.size());
  Sample& sample = *turn.progress().mutable_sample();
  sample.set_seed(turn.action.draw_sample().seed());
  sample.set_list_count(count);
  for (std::string& id : DrawSample(sample.seed(), std::move(list), SampleSize(turn.step.recheck(), count))) {
    sample.add_subject_ids(std::move(id));
  }
  return absl::OkStatus();
}

absl::Status TakeRecheck(const Turn& turn) {
  if (!turn.step.has_recheck()) return RefuseAction(turn.step, "登记复核");
  const RecordRecheck& given = turn.action.record_recheck();
  Sample& sample = *turn.progress().mutable_sample();
  const auto& ids = sample.subject_ids();
  const bool in_sample = std::find(ids.begin(), ids.end(), given.subject_id()) != ids.end();
  if (!in_sample || IsChecked(sample, given.subject_id()) || !IsActive(turn.procedure, given.subject_id())) {
    return Refuse(v1::NOT_IN_SAMPLE, {{"subject", given.subject_id()}});
  }
  *sample.add_rechecks() = given;
  return absl::OkStatus();
}

void JudgeSample(const Turn& turn) {
  const Sample& sample = turn.progress().sample();
  if (Unchecked(turn.procedure, sample) > 0) return;
  std::map<std::string, std::string> failed;
  for (const RecordRecheck& recheck : sample.rechecks()) {
    if (!recheck.passed()) failed[recheck.subject_id()] = absl::StrCat("抽查不合格: ", recheck.finding());
  }
  const RecheckRequirement& requirement = turn.step.recheck();
  if (static_cast<int>(failed.size()) <= requirement.failures_allowed()) return Drop(turn, failed);
  GoBack(turn, requirement.return_to(),
         absl::StrCat("抽查 ", sample.subject_ids_size(), " 个, 不合格 ", failed.size(), " 个, 允许 ",
                      requirement.failures_allowed(), " 个"));
}

void AddRecheckLacks(const StepDefinition& step, const Procedure& procedure, std::vector<Lack>* lacks) {
  if (!step.has_recheck()) return;
  const StepProgress& progress = CurrentProgress(procedure);
  if (!progress.has_sample()) {
    lacks->push_back(LackOf(step, Refuse(v1::SAMPLE_NOT_DRAWN, {{"percent", absl::StrCat(step.recheck().percent())}})));
    return;
  }
  const int left = Unchecked(procedure, progress.sample());
  if (left == 0) return;
  const int done = progress.sample().rechecks_size();
  lacks->push_back(LackOf(
      step, Refuse(v1::RECHECKS_MISSING, {{"required", absl::StrCat(done + left)}, {"done", absl::StrCat(done)}})));
}

}  // namespace bangfu::procedure
