// Evidence and meetings.
#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "bangfu/procedure/v1/reason.pb.h"
#include "common/procedure/turn.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::procedure {

using status::Refuse;
using v1::Meeting;
using v1::MeetingRequirement;
using v1::Vote;

namespace {

constexpr size_t kSha256Digits = 64;

bool IsSha256(const std::string& text) {
  return text.size() == kSha256Digits && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(static_cast<unsigned char>(c)) || ('a' <= c && c <= 'f');
         });
}

// The least number of people that is the share of `basis`.
int64_t LeastOf(const v1::Share& share, int64_t basis) {
  const int64_t product = basis * share.numerator();
  if (share.exceeded()) return product / share.denominator() + 1;
  return (product + share.denominator() - 1) / share.denominator();
}

int64_t VotesNeeded(const MeetingRequirement& requirement, const Meeting& meeting) {
  return LeastOf(requirement.vote(), requirement.vote_basis() == MeetingRequirement::ENTITLED
                                         ? meeting.entitled_count()
                                         : meeting.present_count());
}

absl::Status RefuseVote(const MeetingRequirement& requirement, const Meeting& meeting, const Vote& vote) {
  const bool of_entitled = requirement.vote_basis() == MeetingRequirement::ENTITLED;
  return Refuse(v1::VOTE_NOT_CARRIED,
                {{"in_favour", absl::StrCat(vote.in_favour_count())},
                 {"basis", absl::StrCat(of_entitled ? meeting.entitled_count() : meeting.present_count())},
                 {"required", absl::StrCat(VotesNeeded(requirement, meeting))}});
}

absl::Status WrongFigures(const std::string& detail) { return Refuse(v1::MEETING_FIGURES_WRONG, {{"detail", detail}}); }

absl::Status CheckAttendance(const MeetingRequirement& requirement, const Meeting& meeting) {
  if (meeting.present_count() > meeting.entitled_count()) {
    return WrongFigures(
        absl::StrCat("实到 ", meeting.present_count(), " 人多于应到 ", meeting.entitled_count(), " 人"));
  }
  int64_t least = requirement.least_present();
  if (requirement.has_quorum()) least = std::max(least, LeastOf(requirement.quorum(), meeting.entitled_count()));
  if (meeting.present_count() >= least) return absl::OkStatus();
  return Refuse(v1::MEETING_NO_QUORUM, {{"entitled", absl::StrCat(meeting.entitled_count())},
                                        {"present", absl::StrCat(meeting.present_count())},
                                        {"required", absl::StrCat(least)}});
}

// A meeting is held before it is recorded; after a return it is held again.
absl::Status CheckTime(const Turn& turn, const Meeting& meeting) {
  const absl::Time time = TimeOf(meeting.time());
  if (time > turn.now) return Refuse(v1::MEETING_TIME_WRONG, {{"detail", "会议时间在将来"}});
  for (const StepProgress& earlier : turn.procedure.steps()) {
    if (earlier.step() == turn.step.key() && earlier.has_meeting() && time <= TimeOf(earlier.meeting().time())) {
      return Refuse(v1::MEETING_TIME_WRONG, {{"detail", "退回前的会议不能再次使用"}});
    }
  }
  return absl::OkStatus();
}

