// The step lists that the demo loads: each runs from its first step to its end, by the people it names, and its notices
// show what records have.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/area.pb.h"
#include "bangfu/registration/v1/household.pb.h"
#include "bangfu/registration/v1/identification.pb.h"
#include "common/procedure/case_for_tests.h"
#include "common/procedure/notice_text.h"
#include "common/standards/date.h"
#include "deploy/demo/policy/documents_for_tests.h"

namespace bangfu::demo {
namespace {

using policy::v1::PolicyDocument;
using procedure::Action;
using procedure::Actor;
using procedure::Case;
using procedure::ProcedureDefinition;
using procedure::StepDefinition;

constexpr int kSubjects = 3;

struct StepList {
  std::string name;
  std::string purpose;
  ProcedureDefinition definition;
};

std::vector<StepList> StepLists() {
  std::vector<StepList> lists;
  for (const auto& path : Files()) {
    if (path.parent_path().filename() != "procedure_definition") continue;
    const PolicyDocument document = Read(path);
    StepList list{path.stem().string(), document.purpose(), {}};
    EXPECT_TRUE(document.body().UnpackTo(&list.definition)) << path;
    lists.push_back(std::move(list));
  }
  return lists;
}

// Does all that a step requires and approves it, as somebody of each step would; the day moves on with the notices.
class Walk {
 public:
  explicit Walk(const ProcedureDefinition& definition) : case_(definition, standards::FormatDate(day_), kSubjects) {
    for (const auto& subject : procedure::Households(kSubjects)) subjects_.push_back(subject.subject_id());
  }

  // 办结, or the step and the refusal that ended it.
  std::string Run(const ProcedureDefinition& definition) {
    std::string state;
    for (const StepDefinition& step : definition.steps()) {
      const auto role = static_cast<options::v1::Role>(step.roles(0));
      const Actor actor = procedure::Of(step.level(), role, step.key());
      state = Take(step, actor);
      if (case_.procedure().step() == step.key() && state != "办结") return absl::StrCat(step.key(), ": ", state);
    }
    return state;
  }

 private:
  std::string Take(const StepDefinition& step, const Actor& actor) {
    for (const auto& evidence : step.evidence()) {
      const auto ids = evidence.each_subject() ? subjects_ : std::vector<std::string>{""};
      Do(actor, procedure::Submit(evidence.kind(), ids, std::max(1, evidence.count())));
    }
    if (step.has_meeting()) {
      Action meeting = procedure::HoldMeeting(standards::FormatDate(day_), 30, 30);
      for (const std::string& id : subjects_) {
        if (step.meeting().vote_each_subject()) meeting = procedure::WithVote(meeting, id, 30);
      }
      Do(actor, meeting);
    }
    for (const auto& slot : step.signatures().slots()) {
      for (int i = 0; i < std::max(1, slot.count()); ++i) {
        const std::string name = absl::StrCat(slot.key(), i);
        const Actor signer = procedure::Of(slot.level(), static_cast<options::v1::Role>(slot.roles(0)), name);
        Do(signer, slot.on_paper() ? procedure::SignOnPaper(slot.key(), name) : procedure::Sign(slot.key(), name));
      }
    }
    if (step.has_notice()) {
      Do(actor, procedure::Post(standards::FormatDate(day_)));
      day_ = *standards::ParseDate(case_.progress().notice().to_date()) + 1;
    }
    return Do(actor, procedure::Approve());
  }

  std::string Do(const Actor& actor, Action action) {
    return case_.Do(standards::FormatDate(day_), actor, std::move(action));
  }

  absl::CivilDay day_{2020, 3, 2};
  Case case_;
  std::vector<std::string> subjects_;
};

TEST(ProcedureFilesTest, EveryListRunsToItsEnd) {
  const std::vector<StepList> lists = StepLists();
  EXPECT_GE(lists.size(), 4u);
  for (const StepList& list : lists) EXPECT_EQ(Walk(list.definition).Run(list.definition), "办结") << list.name;
}

TEST(ProcedureFilesTest, NoticesShowWhatRecordsHave) {
  const registration::v1::Household household;
  const registration::v1::IdentificationApplication application;
  const registration::v1::RegisterCase register_case;
  const registration::v1::Area area;
  const std::map<std::string, const google::protobuf::Message*> records = {{"HOUSEHOLD_IDENTIFICATION", &application},
                                                                           {"HOUSEHOLD_REMOVAL", &register_case},
                                                                           {"HOUSEHOLD_RETURN", &register_case},
                                                                           {"VILLAGE_IDENTIFICATION", &area},
                                                                           {"HOUSEHOLD_EXIT", &household},
                                                                           {"VILLAGE_EXIT", &area},
                                                                           {"COUNTY_EXIT", &area},
                                                                           {"MONITORING_ENTRY", &household},
                                                                           {"MONITORING_ELIMINATION", &household}};
  for (const StepList& list : StepLists()) {
    ASSERT_EQ(records.count(list.purpose), 1u) << list.name;
    for (const StepDefinition& step : list.definition.steps()) {
      const auto line = procedure::NoticeLine::Of(*records.at(list.purpose), step.notice().columns(),
                                                  [](const std::string&, const std::string& code) { return code; });
      EXPECT_TRUE(line.ok()) << list.name << " " << step.key() << ": " << line.status();
    }
  }
}

}  // namespace
}  // namespace bangfu::demo
