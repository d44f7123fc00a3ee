#include "services/registration/store/dictionary_store.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kSelectValid = {"dictionary_entry.select_valid", R"sql(
  SELECT dictionary, code, label, valid_from::text, source FROM dictionary_entry
  WHERE valid_from <= $1::date AND (valid_to IS NULL OR $1::date < valid_to)
  ORDER BY dictionary, code COLLATE "C")sql"};

}  // namespace

std::map<std::string, std::vector<v1::DictionaryEntry>> LoadDictionaries(db::Tx& tx, const std::string& today) {
  std::map<std::string, std::vector<v1::DictionaryEntry>> dictionaries;
  for (const auto& row : tx.Run(kSelectValid, today)) {
    v1::DictionaryEntry entry;
    entry.set_code(row[1].as<std::string>());
    entry.set_label(row[2].as<std::string>());
    entry.set_valid_from(row[3].as<std::string>());
    entry.set_source(row[4].as<std::string>());
    dictionaries[row[0].as<std::string>()].push_back(std::move(entry));
  }
  return dictionaries;
}

}  // namespace bangfu::registration::store
