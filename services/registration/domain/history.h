// What changed between two versions of a record, as people read it.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_HISTORY_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_HISTORY_H_

#include <functional>
#include <string>

#include "bangfu/registration/v1/household_service.pb.h"
#include "google/protobuf/message.h"

namespace bangfu::registration::domain {

// The label of a dictionary's code; the code itself if it has none.
using CodeLabels = std::function<std::string(const std::string& dictionary, const std::string& code)>;

// Adds to `change` the fields in which `after` differs from `before`, two messages of one type, with Chinese labels and
// values for people: codes by label, sealed values masked, and health details unless `health`. Before its first version
// a record is an empty message; then its ids and the time of registration, which are not news, are left out.
void DescribeChange(const google::protobuf::Message& before, const google::protobuf::Message& after,
                    const CodeLabels& labels, bool health, v1::RecordChange* change);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_HISTORY_H_
