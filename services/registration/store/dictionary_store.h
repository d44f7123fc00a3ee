// Rows of `dictionary_entry`.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_DICTIONARY_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_DICTIONARY_STORE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bangfu/registration/v1/register_service.pb.h"
#include "common/db/tx.h"

namespace bangfu::registration::store {

// The entries that are valid on the day `today` (YYYY-MM-DD), by dictionary, in order of code.
std::map<std::string, std::vector<v1::DictionaryEntry>> LoadDictionaries(db::Tx& tx, const std::string& today);

// Dictionary and code of all entries that there ever were or are to be.
std::vector<std::pair<std::string, std::string>> LoadCodes(db::Tx& tx);

// All entries that the dictionary ever had or is to have, in order of code and time.
std::vector<v1::DictionaryEntry> LoadDictionary(db::Tx& tx, const std::string& dictionary);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_DICTIONARY_STORE_H_
