// The empty file that somebody who has nothing to import yet begins with. Pure and thread-safe.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_TEMPLATE_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_TEMPLATE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "services/registration/domain/import_table.h"

namespace bangfu::registration::domain {

// Codes and labels of a dictionary, in order of code.
using DictionaryCodes =
    absl::FunctionRef<std::vector<std::pair<std::string, std::string>>(const std::string& dictionary)>;

// CSV with a byte order mark: a header that ReadHeader takes, "AAC001 户编号*", and a row of remarks about each column.
std::string ImportTemplate(const ImportTable& table, DictionaryCodes codes);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_TEMPLATE_H_