absl::Status CheckVotes(const Turn& turn, const MeetingRequirement& requirement, const Meeting& meeting) {
  if (!requirement.has_vote()) {
    return meeting.votes().empty() ? absl::OkStatus() : WrongFigures("本次会议不表决");
  }
  std::set<std::string> voted;
  const auto active = ActiveIds(turn.procedure);
  for (const Vote& vote : meeting.votes()) {
    const int64_t votes = int64_t{vote.in_favour_count()} + vote.against_count() + vote.abstained_count();
    if (votes > meeting.present_count()) {
      return WrongFigures(absl::StrCat("共 ", votes, " 票多于实到 ", meeting.present_count(), " 人"));
    }
    if (!voted.insert(vote.subject_id()).second) return WrongFigures("同一对象表决了两次");
    if (requirement.vote_each_subject() && !active.contains(vote.subject_id())) {
      return Refuse(v1::SUBJECT_NOT_IN_LIST, {{"subject", vote.subject_id()}});
    }
    if (!requirement.vote_each_subject() && !vote.subject_id().empty()) return WrongFigures("应对整个名单表决");
  }
  const size_t expected = requirement.vote_each_subject() ? active.size() : 1;
  if (voted.size() != expected) {
    return WrongFigures(absl::StrCat("应有 ", expected, " 项表决, 只登记了 ", meeting.votes_size(), " 项"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status TakeMeeting(const Turn& turn) {
  if (!turn.step.has_meeting()) return RefuseAction(turn.step, "登记会议");
  if (turn.progress().has_meeting()) return RefuseRepeat("登记会议");
  const MeetingRequirement& requirement = turn.step.meeting();
  const Meeting& meeting = turn.action.record_meeting();
  RETURN_IF_ERROR(CheckTime(turn, meeting));
  RETURN_IF_ERROR(CheckAttendance(requirement, meeting));
  if (requirement.minutes_required() && meeting.minutes().empty()) return Refuse(v1::MINUTES_MISSING);
  RETURN_IF_ERROR(CheckVotes(turn, requirement, meeting));
  *turn.progress().mutable_meeting() = meeting;
  if (!requirement.vote_each_subject()) return absl::OkStatus();
  const int64_t needed = VotesNeeded(requirement, meeting);
  std::map<std::string, std::string> lost;
  for (const Vote& vote : meeting.votes()) {
    if (vote.in_favour_count() >= needed) continue;
    lost[vote.subject_id()] = absl::StrCat("表决未通过: 赞成 ", vote.in_favour_count(), " 票, 须 ", needed, " 票");
  }
  Drop(turn, lost);
  return absl::OkStatus();
}

void AddMeetingLacks(const StepDefinition& step, const Procedure& procedure, std::vector<Lack>* lacks) {
  if (!step.has_meeting()) return;
  const MeetingRequirement& requirement = step.meeting();
  const StepProgress& progress = CurrentProgress(procedure);
  if (!progress.has_meeting()) {
    lacks->push_back(LackOf(step, Refuse(v1::MEETING_MISSING, {{"meeting", requirement.title()}})));
    return;
  }
  if (!requirement.has_vote() || requirement.vote_each_subject()) return;
  const Vote& vote = progress.meeting().votes(0);
  if (vote.in_favour_count() >= VotesNeeded(requirement, progress.meeting())) return;
  lacks->push_back(LackOf(step, RefuseVote(requirement, progress.meeting(), vote)));
}

absl::Status TakeEvidence(const Turn& turn) {
  StepProgress& progress = turn.progress();
  for (const v1::Evidence& file : turn.action.evidence()) {
    if (!IsSha256(file.sha256())) return Refuse(v1::DIGEST_INVALID);
    if (!file.subject_id().empty() && !IsActive(turn.procedure, file.subject_id())) {
      return Refuse(v1::SUBJECT_NOT_IN_LIST, {{"subject", file.subject_id()}});
    }
    const auto& given = progress.evidence();
    const bool known = std::any_of(given.begin(), given.end(), [&](const v1::Evidence& other) {
      return other.kind() == file.kind() && other.sha256() == file.sha256() && other.subject_id() == file.subject_id();
    });
    if (!known) *progress.add_evidence() = file;
  }
  return absl::OkStatus();
}

void AddEvidenceLacks(const StepDefinition& step, const Procedure& procedure, std::vector<Lack>* lacks) {
  std::vector<std::string> details;
  for (const v1::EvidenceRequirement& requirement : step.evidence()) {
    std::map<std::string, int> given;  // by subject
    int total = 0;
    for (const v1::Evidence& file : CurrentProgress(procedure).evidence()) {
      if (file.kind() != requirement.kind()) continue;
      ++given[file.subject_id()];
      ++total;
    }
    const int count = std::max(1, requirement.count());
    if (!requirement.each_subject()) {
      if (total < count) details.push_back(absl::StrCat(requirement.kind(), " ", total, "/", count));
      continue;
    }
    const auto& subjects = procedure.subjects();
    const auto short_of = std::count_if(subjects.begin(), subjects.end(), [&](const Subject& subject) {
      return subject.state() == Subject::ACTIVE && given[subject.subject_id()] < count;
    });
    if (short_of > 0) details.push_back(absl::StrCat(requirement.kind(), " 缺 ", short_of, " 个对象的"));
  }
  if (details.empty()) return;
  lacks->push_back(LackOf(step, Refuse(v1::EVIDENCE_MISSING, {{"detail", absl::StrJoin(details, "; ")}})));
}

}  // namespace bangfu::procedure
