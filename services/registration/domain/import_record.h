// Staged values put into the messages that the register keeps. Pure and thread-safe.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_RECORD_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_RECORD_H_

#include <vector>

#include "bangfu/registration/v1/member.pb.h"
#include "google/protobuf/message.h"
#include "services/registration/domain/family.h"
#include "services/registration/domain/import_row.h"
#include "services/registration/domain/import_table.h"

namespace bangfu::registration::domain {

// Sets the fields of all columns that an import writes; others, and compared ones, stay. `values` are complete and in
// the database's text form.
void ApplyValues(const ImportTable& table, const std::vector<Value>& values, google::protobuf::Message* record);

// Takes a person into the household with these values, joined on that day.
void AddImportedMember(const std::string& member_id, const std::vector<Value>& values, absl::string_view as_of,
                       Family* family);

// Entries of the dictionaries for what an import does itself.
inline constexpr char kJoinedByImport[] = "99";
inline constexpr char kArchivedByUndo[] = "07";
inline constexpr char kLeftByUndo[] = "11";

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_RECORD_H_
