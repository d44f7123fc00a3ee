#include "common/procedure/definitions_for_tests.h"

#include <cstdlib>
#include <iostream>

#include "google/protobuf/text_format.h"

namespace bangfu::procedure {
namespace {

v1::ProcedureDefinition Parse(const char* text) {
  v1::ProcedureDefinition definition;
  if (!google::protobuf::TextFormat::ParseFromString(text, &definition)) {
    std::cerr << "definition is broken\n";
    std::abort();
  }
  return definition;
}

constexpr char kTwoNoticesOneAnnouncement[] = R"pb(
  title: "贫困户识别 (两公示一公告)"
  steps {
    key: "apply"
    title: "农户申请"
    level: VILLAGE
    roles: REGISTRAR
    may_withdraw: true
    evidence { kind: "申请书" each_subject: true }
  }
  steps {
    key: "village-meeting"
    title: "村民代表会议评议"
    level: VILLAGE
    roles: REGISTRAR
    may_reject: true
    return_to: "apply"
    meeting {
      title: "村民代表会议"
      quorum { numerator: 2 denominator: 3 }
      minutes_required: true
      vote { numerator: 1 denominator: 2 exceeded: true }
      vote_basis: PRESENT
      vote_each_subject: true
    }
  }
  steps {
    key: "notice-1"
    title: "村内第一次公示"
    level: VILLAGE
    roles: REGISTRAR
    return_to: "village-meeting"
    notice {
      title: "拟纳入对象名单公示"
      place: "村务公开栏"
      days: 7
      day_kind: CALENDAR
      objections_stop_clock: true
      template: "{title}\n{area}经村民代表会议评议, 以下 {count} 户拟纳入, 现予公示 {days}。\n{list}\n{from}至{to}\n"
      columns: "name"
    }
  }
  steps {
    key: "township-review"
    title: "乡镇审核"
    level: TOWNSHIP
    roles: REVIEWER
    may_reject: true
    return_to: "village-meeting"
    recheck { percent: 20 least: 1 return_to: "village-meeting" }
    deadline { days: 10 day_kind: WORKING }
  }
  steps {
    key: "notice-2"
    title: "村内第二次公示"
    level: VILLAGE
    roles: REGISTRAR
    return_to: "village-meeting"
    notice {
      title: "乡镇审核名单公示"
      place: "村务公开栏"
      days: 5
      day_kind: WORKING
      objections_stop_clock: true
      template: "{title}\n{list}\n{from}至{to}\n"
      columns: "name"
    }
  }
  steps {
    key: "county-review"
    title: "县级复审"
    level: COUNTY
    roles: REVIEWER
    may_reject: true
    return_to: "township-review"
    different_from: "township-review"
  }
  steps {
    key: "announcement"
    title: "村内公告"
    level: VILLAGE
    roles: REGISTRAR
    notice {
      title: "贫困户名单公告"
      place: "村务公开栏"
      days: 1
      day_kind: CALENDAR
      announcement: true
      template: "{title}\n{list}\n自{from}起\n"
      columns: "name"
    }
  }
  deadline { days: 60 day_kind: CALENDAR objections_stop_clock: true }
)pb";

constexpr char kSevenSteps[] = R"pb(
  title: "贫困户识别 (七步工作法)"
  steps { key: "apply" title: "农户申请" level: VILLAGE roles: REGISTRAR may_withdraw: true }
  steps {
    key: "home-check"
    title: "入户核查"
    level: VILLAGE
    roles: REGISTRAR
    higher_level_may_act: true
    evidence { kind: "入户核查表" count: 2 each_subject: true }
  }
  steps {
    key: "group-meeting"
    title: "小组评议"
    level: VILLAGE
    roles: REGISTRAR
    return_to: "home-check"
    meeting {
      title: "村民小组会议"
      quorum { numerator: 1 denominator: 2 exceeded: true }
    }
  }
  steps {
    key: "committees"
    title: "村两委和工作队会审"
    level: VILLAGE
    roles: REGISTRAR
    may_reject: true
    signatures {
      slots { key: "secretary" title: "村党支部书记" level: VILLAGE roles: REGISTRAR }
      slots { key: "team" title: "驻村工作队队长" level: VILLAGE roles: HELPER }
      slots { key: "householder" title: "户主" level: VILLAGE roles: REGISTRAR on_paper: true }
    }
  }
  steps {
    key: "notice-1"
    title: "第一次公示"
    level: VILLAGE
    roles: REGISTRAR
    notice {
      title: "公示"
      place: "村务公开栏"
      days: 5
      day_kind: CALENDAR
      template: "{title}\n{list}\n{to}"
      columns: "name"
    }
  }
  steps {
    key: "township"
    title: "乡镇审核并第二次公示"
    level: TOWNSHIP
    roles: REVIEWER
    may_reject: true
    notice {
      title: "公示"
      place: "乡镇公开栏"
      days: 5
      day_kind: CALENDAR
      template: "{title}\n{list}\n{to}"
      columns: "name"
    }
  }
  steps {
    key: "county"
    title: "县级确认公告并录入"
    level: COUNTY
    roles: REVIEWER
    may_reject: true
    return_to: "township"
    notice {
      title: "公告"
      place: "县政府门户网站"
      days: 1
      day_kind: CALENDAR
      announcement: true
      template: "{title} {from}"
    }
  }
)pb";

