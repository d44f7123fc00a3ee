// For tests: rules and inputs of exit, written as JSON like the documents that people publish.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_EXIT_RULES_FOR_TESTS_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_EXIT_RULES_FOR_TESTS_H_

#include <map>
#include <string>

#include "bangfu/policy/v1/decision.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {

template <typename Message>
Message FromJson(const std::string& json) {
  Message message;
  const auto parsed = google::protobuf::util::JsonStringToMessage(json, &message);
  EXPECT_TRUE(parsed.ok()) << parsed.ToString() << "\n" << json;
  return message;
}

// What was found, by the code of the reason.
inline std::map<std::string, std::string> FoundIn(const policy::v1::RuleOutcome& outcome) {
  std::map<std::string, std::string> found;
  for (const auto& reason : outcome.reasons()) found[reason.code()] = reason.found();
  return found;
}

inline std::string AskedIn(const policy::v1::RuleOutcome& outcome, const std::string& code) {
  for (const auto& reason : outcome.reasons()) {
    if (reason.code() == code) return reason.asked();
  }
  return "";
}

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_EXIT_RULES_FOR_TESTS_H_
