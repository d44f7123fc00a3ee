#include "common/policy/document.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "bangfu/policy/v1/reason.pb.h"
#include "common/policy/area_chain.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"

namespace bangfu::policy {

using status::Refuse;
using v1::PolicySource;

namespace {

const std::string& LabelOf(PolicyDocument::State state) {
  return PolicyDocument::State_descriptor()->FindValueByNumber(state)->options().GetExtension(options::v1::label);
}

absl::Status RequireState(const PolicyDocument& document, PolicyDocument::State state) {
  if (document.state() == state) return absl::OkStatus();
  return Refuse(v1::POLICY_WRONG_STATE, {{"state", LabelOf(document.state())}});
}

// Pages move and vanish; a document number stays.
bool NamesWebPage(const std::string& text) {
  const std::string lower = absl::AsciiStrToLower(text);
  return absl::StrContains(lower, "://") || absl::StrContains(lower, "www.");
}

void CheckSource(const PolicySource& source, FieldErrors* errors) {
  const auto require = [&](bool given, const char* field, const char* label) {
    if (!given) errors->push_back({absl::StrCat("policy.source.", field), absl::StrCat(label, ": 正式文件必须填写")});
  };
  if (source.confidence() == PolicySource::OFFICIAL) {
    require(!source.issuer().empty(), "issuer", "发文机关");
    require(!source.document_number().empty(), "document_number", "文号");
    require(source.year() != 0, "year", "年份");
  }
  if (source.confidence() == PolicySource::PROPOSAL && !source.document_number().empty()) {
    errors->push_back({"policy.source.document_number", "文号: 建议稿没有文号"});
  }
  for (const std::string& text : {source.issuer(), source.document_number(), source.clause(), source.note()}) {
    if (NamesWebPage(text)) errors->push_back({"policy.source", "依据: 请写文件名称和文号, 不要写网址"});
  }
}

void CheckPurpose(const v1::Kind& kind, const std::string& purpose, FieldErrors* errors) {
  const bool plain = std::all_of(purpose.begin(), purpose.end(),
                                 [](char c) { return absl::ascii_isupper(c) || absl::ascii_isdigit(c) || c == '_'; });
  if (!plain) errors->push_back({"policy.purpose", "用途: 只能用大写字母、数字和下划线"});
  const auto& known = kind.purposes();
  const bool listed = std::any_of(known.begin(), known.end(), [&](const auto& one) { return one.name() == purpose; });
  if (plain && !known.empty() && !listed) errors->push_back({"policy.purpose", "用途: 不在该种规则的用途之内"});
}

void CheckValidity(const PolicyDocument& document, FieldErrors* errors) {
  // YYYY-MM-DD in the order of time is in the order of text.
  if (!document.valid_to().empty() && document.valid_to() <= document.valid_from()) {
    errors->push_back({"policy.valid_to", "失效日期: 应晚于生效日期"});
  }
}

void CheckBody(const Kinds::Opened& opened, const api::CodeLookup* codes, FieldErrors* errors) {
  FieldErrors found;
  const auto faults = status::BadRequestOf(api::Validate(*opened.body, codes));
  for (const auto& fault : faults.field_violations()) found.push_back({fault.field(), fault.description()});
  // What lies between fields can only be judged when each is right.
  if (found.empty() && opened.kind->check) found = opened.kind->check(*opened.body);
  for (const status::FieldError& error : found) {
    const std::string path = error.path.empty() ? "policy.body" : absl::StrCat("policy.body.", error.path);
    errors->push_back({path, error.description});
  }
}

}  // namespace

std::string Cite(const PolicySource& source) {
  std::vector<std::string> parts;
  if (source.confidence() != PolicySource::OFFICIAL) {
    const auto* value = PolicySource::Confidence_descriptor()->FindValueByNumber(source.confidence());
    parts.push_back(absl::StrCat("【", value->options().GetExtension(options::v1::label), "】"));
  }
  for (const std::string& text : {source.issuer(), source.document_number(), source.clause()}) {
    if (!text.empty()) parts.push_back(text);
  }
  if (source.year() != 0) parts.push_back(absl::StrCat("(", source.year(), "年)"));
  if (source.confidence() != PolicySource::OFFICIAL && !source.note().empty()) {
    parts.push_back(source.note().substr(0, source.note().find('\n')));
  }
  return absl::StrJoin(parts, " ");
}

PolicyRef RefOf(const PolicyDocument& document) {
  PolicyRef ref;
  ref.set_policy_id(document.policy_id());
  ref.set_kind(document.kind());
  ref.set_area(document.area());
  ref.set_purpose(document.purpose());
  ref.set_version(document.version());
  ref.set_title(document.title());
  ref.set_confidence(document.source().confidence());
  ref.set_citation(Cite(document.source()));
  return ref;
}

absl::Status CheckDraft(const Kinds& kinds, const api::CodeLookup* codes, PolicyDocument* document) {
  ASSIGN_OR_RETURN(const Kinds::Opened opened, kinds.Open(document->body()));
  const v1::Kind& kind = opened.kind->kind();
  const int64_t area = standards::ParseAreaCode(document->area()).value_or(0);
  if (kind.finest_level() != 0 && LevelOf(area) > kind.finest_level()) {
    return Refuse(v1::POLICY_AREA_TOO_FINE, {{"title", opened.kind->title()}, {"area", document->area()}});
  }
  FieldErrors errors;
  CheckPurpose(kind, document->purpose(), &errors);
  CheckValidity(*document, &errors);
  CheckSource(document->source(), &errors);
  CheckBody(opened, codes, &errors);
  if (!errors.empty()) return status::RefuseFields(errors);
  document->set_kind(kind.name());
  document->set_citation(Cite(document->source()));
  return absl::OkStatus();
}

absl::Status CheckEditable(const PolicyDocument& document) { return RequireState(document, PolicyDocument::DRAFT); }

absl::Status Submit(PolicyDocument* document) {
  RETURN_IF_ERROR(RequireState(*document, PolicyDocument::DRAFT));
  document->set_state(PolicyDocument::IN_REVIEW);
  return absl::OkStatus();
}

absl::Status Review(const std::string& reviewer, v1::ReviewPolicyRequest::Decision decision, const std::string& comment,
                    PolicyDocument* document) {
  RETURN_IF_ERROR(RequireState(*document, PolicyDocument::IN_REVIEW));
  const auto& authors = document->authors();
  if (std::find(authors.begin(), authors.end(), reviewer) != authors.end()) return Refuse(v1::SECOND_PERSON_REQUIRED);
  const bool approved = decision == v1::ReviewPolicyRequest::APPROVE;
  if (!approved && comment.empty()) return status::RefuseFields({{"comment", "审核意见: 退回时请写明原因"}});
  document->set_state(approved ? PolicyDocument::APPROVED : PolicyDocument::DRAFT);
  document->set_reviewer(reviewer);
  document->set_comment(comment);
  return absl::OkStatus();
}

absl::Status CheckPublishable(const PolicyDocument& document) {
  return RequireState(document, PolicyDocument::APPROVED);
}

absl::Status Withdraw(const std::string& reason, PolicyDocument* document) {
  if (document->state() == PolicyDocument::WITHDRAWN) return RequireState(*document, PolicyDocument::PUBLISHED);
  document->set_state(PolicyDocument::WITHDRAWN);
  document->set_comment(reason);
  return absl::OkStatus();
}

void AddAuthor(const std::string& subject, PolicyDocument* document) {
  const auto& authors = document->authors();
  if (std::find(authors.begin(), authors.end(), subject) == authors.end()) document->add_authors(subject);
}

}  // namespace bangfu::policy