constexpr char kNineSteps[] = R"pb(
  title: "贫困户识别 (九步法)"
  steps { key: "apply" title: "宣传申请" level: VILLAGE roles: REGISTRAR may_withdraw: true }
  steps { key: "home-check" title: "入户调查" level: VILLAGE roles: HELPER roles: REGISTRAR }
  steps {
    key: "group-review"
    title: "小组评议"
    level: VILLAGE
    roles: REGISTRAR
    meeting { title: "小组评议会" least_present: 10 }
  }
  steps {
    key: "village-vote"
    title: "村民代表会议表决"
    level: VILLAGE
    roles: REGISTRAR
    may_reject: true
    return_to: "group-review"
    meeting {
      title: "村民代表会议"
      quorum { numerator: 2 denominator: 3 }
      vote { numerator: 2 denominator: 3 }
      vote_basis: ENTITLED
    }
  }
  steps {
    key: "village-notice"
    title: "村级公示"
    level: VILLAGE
    roles: REGISTRAR
    notice { title: "公示" place: "村务公开栏" days: 7 day_kind: CALENDAR template: "{title} {from} {to}" }
  }
  steps {
    key: "township-review"
    title: "苏木乡镇审核"
    level: TOWNSHIP
    roles: REVIEWER
    may_reject: true
    recheck { percent: 30 least: 2 failures_allowed: 1 return_to: "group-review" }
  }
  steps {
    key: "township-notice"
    title: "苏木乡镇公示"
    level: TOWNSHIP
    roles: REVIEWER
    notice { title: "公示" place: "苏木乡镇公开栏" days: 7 day_kind: WORKING template: "{title} {from} {to}" }
  }
  steps { key: "county" title: "旗县审定" level: COUNTY roles: REVIEWER may_reject: true }
  steps {
    key: "announcement"
    title: "公告"
    level: COUNTY
    roles: REVIEWER
    notice {
      title: "公告"
      place: "旗县门户网站"
      days: 1
      day_kind: CALENDAR
      announcement: true
      template: "{title} {from}"
    }
  }
)pb";

constexpr char kChain4342[] = R"pb(
  title: "退出验收 (4342 签字)"
  steps {
    key: "acceptance"
    title: "逐级验收签字"
    level: COUNTY
    roles: REVIEWER
    may_reject: true
    signatures {
      ordered: true
      slots { key: "village" title: "村级验收人" level: VILLAGE roles: REGISTRAR count: 4 }
      slots { key: "township" title: "乡镇验收人" level: TOWNSHIP roles: REVIEWER count: 3 }
      slots { key: "county" title: "县级验收人" level: COUNTY roles: REVIEWER count: 4 }
      slots { key: "city" title: "市级验收人" level: CITY roles: REVIEWER count: 2 }
    }
  }
)pb";

}  // namespace

v1::ProcedureDefinition TwoNoticesOneAnnouncement() { return Parse(kTwoNoticesOneAnnouncement); }
v1::ProcedureDefinition SevenSteps() { return Parse(kSevenSteps); }
v1::ProcedureDefinition NineSteps() { return Parse(kNineSteps); }
v1::ProcedureDefinition Chain4342() { return Parse(kChain4342); }

}  // namespace bangfu::procedure
