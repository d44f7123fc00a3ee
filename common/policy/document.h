// What a document must be and how it moves: drawn up, reviewed by a second person, published, superseded or withdrawn.
// Pure functions; the caller, the time and the codes come in as parameters.
#ifndef BANGFU_COMMON_POLICY_DOCUMENT_H_
#define BANGFU_COMMON_POLICY_DOCUMENT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "bangfu/policy/v1/policy.pb.h"
#include "bangfu/policy/v1/policy_service.pb.h"
#include "common/api/validate.h"
#include "common/policy/kind.h"

namespace bangfu::policy {

using v1::PolicyDocument;
using v1::PolicyRef;

// The source in one line, as it is shown with every result. A proposal and an indirect source say so first.
std::string Cite(const v1::PolicySource& source);

// What a decision keeps of the document it went by.
PolicyRef RefOf(const PolicyDocument& document);

// Checks a draft beyond what the annotations of PolicyDocument say: its body by the annotations of its own and the
// kind's check, its purpose, area, validity and source; fills in `kind` and `citation`.
// POLICY_KIND_UNKNOWN, POLICY_AREA_TOO_FINE, INVALID_FIELD.
absl::Status CheckDraft(const Kinds& kinds, const api::CodeLookup* codes, PolicyDocument* document);

// Each moves the document or refuses: POLICY_WRONG_STATE, SECOND_PERSON_REQUIRED, INVALID_FIELD (a return without a
// comment).
absl::Status CheckEditable(const PolicyDocument& document);
absl::Status Submit(PolicyDocument* document);
absl::Status Review(const std::string& reviewer, v1::ReviewPolicyRequest::Decision decision, const std::string& comment,
                    PolicyDocument* document);
absl::Status CheckPublishable(const PolicyDocument& document);
absl::Status Withdraw(const std::string& reason, PolicyDocument* document);

// Whether it was ever in force.
inline bool WasPublished(const PolicyDocument& document) { return document.version() > 0; }

// Names `subject` among those who drew the document up.
void AddAuthor(const std::string& subject, PolicyDocument* document);

}  // namespace bangfu::policy

#endif  // BANGFU_COMMON_POLICY_DOCUMENT_H_
